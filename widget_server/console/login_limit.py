"""How often logging in may fail: by address, across processes, never for good."""

import ipaddress
import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from widget_server.clock import Clock
from widget_server.errors import StoreUnavailable, TooManyLogins
from widget_server.store import activity, login_failures
from widget_server.store.engine import Database

if TYPE_CHECKING:
    from widget_server.store.shared_login_failures import SharedLoginFailures

ALLOWED_FAILURES = 10
WINDOW = timedelta(minutes=15)
LIMIT_REACHED = "login_limit"
IPV6_NETWORK_BITS = 64
"""One household or one rented machine has that many addresses to itself, so it counts as one."""

log = logging.getLogger(__name__)


class LoginLimit:
    """Only failures count. Another address is not affected, so the operator can't be locked out by a stranger.

    They are counted in `shared` (Redis) when there is one, and in the database while that is away.
    """

    def __init__(self, database: Database, clock: Clock, shared: "SharedLoginFailures | None" = None) -> None:
        self._database = database
        self._clock = clock
        self._shared = shared

    def begin(self, address: str | None) -> None:
        """Call before a password is checked. The attempt counts as failed until `succeeded` says otherwise, so
        that attempts made at the same moment can't slip through together.

        Raises `TooManyLogins` with the time until the next attempt.
        """
        place, now = counted_address(address), self._clock()
        oldest = self._take(place, now)
        if oldest is not None:
            self._record_refusal(place, now)
            raise TooManyLogins(oldest + WINDOW - now)

    def succeeded(self, address: str | None, actor: str) -> None:
        """The right password of `actor` came from `address`: it starts anew."""
        place = counted_address(address)
        with self._database.write() as connection:
            login_failures.forget(connection, place)
            told = f"Logged in from {place}."
            activity.record(connection, self._clock(), actor, "login", subject=place, detail=told)
        self._forget_shared(place)

    def forgive(self, address: str | None) -> None:
        """The right password came from `address`, from somebody who was logged in already."""
        place = counted_address(address)
        with self._database.write() as connection:
            login_failures.forget(connection, place)
        self._forget_shared(place)

    def _take(self, place: str, now: datetime) -> datetime | None:
        """Count the attempt; when it is one too many, the moment of the oldest that counts."""
        if self._shared is not None:
            try:
                return self._shared.take(place, now, WINDOW, ALLOWED_FAILURES)
            except StoreUnavailable as error:
                log.warning("Log-ins are counted in the database: %s", error)
        with self._database.write() as connection:
            return login_failures.take(connection, place, now, WINDOW, ALLOWED_FAILURES)

    def _forget_shared(self, place: str) -> None:
        """Failures that can't be dropped now stop counting by themselves, after `WINDOW`."""
        if self._shared is None:
            return
        try:
            self._shared.forget(place)
        except StoreUnavailable as error:
            log.warning("Failed log-ins can't be dropped: %s", error)

    def _record_refusal(self, place: str, now: datetime) -> None:
        """Once a window: whoever goes on guessing fills no table, and after the first time writes nothing."""
        since = now - WINDOW
        with self._database.read() as connection:
            if activity.happened_since(connection, since, LIMIT_REACHED, place):
                return
        with self._database.write() as connection:
            login_failures.hold(connection)
            if not activity.happened_since(connection, since, LIMIT_REACHED, place):
                told = f"Failed to log in {ALLOWED_FAILURES} times; attempts from {place} are refused for a while."
                activity.record(connection, now, "Somebody", LIMIT_REACHED, subject=place, detail=told)


def counted_address(address: str | None) -> str:
    """`"192.0.2.7"` as it is, `"2001:db8::7"` → `"2001:db8::/64"`, what is no address → `"unknown"`."""
    try:
        found = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((int(found), IPV6_NETWORK_BITS), strict=False))
