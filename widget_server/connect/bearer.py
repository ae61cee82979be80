"""`Authorization: Bearer`: which connection a call from Syncaroo speaks for (PROTOCOL §1.6, §3; RFC 6750)."""

import re
from dataclasses import dataclass
from datetime import datetime

from widget_server.clock import Clock
from widget_server.connect.opaque import fingerprint
from widget_server.errors import TokenRefused
from widget_server.model import RefusalReason
from widget_server.store import authorizations
from widget_server.store.engine import Database

CHALLENGE = ("WWW-Authenticate", "Bearer")
"""Goes with every 401 that `authenticate` causes (RFC 6750 §3)."""

_HEADER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,512})", re.IGNORECASE)


@dataclass(frozen=True)
class Grant:
    """What a good access token says: whose call this is. `family_id` names the pair's family in the log."""

    connection_id: str
    operator_id: int
    family_id: int


def authenticate(database: Database, clock: Clock, header: str | None) -> Grant:
    """The grant behind an `Authorization` header's value.

    A token is found by its SHA-256, so comparing takes no longer for a better guess. Presenting one ends the refresh
    tokens of earlier generations. An access token that was refreshed early stays good until it expires: webhooks
    that were on their way arrive. Raises `TokenRefused` (401, `invalid_token`) for a header that is missing or
    malformed and a token that is unknown, expired or revoked; which of them it was is not told to the
    caller.
    """
    match = _HEADER.fullmatch(header.strip()) if header else None
    if match is None:
        raise TokenRefused(
            RefusalReason.NO_BEARER, "Send Authorization: Bearer with the access token that this site issued."
        )
    with database.read() as connection:
        token = authorizations.find_access(connection, fingerprint(match[1]))
    if token is None:
        raise _refused(RefusalReason.UNKNOWN_BEARER)
    _check_good(token, clock())
    if token.used_generation < token.generation:
        _present(database, token)
    return Grant(token.connection_id, token.operator_id, token.family_id)


def _present(database: Database, token: authorizations.AccessToken) -> None:
    with database.write() as connection:
        still_good = authorizations.mark_used(connection, token)
    if not still_good:
        raise _refused(RefusalReason.REVOKED_BEARER, token)


def _check_good(token: authorizations.AccessToken, now: datetime) -> None:
    if token.revoked:
        raise _refused(RefusalReason.REVOKED_BEARER, token)
    if token.expires_at <= now:
        raise _refused(RefusalReason.EXPIRED_BEARER, token)


def _refused(reason: RefusalReason, token: authorizations.AccessToken | None = None) -> TokenRefused:
    detail = "The access token is unknown, expired or revoked."
    return TokenRefused(reason, detail, token.connection_id if token else None)
