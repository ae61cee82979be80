"""Webhooks that are turned away before anything is stored: counted in memory while they are answered, written down
in the background.

Anybody on the internet can cause them. So only so many different ones are told apart, they are added up by hour, and
nothing here fails or holds an answer up. What a process has counted and not written when it ends is lost, so that
each number is what there was at least.
"""

import ipaddress
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus

from widget_server.background import Background, Later, in_background
from widget_server.clock import Clock
from widget_server.errors import RequestRefused, StoreUnavailable, TokenRefused
from widget_server.inbox.parsing import Claims
from widget_server.model import RefusalReason
from widget_server.store.refusals import Refused, hour_of

MOST = 100
"""Different ones that are told apart between two writes; what comes then is nobody's."""
WRITE_AFTER_SECONDS = 1.0

_BY_CODE = {
    "wrong_connection": RefusalReason.OTHERS_BEARER,
    "not_yours": RefusalReason.OTHERS_LISTING,
    "unknown_connection": RefusalReason.UNKNOWN_CONNECTION,
    "too_large": RefusalReason.TOO_LARGE,
    "missing_field": RefusalReason.WRONG_FIELD,
    "wrong_field": RefusalReason.WRONG_FIELD,
}


@dataclass(frozen=True)
class Sender:
    """Who sent a webhook: the address that it came from, and the connection whose good access token it carried."""

    address: str | None
    connection_id: str | None = None


class Refusals:
    """Safe to share between threads. `write` keeps what was counted. With `StoreUnavailable` it is asked again
    later."""

    def __init__(self, write: Callable[[Iterable[Refused]], None], clock: Clock, later: Later = in_background) -> None:
        self._write = write
        self._clock = clock
        self._lock = threading.Lock()
        self._unwritten: dict[object, Refused] = {}
        self._writing = Background(
            self._write_down, first_after=WRITE_AFTER_SECONDS, again_after=WRITE_AFTER_SECONDS, later=later
        )

    def note(self, refusal: RequestRefused, sender: Sender, claimed: Claims) -> None:
        """A webhook was turned away. `claimed`: what it says of itself; without a good token little of it is kept."""
        found = _refused(refusal, sender, claimed, self._clock())
        with self._lock:
            self._count(found)
        self._writing.want()

    def flush(self) -> None:
        """Write what was counted; what can't be written now is tried again later."""
        self._writing.run()

    def _count(self, found: Refused) -> None:
        """In the caller's lock."""
        if _key(found) not in self._unwritten and len(self._unwritten) >= MOST:
            found = replace(found, connection_id=None)
        before = self._unwritten.get(_key(found))
        self._unwritten[_key(found)] = found if before is None else _together(before, found)

    def _write_down(self) -> None:
        with self._lock:
            counted, self._unwritten = self._unwritten, {}
        if not counted:
            return
        try:
            self._write(counted.values())
        except StoreUnavailable:
            with self._lock:
                later, self._unwritten = self._unwritten, counted
                for found in later.values():
                    self._count(found)
            raise


def _key(found: Refused) -> object:
    return hour_of(found.first_at), found.reason, found.connection_id


def _together(before: Refused, found: Refused) -> Refused:
    return replace(found, count=before.count + found.count, first_at=before.first_at)


def _refused(refusal: RequestRefused, sender: Sender, claimed: Claims, now: datetime) -> Refused:
    if isinstance(refusal, TokenRefused):
        return Refused(
            reason=refusal.reason,
            connection_id=refusal.connection_id or claimed.connection_id,
            count=1,
            first_at=now,
            last_at=now,
            status=refusal.status,
            kind=claimed.kind,
            address=_address(sender.address),
        )
    return Refused(
        reason=_reason(refusal),
        connection_id=sender.connection_id,
        count=1,
        first_at=now,
        last_at=now,
        status=refusal.status,
        detail=refusal.detail,
        kind=claimed.kind,
        location_id=claimed.location_id,
        resource_id=claimed.resource_id,
        address=_address(sender.address),
    )


def _reason(refusal: RequestRefused) -> RefusalReason:
    if refusal.status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE:
        return RefusalReason.NOT_SENT_AS_JSON
    return _BY_CODE.get(refusal.code, RefusalReason.NOT_JSON)


def _address(text: str | None) -> str | None:
    """None for what is none: a proxy hands on whatever it was told."""
    try:
        found = ipaddress.ip_address((text or "").partition("%")[0])
    except ValueError:
        return None
    return str(found)
