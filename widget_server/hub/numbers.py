"""Numbers as sources write them → exact decimals. Pure.

A number may come as a string ("4"), with separators ("1,234.50"), or as a float. Nothing is rounded but
what more than 15 digits show to be a float's error, and what can be read in two ways is read only by somebody who knows
what the source's dots and commas stand for.
"""

import re
from decimal import Context, Decimal
from typing import Any, Literal

MAX_NUMBER_CHARACTERS = 60
MAX_INTEGER_BITS = 128
"""Far above any number that we take; a bound before arithmetic on numbers with millions of digits."""
MAX_EXPONENT = 1_000
"""1E-999999999 is short until somebody writes it out."""

SIGNIFICANT_DIGITS = 15
"""A float holds so many in any case. More are what its arithmetic left: 19.9 × 100 = 1989.9999999999998."""

Role = Literal["decimal", "grouping"]
"""What a dot or a comma stands for."""

_TO_FIFTEEN = Context(prec=SIGNIFICANT_DIGITS)
_GROUP = r"[ \u00a0\u2009\u202f'’]"
_PLAIN = re.compile(r"[0-9]+|[0-9]*\.[0-9]+|[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{1,3}")
_COMMA_GROUPS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3}){2,}")
_LAKH_GROUPS = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_DOT_GROUPS = re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_BLANK_GROUPS = re.compile(rf"[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}})+(?:[.,][0-9]+)?")
_COMMA_DECIMALS = re.compile(r"[0-9]*,[0-9]+")
_DOUBTFUL = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")
_THREE_DECIMALS = re.compile(r"(?:0[0-9]*|[0-9]{4,})[.,][0-9]{3}")


class NotANumber(ValueError):
    """The value isn't one number beyond doubt. The message is a reason to show, such as "'1,234' can be read in two
    ways"."""


class InDoubt(NotANumber):
    """A text such as "1.250", which is 1250 where a dot groups thousands and 1.25 where it parts decimals."""


def read_number(value: Any, role: Role | None = None) -> Decimal:
    """The exact number behind an int, float, Decimal or string; it may be negative.

    "1,234.50" and "1.234,50" → 1234.50; "45,5" → 45.5; "0.125" → 0.125; "1,50,000" → 150000. "1.250" and "1,250" are
    read by `role`, which says what their dot or comma stands for; None: they raise InDoubt. A fraction with more than
    15 significant digits is read to 15: 1989.9999999999998 → 1990. Raises NotANumber for the rest, as for booleans, NaN
    and infinities.
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
        return _from_text(value, role)
    raise NotANumber("it is not a number")


def doubtful_mark(text: str) -> str | None:
    """The dot or comma of a text that can be read in two ways: "1.250" → "."; None for all others."""
    match = _DOUBTFUL.fullmatch(_parted(text)[1])
    return match[1] if match else None


def marks_used(text: str) -> dict[str, tuple[Role, bool]]:
    """What the dot and the comma of a text stand for beyond doubt, and whether that says how the writer would have
    written "1.250" or "1,250": by grouping thousands, or with three decimals.

    "1.250,00" → {".": ("grouping", True), ",": ("decimal", True)}; "1250.000" → {".": ("decimal", True)};
    "45.50" → {".": ("decimal", False)}; "1.250" → {}.
    """
    body = _parted(text)[1]
    marks = [mark for mark in ".," if mark in body]
    if not marks or _DOUBTFUL.fullmatch(body):
        return {}
    if _BLANK_GROUPS.fullmatch(body):
        return {marks[0]: ("decimal", True)}
    groups = "," if _COMMA_GROUPS.fullmatch(body) or _LAKH_GROUPS.fullmatch(body) else "."
    if groups == "," or _DOT_GROUPS.fullmatch(body):
        return {mark: ("grouping" if mark == groups else "decimal", True) for mark in marks}
    if _PLAIN.fullmatch(body) or _COMMA_DECIMALS.fullmatch(body):
        return {marks[0]: ("decimal", _THREE_DECIMALS.fullmatch(body) is not None)}
    return {}


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
    return _without_error(value)


def _without_error(value: Decimal) -> Decimal:
    _, digits, exponent = value.as_tuple()
    return _TO_FIFTEEN.plus(value) if int(exponent) < 0 and len(digits) > SIGNIFICANT_DIGITS else value


def _from_text(text: str, role: Role | None) -> Decimal:
    if len(text.strip()) > MAX_NUMBER_CHARACTERS:
        raise NotANumber("it is too long for a number")
    sign, body = _parted(text)
    number = _without_error(Decimal(_normal_digits(body, role)))
    return -number if sign in {"-", "−"} else number


def _parted(text: str) -> tuple[str, str]:
    """ "- 45" → ("-", "45")."""
    stripped = text.strip()
    return (stripped[0], stripped[1:].strip()) if stripped[:1] in {"-", "−", "+"} else ("", stripped)


def _normal_digits(body: str, role: Role | None) -> str:
    if _DOUBTFUL.fullmatch(body):
        if role is None:
            raise InDoubt(f"{body!r} can be read in two ways")
        return re.sub("[.,]", "" if role == "grouping" else ".", body)
    if _PLAIN.fullmatch(body):
        return body
    if _COMMA_GROUPS.fullmatch(body) or _LAKH_GROUPS.fullmatch(body):
        return body.replace(",", "")
    if _DOT_GROUPS.fullmatch(body):
        return body.replace(".", "").replace(",", ".")
    if _BLANK_GROUPS.fullmatch(body):
        return re.sub(_GROUP, "", body).replace(",", ".")
    if _COMMA_DECIMALS.fullmatch(body):
        return body.replace(",", ".")
    raise NotANumber(f"{body[:40]!r} is not one number beyond doubt")
