"""Numbers as sources write them → exact decimals. Pure.

A number may come as a string ("4"), with separators ("1,234.50"), or as a float. Nothing is rounded, and what can be
read in two ways is not read at all.
"""

import re
from decimal import Decimal
from typing import Any

MAX_NUMBER_CHARACTERS = 60
MAX_INTEGER_BITS = 128
"""Far above any number that we take; a bound before arithmetic on numbers with millions of digits."""
MAX_EXPONENT = 1_000
"""1E-999999999 is short until somebody writes it out."""

_GROUP = r"[ \u00a0\u202f'’]"
_PLAIN = re.compile(r"[0-9]+|[0-9]*\.[0-9]+|[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_DOT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_BLANK_GROUPS = re.compile(rf"[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+(?:[.,][0-9]+)?")
_COMMA_DECIMALS = re.compile(r"[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})")


class NotANumber(ValueError):
    """The value isn't one number beyond doubt. The message is a reason to show, such as "'1,234' can be read in two
    ways"."""


def read_number(value: Any) -> Decimal:
    """The exact number behind an int, float, Decimal or string; it may be negative.

    "1,234.50" and "1.234,50" → 1234.50; "45,5" → 45.5; "45.005" → 45.005; "1,234" → NotANumber, as are booleans, NaN
    and infinities. Raises NotANumber.
    """
    if isinstance(value, bool):
        raise NotANumber("it is a yes or no, not a number")
    if isinstance(value, int):
        return _whole(value)
    if isinstance(value, float):
        return _finite(Decimal(repr(value)))
    if isinstance(value, Decimal):
        return _finite(value)
    if isinstance(value, str):
        return _from_text(value)
    raise NotANumber("it is not a number")


def read_whole(value: Any, highest: int) -> int | None:
    """A count from 0 to `highest`; None for anything else, also for fractions. "4" and 4.0 → 4."""
    try:
        number = read_number(value)
    except NotANumber:
        return None
    # Compared before `int()`: 1E+999999 would otherwise become a number of a million digits.
    if not 0 <= number <= highest or number != number.to_integral_value():
        return None
    return int(number)


def _whole(value: int) -> Decimal:
    if value.bit_length() > MAX_INTEGER_BITS:
        raise NotANumber("it has too many digits")
    return Decimal(value)


def _finite(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if isinstance(exponent, str):
        raise NotANumber("it is not a finite number")
    if abs(exponent) > MAX_EXPONENT:
        raise NotANumber("it has too many digits")
    return value


def _from_text(text: str) -> Decimal:
    stripped = text.strip()
    if len(stripped) > MAX_NUMBER_CHARACTERS:
        raise NotANumber("it is too long for a number")
    sign, body = (stripped[0], stripped[1:].strip()) if stripped[:1] in {"-", "−", "+"} else ("", stripped)
    number = Decimal(_normal_digits(body))
    return -number if sign in {"-", "−"} else number


def _normal_digits(body: str) -> str:
    if _PLAIN.fullmatch(body):
        return body
    if _COMMA_GROUPS.fullmatch(body):
        return body.replace(",", "")
    if _DOT_GROUPS.fullmatch(body):
        return body.replace(".", "").replace(",", ".")
    if _BLANK_GROUPS.fullmatch(body):
        return re.sub(_GROUP, "", body).replace(",", ".")
    if _COMMA_DECIMALS.fullmatch(body):
        return body.replace(",", ".")
    raise NotANumber(f"{body[:40]!r} is not one number beyond doubt")
