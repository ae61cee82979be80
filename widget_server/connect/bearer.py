"""`Authorization: Bearer`: which connection a call from Syncaroo speaks for (PROTOCOL §1.6, §3; RFC 6750)."""

import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.connect.opaque import fingerprint
from widget_server.errors import TokenRefused
from widget_server.model import RefusalReason
from widget_server.store import authorizations
from widget_server.store.engine import Database

CHALLENGE = ("WWW-Authenticate", "Bearer")
"""Goes with every 401 that `authenticate` causes (RFC 6750 §3)."""

_HEADER = re.compile(r"bearer +([A-Za-z0-9._~+/=-]{1,512})", re.IGNORECASE)


GLANCE_SECONDS = 1.0
"""How long a token that was good is let pass before a body is read; what comes of the body asks the database."""
MOST_GLANCES = 100
"""Tokens that a process remembers: each connection has one at a time."""


@dataclass(frozen=True)
class Grant:
    """What a good access token says: whose call this is. `family_id` names the pair's family in the log."""

    connection_id: str
    operator_id: int
    family_id: int


@dataclass(frozen=True)
class Presented:
    """A token by its SHA-256, and what it was good for when the database was asked last."""

    access_hash: str
    grant: Grant


class Glances:
    """Whether reading a body is worth it. Threads may share it.

    A token that was good a moment ago passes without a look at the database. So nothing is done for whoever brings it,
    and nothing is said of what was sent, before `admit` or `authenticate` has found that it still is.
    """

    def __init__(self, database: Database, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._clock = clock
        self._monotonic = monotonic
        self._good: dict[str, tuple[Grant, float]] = {}

    def glance(self, header: str | None) -> Presented:
        """Who seems to call; raises as `authenticate` does."""
        access_hash, now = _access_hash(header), self._monotonic()
        grant, until = self._good.get(access_hash, (None, now))
        if grant is None or now >= until:
            self._good.pop(access_hash, None)
            grant = authenticate(self._database, self._clock, header)
            if len(self._good) >= MOST_GLANCES:
                self._good.clear()
            self._good[access_hash] = grant, now + GLANCE_SECONDS
        return Presented(access_hash, grant)


def admit(clock: Clock, connection: Connection, access_hashes: Collection[str]) -> dict[str, str | TokenRefused]:
    """For the SHA-256 of each token, as of the caller's write transaction: its connection, or why it is refused.

    One statement, and one more for a token that is presented for the first time.
    """
    tokens, now = authorizations.find_accesses(connection, access_hashes), clock()
    return {each: _admitted(connection, tokens.get(each), now) for each in access_hashes}


def authenticate(database: Database, clock: Clock, header: str | None) -> Grant:
    """The grant behind an `Authorization` header's value.

    A token is found by its SHA-256, so comparing takes no longer for a better guess. Presenting one ends the refresh
    tokens of earlier generations. An access token that was refreshed early stays good until it expires: webhooks
    that were on their way arrive. Raises `TokenRefused` (401, `invalid_token`) for a header that is missing or
    malformed and a token that is unknown, expired or revoked; which of them it was is not told to the
    caller.
    """
    access_hash = _access_hash(header)
    with database.read() as connection:
        token = _good(authorizations.find_access(connection, access_hash), clock())
    if token.used_generation < token.generation:
        with database.write() as connection:
            _present(connection, token)
    return Grant(token.connection_id, token.operator_id, token.family_id)


def _access_hash(header: str | None) -> str:
    match = _HEADER.fullmatch(header.strip()) if header else None
    if match is None:
        raise TokenRefused(
            RefusalReason.NO_BEARER, "Send Authorization: Bearer with the access token that this site issued."
        )
    return fingerprint(match[1])


def _admitted(connection: Connection, found: authorizations.AccessToken | None, now: datetime) -> str | TokenRefused:
    try:
        token = _good(found, now)
        if token.used_generation < token.generation:
            _present(connection, token)
    except TokenRefused as refusal:
        return refusal
    return token.connection_id


def _present(connection: Connection, token: authorizations.AccessToken) -> None:
    if not authorizations.mark_used(connection, token):
        raise _refused(RefusalReason.REVOKED_BEARER, token)


def _good(token: authorizations.AccessToken | None, now: datetime) -> authorizations.AccessToken:
    if token is None:
        raise _refused(RefusalReason.UNKNOWN_BEARER)
    if token.revoked:
        raise _refused(RefusalReason.REVOKED_BEARER, token)
    if token.expires_at <= now:
        raise _refused(RefusalReason.EXPIRED_BEARER, token)
    return token


def _refused(reason: RefusalReason, token: authorizations.AccessToken | None = None) -> TokenRefused:
    detail = "The access token is unknown, expired or revoked."
    return TokenRefused(reason, detail, token.connection_id if token else None)
