"""What a price is per: "hourly", "PER_HOUR", "2 hours", "P1M" → a unit and how many of it (PROTOCOL §4). Pure.

Of two words such as "desk" and "month" the time is the unit, and the other is what it is `per`: £300 a month for a desk
isn't £300 for a desk.

An unknown unit keeps its own text. "4 weeks" and "28 days" are `four_weeks`; "3 months" stays 3 × `month`, since a
quarter may also mean a calendar quarter; only the word gives `quarter`.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from widget_server.hub.cleaning import clean_line
from widget_server.hub.fields import Fields, RowRefused, as_line, is_blank, plain_key, words
from widget_server.hub.numbers import NotANumber, read_number
from widget_server.model import UNITS

HIGHEST_COUNT = 10_000
UNIT_CHARACTERS = 60

UNIT_NAMES = (
    "unit", "period", "interval", "intervallength", "chargeperiod", "frequency", "billingperiod", "billinginterval",
    "billingfrequency", "billingcycle", "intervalunit", "periodunit", "timeunit", "durationunit", "unittype",
    "priceunit", "rateunit", "cycle", "cycleunit", "per",
)  # fmt: skip
COUNT_NAMES = ("quantity", "unitcount", "cycleduration", "intervalcount", "periodcount", "unitquantity")

_WORDS = {
    "minute": "min mins minute minutes minutely",
    "hour": "h hr hrs hour hours hourly",
    "half_day": "halfday halfdays halfdaily",
    "day": "d day days daily",
    "week": "w wk wks week weeks weekly",
    "four_weeks": "fourweek fourweeks fourweekly 4weekly 28daily",
    "month": "mo mth mths month months monthly pcm calendarmonth calendarmonths",
    "quarter": "q qtr quarter quarters quarterly",
    "year": "y yr yrs year years yearly annual annually annum pa",
    "use": "use uses usage",
    "one_off": "once oneoff onetime onceoff single onetimepayment",
}
_UNITS = {word: unit for unit, spellings in _WORDS.items() for word in spellings.split()}
_PER_WORDS = {
    "person": "person persons people pax pp head heads",
    "desk": "desk desks",
    "room": "room rooms",
}
_PER = {word: per for per, spellings in _PER_WORDS.items() for word in spellings.split()}
_PER_NAMES = ("unit", "per", "priceunit", "rateunit")
"""Keys whose word is shown as it is when it is no time and stands beside one; under the others it may be anything."""
_NO_PER = words("time duration interval period unit each item standard default fixed recurring price rate amount")
_TWO_WORDS = re.compile(r"(.+?)\s*(?:/|,|\bper\b|\band\b|\ba\b)\s*(?:per\s+)?([^/,]+)")
_FORTNIGHTS = frozenset({"fortnight", "fortnights", "fortnightly"})
_NUMBER_WORDS = {"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "six": "6", "twelve": "12"}

_LEADING_PER = re.compile(r"^(?:price\s+)?(?:per|each|every|/|a|an)\s+|^/", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?P<count>[0-9]+(?:[.,][0-9]+)?|half an?|an?|one|two|three|four|six|twelve|½)\s*(?P<unit>[^0-9]+)"
)
_ISO = re.compile(r"P(?:(?P<date>[0-9]+(?:\.[0-9]+)?)(?P<date_unit>[YMWD])|T(?P<time>[0-9]+)(?P<time_unit>[HM]))", re.I)
_ISO_DATE = {"Y": "year", "M": "month", "W": "week", "D": "day"}
_ISO_TIME = {"H": "hour", "M": "minute"}


@dataclass(frozen=True)
class Unit:
    """`name` is one of the model's UNITS, the source's own text, or None when it says nothing. `per` is what else it is
    for: "person", "desk", "room" or the source's own text; only beside one of UNITS."""

    name: str | None = None
    count: int = 1
    per: str | None = None


def read_unit(fields: Fields) -> Unit:
    """What an item's amount is per. Raises RowRefused when it names a number of units that can't be read, or two."""
    values = [value for name in UNIT_NAMES if not is_blank(value := fields.get(name))]
    nested = next((value for value in values if isinstance(value, dict)), None)
    unit = _of_values(values, fields) if nested is None else _nested(nested)
    return replace(unit, per=unit.per or _per_beside(fields)) if unit.name in UNITS else unit


def _of_values(values: list[Any], fields: Fields) -> Unit:
    texts = [value for value in values if isinstance(value, str) and not _is_number(value)]
    counts = [value for value in values if _is_number(value)]
    stated = [value for name in COUNT_NAMES if not is_blank(value := fields.get(name))]
    if not texts:
        texts = [value for value in stated if isinstance(value, str) and not _is_number(value)]
        stated = [value for value in stated if value not in texts]
    times = [text for text in texts if unit_of(text).name in UNITS]
    return _combined(next(iter(times or texts), None), [*stated, *counts])


def unit_of(text: str) -> Unit:
    """ "per hour", "HOURLY", "month(s)" → hour, hour, month; "2 hours" → 2 × hour; "desk" → "desk"; "person/hour" →
    hour, per person."""
    known = _known_unit(text) or _of_two_words(text)
    return known if known else Unit(clean_line(text, UNIT_CHARACTERS) or None)


def _nested(value: dict[Any, Any]) -> Unit:
    """{"value": 2, "unit": "hour"} and {"name": "month"}."""
    inner = Fields(value)
    text = inner.line("unit", "name", "type", "interval", "period", "code", "label")
    count = inner.get("count", "value", "length", "quantity", "duration", *COUNT_NAMES)
    return _combined(text, [] if count is None else [count])


def known_per(text: str) -> str | None:
    """ "per Person", "people" → "person"; None for words that aren't ours."""
    return _PER.get(_LEADING_PER.sub("", clean_line(text, UNIT_CHARACTERS)).strip(" .").lower())


def _per_beside(fields: Fields) -> str | None:
    """What an item's price is for beside its time, if a word of it says so."""
    found = [(name, value) for name in UNIT_NAMES if isinstance(value := fields.get(name), str) and not is_blank(value)]
    others = [(name, text) for name, text in found if unit_of(text).name not in UNITS and not _is_number(text)]
    known = next((per for _, text in others if (per := known_per(text))), None)
    own = (clean_line(text, UNIT_CHARACTERS) for name, text in others if name in _PER_NAMES)
    return known or next((text for text in own if _may_be_per(text)), None)


def _may_be_per(text: str) -> bool:
    return plain_key(text) not in _NO_PER and not (len(text) == 3 and text.isupper())  # a currency, perhaps


def _of_two_words(text: str) -> Unit | None:
    """ "per person per hour", "month / desk"."""
    match = _TWO_WORDS.fullmatch(_LEADING_PER.sub("", clean_line(text, UNIT_CHARACTERS).lower()))
    for one, other in ((match[1], match[2]), (match[2], match[1])) if match else ():
        unit, per = _known_unit(one), known_per(other)
        if unit and per:
            return replace(unit, per=per)
    return None


def _combined(word: str | None, counts: list[Any]) -> Unit:
    numbers = {_count(value) for value in counts} - {Decimal(0)}
    if word is None:
        return Unit()
    unit = unit_of(word)
    if unit.count != 1:
        numbers.add(Decimal(unit.count))
    if len(numbers - {Decimal(1)}) > 1:
        raise RowRefused("it names two different numbers of units")
    number = max(numbers, default=Decimal(1), key=lambda n: (n != 1, n))
    return replace(_measured(number, unit.name, word), per=unit.per)


def _measured(number: Decimal, name: str | None, word: str) -> Unit:
    if name == "day" and number == Decimal("0.5"):
        return Unit("half_day")
    if name == "hour" and number != number.to_integral_value():
        name, number = "minute", number * 60
    if number != number.to_integral_value():
        return Unit(clean_line(f"{number:f} {word}", UNIT_CHARACTERS))
    if name == "four_weeks" and number in {4, 28}:
        raise RowRefused("it names its number of weeks twice")
    if (name, number) in {("week", Decimal(4)), ("day", Decimal(28))}:
        return Unit("four_weeks")
    return Unit(name, int(number))


def _known_unit(text: str) -> Unit | None:
    text = clean_line(text, 200).replace("_", " ").replace("-", " ").strip(" .")
    iso = _ISO.fullmatch(text)
    if iso:
        return _of_iso(iso)
    phrase = _LEADING_PER.sub("", text.replace("(", "").replace(")", "")).lower().strip()
    key = phrase.replace(" ", "").removeprefix("per")
    if key in _UNITS:
        return Unit(_UNITS[key])
    if key in _FORTNIGHTS:
        return Unit("week", 2)
    counted = _COUNTED.fullmatch(phrase)
    return _of_count(counted) if counted else None


def _of_iso(iso: re.Match[str]) -> Unit | None:
    name = _ISO_DATE[iso["date_unit"].upper()] if iso["date"] else _ISO_TIME[iso["time_unit"].upper()]
    number = Decimal(iso["date"] or iso["time"])
    return _measured(number, name, name) if 0 < number <= HIGHEST_COUNT else None


def _of_count(counted: re.Match[str]) -> Unit | None:
    unit = _UNITS.get(counted["unit"].replace(" ", ""))
    written = counted["count"].replace(",", ".")
    number = Decimal("0.5" if written in {"½", "half a", "half an"} else _NUMBER_WORDS.get(written, written))
    if unit is None or not 0 < number <= HIGHEST_COUNT:
        return None
    return _measured(number, unit, unit)


def _is_number(value: Any) -> bool:
    try:
        read_number(value, "decimal")
    except NotANumber:
        return False
    return True


def _count(value: Any) -> Decimal:
    try:
        number = read_number(value, "decimal")
    except NotANumber as error:
        raise RowRefused(f"its number of units can't be read: {as_line(value, 40)!r}") from error
    if not 0 <= number <= HIGHEST_COUNT:
        raise RowRefused("its number of units is out of range")
    return number
