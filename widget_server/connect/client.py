"""Syncaroo as a client of our authorization server: the only one, from the settings (PROTOCOL §1)."""

import hmac
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import ClientMixin

from widget_server.config import Settings
from widget_server.connect import redirect_uri

GRANT_TYPES = ("authorization_code", "refresh_token")


@dataclass(frozen=True)
class PlatformClient(ClientMixin):  # type: ignore[misc]
    """Who may exchange codes. `app_url` is the hub's own site, where its operators come from and go back to."""

    client_id: str
    client_secret: str = field(repr=False)
    app_url: str

    def authenticates(self, client_id: str, client_secret: str) -> bool:
        """Whether both are right; takes the same time for a better guess."""
        right_id = hmac.compare_digest(_bytes(client_id), _bytes(self.client_id))
        right_secret = hmac.compare_digest(_bytes(client_secret), _bytes(self.client_secret))
        return right_id and right_secret

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: every link says where to go back to."""

    def check_redirect_uri(self, uri: str) -> bool:
        return redirect_uri.is_allowed(uri, self.app_url)

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in GRANT_TYPES

    def get_allowed_scope(self, scope: str | None) -> str:
        """Nothing: the protocol has no scopes."""
        return ""


def from_settings(settings: Settings) -> PlatformClient | None:
    """The client; None until its id and secret are set."""
    if settings.platform_client_id is None or settings.platform_client_secret is None:
        return None
    return PlatformClient(settings.platform_client_id, settings.platform_client_secret, settings.syncaroo_app_url)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
