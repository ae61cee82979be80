"""An item's fields, found whatever their spelling: case and underscores don't count (PROTOCOL §4). Pure."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from widget_server.hub.cleaning import (
    NAME_CHARACTERS,
    clean_description,
    clean_line,
    clean_url,
    is_seen,
    storable_text,
)
from widget_server.hub.numbers import NotANumber, read_number

MAX_ID_CHARACTERS = 200

_TRUE = frozenset({"true", "yes", "y", "1", "on"})
_FALSE = frozenset({"false", "no", "n", "0", "off"})
_NOISE = re.compile(r"[_\-\s]")


class RowRefused(Exception):
    """This item must not be shown: it goes to quarantine with this reason, its neighbours are fine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def plain_key(key: str) -> str:
    """ "price_Per-Hour" → "priceperhour"."""
    return _NOISE.sub("", storable_text(key)).lower()


class Fields:
    """Look-ups in one raw item. Names are given as `plain_key` makes them, the preferred first.

    A value counts as given unless it is null or a blank string; with two spellings of one name the given one wins, and
    two given ones must say the same: which of "price" and "Price" is meant, nobody knows. Raises RowRefused.
    """

    def __init__(self, item: Mapping[Any, Any]) -> None:
        self._values, torn = _by_plain_key(item)
        if torn:
            raise RowRefused(f"it has {as_line(min(torn), 40)!r} in two spellings, with different values")

    @classmethod
    def undisputed(cls, item: Mapping[Any, Any]) -> "Fields":
        """Of an item that may contradict itself, the fields that say one thing only."""
        torn = _by_plain_key(item)[1]
        return cls({key: value for key, value in item.items() if plain_key(str(key)) not in torn})

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._values.items())

    def has(self, *names: str) -> bool:
        """Whether one of the keys is there, whatever its value."""
        return any(name in self._values for name in names)

    def get(self, *names: str) -> Any:
        """The first given value, or None."""
        return next((self._values[name] for name in names if not is_blank(self._values.get(name))), None)

    def line(self, *names: str, limit: int = NAME_CHARACTERS) -> str | None:
        """The first value that is text or a number, as one clean line."""
        lines = (as_line(self._values.get(name), limit) for name in names)
        return next((line for line in lines if line), None)

    def description(self, *names: str) -> str | None:
        """The first value that is text, cleaned, over several lines."""
        texts = (clean_description(value) for name in names if isinstance(value := self._values.get(name), str))
        return next((text for text in texts if text), None)

    def identifier(self, *names: str) -> str | None:
        """The first value that can be an identifier: text, or a whole number; as text."""
        found = (as_identifier(self._values.get(name)) for name in names)
        return next((identifier for identifier in found if identifier), None)

    def flag(self, *names: str) -> bool | None:
        """The first value that clearly says yes or no; None is unknown."""
        flags = (as_flag(self._values.get(name)) for name in names)
        return next((flag for flag in flags if flag is not None), None)

    def url(self, *names: str) -> str | None:
        """The first link that a visitor may follow."""
        urls = (clean_url(value) for name in names if isinstance(value := self._values.get(name), str))
        return next((url for url in urls if url), None)


def _by_plain_key(item: Mapping[Any, Any]) -> tuple[dict[str, Any], set[str]]:
    """The first given value of each key, and the keys of which another spelling says something else."""
    values, torn = dict[str, Any](), set[str]()
    for key, value in item.items():
        plain = plain_key(str(key))
        held = values.get(plain)
        if is_blank(held):
            values[plain] = value
        elif not is_blank(value) and not _say_the_same(held, value):
            torn.add(plain)
    return values, torn


def words(text: str) -> frozenset[str]:
    """ "poa tbc" → {"poa", "tbc"}: for the lists of spellings."""
    return frozenset(text.split())


def is_blank(value: Any) -> bool:
    """Null, or a string in which nothing is to be seen."""
    return value is None or (isinstance(value, str) and not is_seen(value))


def as_line(value: Any, limit: int = NAME_CHARACTERS) -> str | None:
    """Text or a number as one clean line, else None."""
    if isinstance(value, str):
        return clean_line(value, limit) or None
    try:
        return f"{read_number(value):f}"[:limit] if _is_modest(value) else None
    except NotANumber:
        return None


def as_identifier(value: Any) -> str | None:
    """19284, 19284.0 and "19284" → "19284"; None for what can't be an identifier."""
    if isinstance(value, str):
        line = clean_line(value, MAX_ID_CHARACTERS + 1)
        return line if 0 < len(line) <= MAX_ID_CHARACTERS else None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not _is_modest(value):
        return None
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return f"{number.to_integral_value():f}" if number == number.to_integral_value() else None


def as_flag(value: Any) -> bool | None:
    """Yes or no in the usual spellings, else None."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    return None


def _say_the_same(one: Any, other: Any) -> bool:
    """7 and "7" do, 45 and "45.00", true and true; "1.250" and 1.25 might not."""
    if repr(one) == repr(other):
        return True
    try:
        return read_number(one) == read_number(other)
    except NotANumber:
        return as_line(one) is not None and as_line(one) == as_line(other)


def _is_modest(value: Any) -> bool:
    """Whether a number can be written out without growing huge."""
    try:
        return abs(read_number(value)).adjusted() < 30
    except NotANumber:
        return False
