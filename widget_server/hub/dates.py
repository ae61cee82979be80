"""Dates and instants as sources write them. Pure. Naive times are UTC (PROTOCOL §1 and guide: "in UTC timezone")."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from widget_server.hub.fields import is_blank
from widget_server.hub.numbers import NotANumber, read_number

FIRST_YEAR, LAST_YEAR = 1900, 9000
"""Years outside stand for "since ever" and "for ever" (0001-01-01, 9999-12-31), which is no date."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?)"
    r"(?:[.,](?P<fraction>[0-9]{1,9}))?\s?(?P<zone>[Zz]|UTC|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_ZERO_DATE = "0000-00-00"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECONDS = range(10**8, 10**11)
_MILLISECONDS = range(10**11, 10**14)


class NotADate(ValueError):
    """The value isn't a date that can be read in one way only ("01/02/2026" is two)."""


def read_moment(value: Any) -> date | datetime | None:
    """ "2026-03-01" → a date; "2026-03-01T09:00:00+01:00" → an aware UTC datetime, as are (milli)seconds since 1970.

    None for null, blank and the years that mean "no limit". Raises NotADate for the rest.
    """
    if is_blank(value):
        return None
    moment = _from_text(value.strip()) if isinstance(value, str) else _from_number(value)
    return moment if moment and FIRST_YEAR < moment.year < LAST_YEAR else None


def looks_like_date(value: Any) -> bool:
    """Whether a text begins as a date does: for keys such as `from`, which may also hold a price."""
    return isinstance(value, str) and _DATE.match(value.strip()) is not None


def _from_text(text: str) -> date | datetime | None:
    if text.startswith(_ZERO_DATE):
        return None
    match = _INSTANT.fullmatch(text)
    try:
        if match:
            return _instant(match)
        if _DATE.fullmatch(text):
            return date.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise NotADate(f"{text[:40]!r} is not a date") from error
    raise NotADate(f"{text[:40]!r} is not a date in ISO 8601")


def _instant(match: re.Match[str]) -> datetime | None:
    if not FIRST_YEAR < int(match["date"][:4]) < LAST_YEAR:
        return None
    zone = match["zone"] or "Z"
    offset = "+00:00" if zone.upper() in {"Z", "UTC"} else zone
    fraction = (match["fraction"] or "0")[:6].ljust(6, "0")
    seconds = match["time"] if match["time"].count(":") == 2 else f"{match['time']}:00"
    return datetime.fromisoformat(f"{match['date']}T{seconds}.{fraction}{offset}").astimezone(UTC)


def _from_number(value: Any) -> datetime:
    try:
        number = read_number(value)
    except NotANumber as error:
        raise NotADate("it is not a date") from error
    if not 0 <= number < _MILLISECONDS.stop:
        raise NotADate("its date is out of range")
    whole = int(number)
    if whole in _SECONDS:
        return _EPOCH + timedelta(seconds=whole)
    if whole in _MILLISECONDS:
        return _EPOCH + timedelta(milliseconds=whole)
    raise NotADate("its date is out of range")
