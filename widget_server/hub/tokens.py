"""The hub's tokens, kept fresh: one refresh at a time over all threads, processes and machines (PROTOCOL §2).

Their refresh token works once. So whoever finds the access token at its end takes a short lease by compare-and-swap,
calls the hub outside of any transaction and saves the new pair; the others wait and read again.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NoReturn, Protocol

from sqlalchemy import Connection

from widget_server.clock import Clock, system_clock
from widget_server.errors import (
    AnswerLost,
    CipherError,
    HubError,
    HubRefused,
    HubUnavailable,
    InvalidGrant,
    NeedsReconnect,
    StoreUnavailable,
)
from widget_server.hub.token_answers import HubTokens
from widget_server.store import credentials
from widget_server.store.cipher import Cipher
from widget_server.store.credentials import Credentials, HubState, Pair
from widget_server.store.engine import Database

MARGIN = timedelta(seconds=30)
"""An access token with less than this left is refreshed first: a fetch of many pages takes a while."""
LEASE = timedelta(seconds=30)
"""Longer than a call to the token endpoint may take."""
POLL_SECONDS = 0.1
POLL_ATTEMPTS = 350
"""Together a little longer than a lease: if its holder died, somebody takes over."""
PAUSE = timedelta(seconds=1)
"""After a failed refresh, unless the hub names a time."""
SAVE_ATTEMPTS = 6
SAVE_PAUSE_SECONDS = 1.0

NOT_CONNECTED = "This site is not connected to Syncaroo yet."
SPENT = "Syncaroo ended this connection: its authorization was withdrawn, or was used up without an answer reaching us."
UNREADABLE = (
    "The stored tokens can't be read: WIDGET_SECRET_KEY was changed or lost. Put the old key back, or reconnect."
)
LOST = "Syncaroo's answer to the last refresh got lost; it will be tried once more."


class Refresher(Protocol):
    """What the keeper needs of the hub's client."""

    def refresh(self, refresh_token: str) -> HubTokens: ...


@dataclass(frozen=True)
class HubConnectionState:
    """For the console; `problem` is a sentence, None when all is well. `expires_at` is the access token's end."""

    state: HubState
    problem: str | None
    connected_at: datetime | None
    refreshed_at: datetime | None
    expires_at: datetime | None


class HubTokenKeeper:
    """Hands out access tokens. Threads may share it; each process has its own over the same database.

    `wait` sleeps for some seconds; `new_owner` names a lease's holder, differently each time.
    """

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        hub: Refresher,
        clock: Clock = system_clock,
        wait: Callable[[float], None] = time.sleep,
        new_owner: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._hub = hub
        self._clock = clock
        self._wait = wait
        self._new_owner = new_owner

    def access_token(self) -> str:
        """A token with at least 30 s left, refreshed if need be.

        Raises NeedsReconnect when only the operator can mend it, HubUnavailable when the hub can't give a new one now
        (what is stored stays as it is), StoreUnavailable when the database can't.
        """
        for _ in range(POLL_ATTEMPTS):
            held = self._readable(self._read())
            if held is None:
                continue
            now = self._clock()
            if held.access_token is not None and held.access_expires_at and held.access_expires_at - now >= MARGIN:
                return self._decrypted(held, held.access_token)
            if held.lease_until is not None and held.lease_until > now:
                self._check_pause(held, held.lease_until - now)
                self._wait(POLL_SECONDS)
                continue
            owner = self._new_owner()
            if self._take_lease(held, owner, now):
                fresh = self._refreshed(held, owner, now)
                if fresh is not None:
                    return fresh
        raise HubUnavailable("another process has been refreshing the hub's token for too long")

    def rejected(self, token: str) -> None:
        """The API answered 401 to `token`: if it is still the current one, the next call refreshes."""
        held = self._read()
        if held.access_token is None:
            return
        try:
            is_current = self._cipher.decrypt(held.access_token) == token
        except CipherError:
            return
        if is_current:
            with self._database.write() as connection:
                credentials.expire(connection, held.version, self._clock())

    def store(self, tokens: HubTokens) -> None:
        """Keep the pair that an authorization code bought; the site is connected from now on."""
        now = self._clock()
        pair = self._encrypted(tokens, now)
        self._persist(lambda connection: credentials.save_connected(connection, pair, now))

    def state(self) -> HubConnectionState:
        """How things stand, as of the last refresh."""
        held = self._read()
        return HubConnectionState(
            held.state, held.problem, held.connected_at, held.refreshed_at, held.access_expires_at
        )

    def _read(self) -> Credentials:
        with self._database.read() as connection:
            return credentials.read(connection)

    def _readable(self, held: Credentials) -> Credentials | None:
        """`held` if it is a connection; None when it just became one again. Raises NeedsReconnect."""
        if held.state is HubState.DISCONNECTED or held.refresh_token is None:
            raise NeedsReconnect(held.problem or NOT_CONNECTED)
        if held.state is HubState.CONNECTED:
            return held
        self._decrypted(held, held.refresh_token)  # it was locked away: perhaps the key is back
        with self._database.write() as connection:
            credentials.revive(connection, held.version)
        return None

    def _decrypted(self, held: Credentials, token: str) -> str:
        try:
            return self._cipher.decrypt(token)
        except CipherError as error:
            with self._database.write() as connection:
                credentials.lock_away(connection, held.version, UNREADABLE)
            raise NeedsReconnect(UNREADABLE) from error

    def _check_pause(self, held: Credentials, left: timedelta) -> None:
        """A lease of nobody's is a pause after a failure that another caller met: don't knock again."""
        if held.lease_owner is None:
            raise HubUnavailable(held.problem or "the last refresh failed", left if left > PAUSE else None)

    def _take_lease(self, held: Credentials, owner: str, now: datetime) -> bool:
        with self._database.write() as connection:
            return credentials.take_lease(connection, held.version, owner, now, now + LEASE)

    def _refreshed(self, held: Credentials, owner: str, now: datetime) -> str | None:
        """The new access token; None when somebody else changed the pair meanwhile, so read again."""
        old = self._decrypted(held, held.refresh_token or "")
        try:
            tokens = self._hub.refresh(old)
        except InvalidGrant as error:
            self._end(held, error)
            return None
        except HubError as error:
            self._paused(held, owner, error)
        pair = self._encrypted(tokens, now)
        saved = self._persist(
            lambda connection: credentials.save_refreshed(connection, held.version, pair, self._clock())
        )
        return tokens.access_token if saved else None

    def _end(self, held: Credentials, error: InvalidGrant) -> None:
        """FAULTS row 12: it may be spent because another process refreshed with it; then there is a newer pair."""
        with self._database.write() as connection:
            ended = credentials.end(connection, held.version, SPENT)
        if ended:
            raise NeedsReconnect(SPENT) from error

    def _paused(self, held: Credentials, owner: str, error: HubError) -> NoReturn:
        """Nothing is lost yet: leave the pair as it is, and let everybody else wait a moment too.

        An error that only the operator can mend (HubRefused) is no failure of the deliveries that wait either.
        """
        problem = LOST if isinstance(error, AnswerLost) else error.reason
        until = self._clock() + max(error.retry_after or PAUSE, PAUSE)
        with self._database.write() as connection:
            credentials.pause(connection, held.version, owner, until, problem)
        if isinstance(error, HubRefused):
            raise HubUnavailable(error.reason) from error
        raise error

    def _encrypted(self, tokens: HubTokens, now: datetime) -> Pair:
        return Pair(
            access_token=self._cipher.encrypt(tokens.access_token),
            refresh_token=self._cipher.encrypt(tokens.refresh_token),
            expires_at=now + timedelta(seconds=tokens.expires_in),
        )

    def _persist(self, write: Callable[[Connection], bool]) -> bool:
        """Write a pair that can't be had again: try for a while even if the database is busy."""
        for _ in range(SAVE_ATTEMPTS - 1):
            try:
                with self._database.write() as connection:
                    return write(connection)
            except StoreUnavailable:
                self._wait(SAVE_PAUSE_SECONDS)
        with self._database.write() as connection:
            return write(connection)
