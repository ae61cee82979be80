"""Opening hours and addresses → readable lines (PROTOCOL §4). Pure."""

import re
from collections.abc import Mapping
from typing import Any

from widget_server.hub.cleaning import NAME_CHARACTERS
from widget_server.hub.fields import Fields, as_line, is_blank

MAX_LINES = 50
LINE_CHARACTERS = 200

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_OPENS = ("open", "opens", "opentime", "openingtime", "opensat", "from", "start", "starttime", "opening")
_CLOSES = ("close", "closes", "closetime", "closingtime", "closesat", "to", "end", "endtime", "until", "closing")
_SECONDS = re.compile(r"([0-9]{1,2}:[0-9]{2}):[0-9]{2}(?:\.[0-9]+)?Z?")
_ADDRESS_ORDER = (
    ("line1", "addressline1", "address1", "street", "streetaddress", "address"), ("line2", "addressline2", "address2"),
    ("line3", "addressline3", "address3"), ("district", "neighbourhood", "neighborhood"), ("city", "town", "locality"),
    ("county", "state", "region", "province"), ("postcode", "postalcode", "zip", "zipcode"),
    ("country", "countryname", "countrycode"),
)  # fmt: skip


def hour_lines(value: Any) -> tuple[str, ...]:
    """[{"day": "Monday", "open": "09:00:00", "close": "17:30"}] → ("Monday 09:00–17:30",); texts stay as they are.

    A mapping by day ({"monday": "9-17"}) is read too. What can't be read is left out.
    """
    if isinstance(value, Mapping):
        fields = Fields(value)
        if not any(key in _DAYS or key[:3] in _short_days() for key, _ in fields):
            return _kept([_hours(fields)])
        return _kept([_of_day(key.capitalize(), inner) for key, inner in fields])
    if isinstance(value, str):
        return _kept(list(value.splitlines()))
    return _kept([_hour_line(item) for item in value[:MAX_LINES]]) if isinstance(value, list) else ()


def address_lines(value: Any) -> tuple[str, ...]:
    """A list of lines, one text, or a mapping such as {"city": "London", "street": "1 High St"} in postal order."""
    if isinstance(value, str):
        return _kept(list(value.splitlines()))
    if isinstance(value, Mapping):
        fields = Fields(value)
        known = [fields.line(*names, limit=LINE_CHARACTERS) for names in _ADDRESS_ORDER]
        return _kept(known if any(known) else [as_line(inner) for _, inner in fields])
    if not isinstance(value, list):
        return ()
    inner_lines = [address_lines(item) if isinstance(item, Mapping) else (as_line(item),) for item in value[:MAX_LINES]]
    return _kept([line for lines in inner_lines for line in lines])


def _short_days() -> frozenset[str]:
    return frozenset(day[:3] for day in _DAYS)


def _hour_line(item: Any) -> str | None:
    return _hours(Fields(item)) if isinstance(item, Mapping) else as_line(item, LINE_CHARACTERS)


def _hours(fields: Fields) -> str | None:
    day = fields.line("day", "dayofweek", "weekday", "dayname", "days", "name", "label")
    value = fields.get("hours", "time", "times")
    return _of_day(day or "", value if not is_blank(value) and not fields.has(*_OPENS) else dict(fields))


def _of_day(day: str, value: Any) -> str | None:
    if isinstance(value, Mapping):
        span = _span(Fields(value))
    elif isinstance(value, list):
        spans = [_span(Fields(item)) if isinstance(item, Mapping) else as_line(item) for item in value[:MAX_LINES]]
        span = ", ".join(span for span in spans if span) or None
    else:
        span = "closed" if value is False else as_line(value, LINE_CHARACTERS)
    day = day.capitalize() if day.lower() in _DAYS else day
    return f"{day} {span}".strip() if span else None


def _span(fields: Fields) -> str | None:
    """ "09:00–17:30", or "closed" when it says so."""
    if fields.flag("closed", "isclosed") or fields.flag("isopen", "open") is False:
        return "closed"
    opens, closes = fields.line(*_OPENS, limit=NAME_CHARACTERS), fields.line(*_CLOSES, limit=NAME_CHARACTERS)
    if fields.flag("allday", "open24hours", "is24hours"):
        return "00:00–24:00"
    return f"{_time(opens)}–{_time(closes)}" if opens and closes else None


def _time(text: str) -> str:
    match = _SECONDS.fullmatch(text)
    return match[1] if match else text


def _kept(lines: list[str | None]) -> tuple[str, ...]:
    cleaned = (as_line(line, LINE_CHARACTERS) for line in lines[:MAX_LINES])
    return tuple(line for line in cleaned if line)
