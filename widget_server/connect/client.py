"""Syncaroo as a client of our authorization server: the only one (PROTOCOL §1)."""

import hmac
from dataclasses import dataclass, field

from authlib.oauth2.rfc6749 import ClientMixin

from widget_server.connect import redirect_uri
from widget_server.connect.opaque import fingerprint

GRANT_TYPES = ("authorization_code", "refresh_token")


@dataclass(frozen=True)
class PlatformClient(ClientMixin):  # type: ignore[misc]
    """Who may exchange codes. `app_url` is the hub's own site, where its operators come from and go back to.

    `secret_hashes`: SHA-256 of each secret that is good.
    """

    client_id: str
    secret_hashes: tuple[str, ...] = field(repr=False)
    app_url: str

    def authenticates(self, client_id: str, client_secret: str) -> bool:
        """Whether both are right; takes the same time for a better guess, and tries all secrets in any case."""
        presented = fingerprint(client_secret)
        right_id = hmac.compare_digest(_bytes(client_id), _bytes(self.client_id))
        right_secrets = [hmac.compare_digest(presented, each) for each in self.secret_hashes]
        return right_id and any(right_secrets)

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


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
