"""Opening hours and addresses → readable lines (PROTOCOL §4). Pure."""

import re
from collections.abc import Mapping
from typing import Any

from widget_server.hub.cleaning import NAME_CHARACTERS
from widget_server.hub.fields import Fields, as_flag, as_line, is_blank

MAX_LINES = 50
LINE_CHARACTERS = 200
LAST_HOUR = 24

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

    A mapping by day ({"monday": "9-17"}) is read too. Days may be numbers (see `_numbered_days`). What can't be read is
    left out.
    """
    if isinstance(value, Mapping):
        fields = Fields(value)
        if all(key.isdigit() and isinstance(inner, Mapping) and _day(Fields(inner)) for key, inner in fields):
            return hour_lines([inner for _, inner in fields])  # a list, as PHP writes one
        days = _numbered_days([key for key, _ in fields])
        if days or any(key in _DAYS or key[:3] in _short_days() for key, _ in fields):
            return _kept([_of_day(days.get(key, key.capitalize()), inner) for key, inner in fields])
        return _kept([_hours(fields, {})])
    if isinstance(value, str):
        return _kept(list(value.splitlines()))
    if not isinstance(value, list):
        return ()
    items = [
        Fields(item) if isinstance(item, Mapping) else as_line(item, LINE_CHARACTERS) for item in value[:MAX_LINES]
    ]
    days = _numbered_days([_day(item) for item in items if isinstance(item, Fields)])
    return _kept([_hours(item, days) if isinstance(item, Fields) else item for item in items])


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


def _numbered_days(keys: list[str]) -> dict[str, str]:
    """The days that numbers stand for; none unless all are numbers, and they can be meant in one way.

    ISO 8601 counts from 1 for Monday to 7 for Sunday; others count Sunday as 0, and agree from 1 to 6. A set with both
    0 and 7 is counted in neither way.
    """
    numbers = {key for key in keys if key}
    if not numbers or not numbers <= set("01234567") or {"0", "7"} <= numbers:
        return {}
    return {number: _DAYS[int(number) - 1].capitalize() for number in numbers}


def _day(fields: Fields) -> str:
    return fields.line("day", "dayofweek", "weekday", "dayname", "days", "name", "label") or ""


def _hours(fields: Fields, days: Mapping[str, str]) -> str | None:
    """`days` are the names of those that are numbers; a number without a name is left out with its hours."""
    day = _day(fields)
    if day.isdigit() and day not in days:
        return None
    value = fields.get("hours", "time", "times")
    return _of_day(days.get(day, day), value if not is_blank(value) and not fields.has(*_OPENS) else dict(fields))


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
    """ "09:00–17:30", or "closed" when it says so. `open` may be a flag, or the time beside the one of closing."""
    opens, closes = _time(fields, _OPENS), _time(fields, _CLOSES)
    is_open = fields.flag("isopen", *(() if closes and not _is_flag(fields.get("open")) else ("open",)))
    if fields.flag("closed", "isclosed") or is_open is False:
        return "closed"
    if fields.flag("allday", "open24hours", "is24hours"):
        return "00:00–24:00"
    return f"{opens}–{closes}" if opens and closes else None


def _is_flag(value: Any) -> bool:
    """0 and 1 may be hours; true and "no" can't."""
    return isinstance(value, bool) or (as_flag(value) is not None and as_line(value, 2) not in {"0", "1"})


def _time(fields: Fields, names: tuple[str, ...]) -> str | None:
    """ "09:00:00" → "09:00"; 9 → "09:00"; other texts stay."""
    value = next((given for name in names if not is_blank(given := fields.get(name)) and not _is_flag(given)), None)
    if isinstance(value, int) and 0 <= value <= LAST_HOUR:
        return f"{value:02d}:00"
    text = as_line(value, NAME_CHARACTERS)
    match = _SECONDS.fullmatch(text) if text else None
    return match[1] if match else text


def _kept(lines: list[str | None]) -> tuple[str, ...]:
    cleaned = (as_line(line, LINE_CHARACTERS) for line in lines[:MAX_LINES])
    return tuple(line for line in cleaned if line)
