"""How often logging in may fail: by address, across processes, never for good."""

import ipaddress
from datetime import datetime, timedelta

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.errors import TooManyLogins
from widget_server.store import activity, login_failures
from widget_server.store.engine import Database

ALLOWED_FAILURES = 10
WINDOW = timedelta(minutes=15)
LIMIT_REACHED = "login_limit"
IPV6_NETWORK_BITS = 64
"""One household or one rented machine has that many addresses to itself, so it counts as one."""


class LoginLimit:
    """Only failures count. Another address is not affected, so the operator can't be locked out by a stranger."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self, address: str | None) -> None:
        """Call before a password is checked. The attempt counts as failed until `succeeded` says otherwise, so
        that attempts made at the same moment can't slip through together.

        Raises `TooManyLogins` with the time until the next attempt.
        """
        place, now = counted_address(address), self._clock()
        with self._database.write() as connection:
            login_failures.hold(connection)
            login_failures.forget_before(connection, now - WINDOW)
            moments = login_failures.moments(connection, place)
            if len(moments) < ALLOWED_FAILURES:
                login_failures.add(connection, place, now)
                return
            self._record_refusal(connection, place, now)
        raise TooManyLogins(moments[ALLOWED_FAILURES - 1] + WINDOW - now)

    def succeeded(self, address: str | None, actor: str) -> None:
        """The right password of `actor` came from `address`: it starts anew."""
        place = counted_address(address)
        with self._database.write() as connection:
            login_failures.forget(connection, place)
            told = f"Logged in from {place}."
            activity.record(connection, self._clock(), actor, "login", subject=place, detail=told)

    def forgive(self, address: str | None) -> None:
        """The right password came from `address`, from somebody who was logged in already."""
        with self._database.write() as connection:
            login_failures.forget(connection, counted_address(address))

    def _record_refusal(self, connection: Connection, place: str, now: datetime) -> None:
        """Once a window: whoever goes on guessing fills no table."""
        if not activity.happened_since(connection, now - WINDOW, LIMIT_REACHED, place):
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
