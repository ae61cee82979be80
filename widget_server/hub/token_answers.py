"""What the hub's token endpoint says, and what it means for us (PROTOCOL §2, RFC 6749 §5, FAULTS row 11). Pure."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from widget_server.errors import HubError, HubRefused, HubUnavailable, InvalidGrant
from widget_server.hub.fields import Fields
from widget_server.hub.numbers import read_whole
from widget_server.hub.pages import decode

DEFAULT_LIFETIME = 600
"""Seconds that an access token lives if the answer doesn't say (guide: "expire in 10 minutes")."""

LIFETIME_BOUNDS = (60, 24 * 60 * 60)
"""Seconds; shorter would refresh without end, and a longer claim is not worth relying on."""

_TOKEN = re.compile(r"[\x21-\x7e]{1,8192}")
"""What may stand in a header."""

_REMEDIES = {
    "invalid_client": "it doesn't accept the client id and secret that are set in the console or by "
    "WIDGET_SYNCAROO_CLIENT_ID and WIDGET_SYNCAROO_CLIENT_SECRET",
    "unauthorized_client": "WIDGET_SYNCAROO_CLIENT_ID isn't allowed to do this",
    "invalid_request": "it found the request incomplete",
    "unsupported_grant_type": "it doesn't know this way to get a token",
    "invalid_scope": "it doesn't know the scope",
}


@dataclass(frozen=True)
class HubTokens:
    """A pair from the hub. `expires_in`: how many seconds the access token has left. Never shown by `repr`."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int


def read_tokens(status: int, body: bytes, *, retry_after: timedelta | None, held: str | None) -> HubTokens:
    """The tokens in an answer; `held` is the refresh token that stays good if the answer brings no new one.

    Raises InvalidGrant for a definite `invalid_grant`, HubRefused for another error that only the operator can mend,
    and HubUnavailable for everything that isn't an answer at all (no `error`, no tokens, HTML, a redirect, 429, 5xx).
    """
    fields = Fields.undisputed(_object(body) if status in (200, 400, 401, 403) else {})
    if status != 200:
        raise _problem(status, fields.get("error"), retry_after)
    access, refresh = fields.get("accesstoken"), fields.get("refreshtoken")
    refresh = held if refresh is None else refresh
    if not _is_token(access) or not _is_token(refresh):
        raise HubUnavailable("the hub's token endpoint answered without tokens")
    return HubTokens(str(access), str(refresh), _lifetime(fields.get("expiresin")))


def _object(body: bytes) -> dict[str, Any]:
    try:
        decoded = decode(body)
    except HubRefused:
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _problem(status: int, error: Any, retry_after: timedelta | None) -> HubError:
    if error == "invalid_grant" and status in (400, 401):
        return InvalidGrant("the hub says that this authorization has ended or was used before")
    if isinstance(error, str) and error in _REMEDIES:
        return HubRefused(f"the hub's token endpoint refused us: {_REMEDIES[error]} ({error})")
    return HubUnavailable(f"the hub's token endpoint answered {status}", retry_after)


def _is_token(value: Any) -> bool:
    return isinstance(value, str) and _TOKEN.fullmatch(value) is not None


def _lifetime(value: Any) -> int:
    seconds = read_whole(value, 10**12)
    lowest, highest = LIFETIME_BOUNDS
    return DEFAULT_LIFETIME if seconds is None else min(max(seconds, lowest), highest)
