"""What the operator copies into Syncaroo's developer portal. Pure."""

from dataclasses import dataclass

from widget_server.config import Settings


@dataclass(frozen=True)
class Entry:
    """`name` as Syncaroo's guide calls it. `value` is None for what isn't set; `note` says what it is for."""

    name: str
    value: str | None
    note: str


def entries(settings: Settings) -> list[Entry]:
    """What Syncaroo's developer portal asks for (guide, 'Before getting started'; PROTOCOL §§1–3); no secrets."""
    site = settings.site_url
    return [
        Entry("siteUri", site, "This site"),
        Entry("apiUri", f"{site}/api/", "Start of the API's addresses"),
        Entry("authUri", f"{site}/api/oauth/authorize", "Where you approve the connection"),
        Entry("authTokenUri", f"{site}/api/oauth/token", "Where Syncaroo gets its access"),
        Entry("webhookPath", "/update/", "Where Syncaroo reports changes"),
        Entry("checkConnectionPath", "/check_connection/", "Where Syncaroo reads your listings"),
        Entry("yourClientId", settings.platform_client_id, "What Syncaroo calls this site with"),
        Entry("redirectUri", f"{site}/connect/syncaroo/callback", "Where Syncaroo sends you back to"),
    ]
