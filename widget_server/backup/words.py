"""A staged back-up in words: for the shell, and what the console's page says, too. Pure."""

from collections.abc import Sequence

from widget_server.backup.service import HUB_TOKENS, Preview

SEALED = {
    HUB_TOKENS: "the connection to Syncaroo (connect again)",
    "syncaroo_client_secret": "Syncaroo's client secret",
    "smtp_url": "the mail server for alerts",
    "alert_url": "the chat tool's address for alerts",
}
"""What can't be read without its key, as the operator knows it."""
LABELS = {
    "locations": "Locations",
    "resources": "Resources",
    "prices": "Prices",
    "overrides": "Your own prices",
    "price_changes": "Price changes in the history",
    "deliveries": "Webhooks",
    "activity": "Lines of activity",
}
"""What of a tally is shown, and its words."""


def to_enter_again(sealed: Sequence[str]) -> list[str]:
    """What this site's key can't read, in words."""
    return [SEALED.get(name, name) for name in sealed]


def in_words(preview: Preview | None) -> str:
    """Some lines for the shell."""
    if preview is None:
        return ""
    about = preview.manifest.about
    lines = [f"A back-up of {about.site}, made {about.made_at:%Y-%m-%d %H:%M} UTC:"]
    for name, label in LABELS.items():
        lines.append(f"  {label}: {getattr(preview.theirs, name)} (here now: {getattr(preview.here, name)})")
    lines.append(
        "It was made with this site's key." if preview.has_same_key else "It was made with another secret key."
    )
    if preview.sealed:
        lines.append(f"To be entered again: {', '.join(to_enter_again(preview.sealed))}.")
    return "\n".join(lines)
