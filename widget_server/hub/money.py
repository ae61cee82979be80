"""Amounts and currencies: exact decimals in major units, never rounded (PROTOCOL §4). Pure."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import get_currency_precision, list_currencies

from widget_server.hub.fields import RowRefused, as_line, is_blank
from widget_server.hub.numbers import MAX_NUMBER_CHARACTERS, NotANumber, read_number
from widget_server.setting_kinds import is_money

HIGHEST_AMOUNT = Decimal(10) ** 9
MAX_DECIMALS = 15
"""More are the marks of broken arithmetic at the source; it also keeps sums within decimal's 28 digits."""

ISO_MINOR_UNITS = {
    "AFN": 2, "ALL": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "SLL": 2, "SOS": 2,
    "SYP": 2, "YER": 2,
}  # fmt: skip
"""Where Babel's digits (CLDR: how people write prices) differ from ISO 4217's, which "in cents" goes by."""

SYMBOLS = {
    "€": {"EUR"}, "£": {"GBP"}, "₹": {"INR"}, "₩": {"KRW"}, "₪": {"ILS"}, "₫": {"VND"}, "₴": {"UAH"}, "₺": {"TRY"},
    "₦": {"NGN"}, "฿": {"THB"}, "₱": {"PHP"}, "zł": {"PLN"}, "Kč": {"CZK"}, "R$": {"BRL"}, "CHF": {"CHF"},
    "¥": {"JPY", "CNY"}, "kr": {"SEK", "NOK", "DKK", "ISK"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP"},
    "US$": {"USD"}, "A$": {"AUD"}, "C$": {"CAD"}, "CA$": {"CAD"}, "NZ$": {"NZD"}, "S$": {"SGD"}, "HK$": {"HKD"},
}  # fmt: skip
"""What a sign beside an amount may stand for. One that several share names no currency, it only must not contradict."""

_SIGNED = re.compile(r"(?P<before>[^0-9.,+\-−\s]{0,3})\s*(?P<number>[+\-−]?\s*[0-9.,][0-9.,'’ \u00a0\u202f]*)"
                     r"\s*(?P<after>[^0-9.,+\-−\s]{0,3})")  # fmt: skip


def read_currency(value: Any) -> str | None:
    """ "gbp", "£" or {"code": "GBP"} → "GBP"; null and blank → None. Raises RowRefused for what we don't know:
    a price in the wrong currency is worse than none."""
    if isinstance(value, dict):
        lowered = {str(key).lower(): inner for key, inner in value.items()}
        value = lowered.get("code") or lowered.get("currencycode") or lowered.get("iso") or lowered.get("currency")
    if is_blank(value):
        return None
    if isinstance(value, str):
        code = value.strip().upper()
        meant = SYMBOLS.get(value.strip(), {code})
        if len(meant) == 1 and meant <= _known_currencies():
            return next(iter(meant))
    raise RowRefused(f"its currency {as_line(value, 20)!r} is not one that we know")


def minor_units(currency: str) -> int:
    """How many decimals ISO 4217 gives a currency: GBP 2, JPY 0, KWD 3."""
    return ISO_MINOR_UNITS.get(currency, get_currency_precision(currency))


def read_amount(value: Any, currency: str | None, *, in_minor_units: bool = False) -> Decimal | None:
    """An amount in major units, padded: 300 → 300.00, "45.005" → 45.005, 4500 cents → 45.00; JPY 300.0 → 300.

    None when it is in minor units of a currency that we don't know; without a currency nothing is padded.
    Raises RowRefused for what isn't one number, is negative, over 10^9, or in another currency than `currency`.
    """
    places = minor_units(currency) if in_minor_units and currency else 0
    number = _bounded(_number(value, currency), HIGHEST_AMOUNT.scaleb(places))
    if in_minor_units and currency is None:
        return None
    return _padded(number.scaleb(-places), currency)


def stated_currency(value: Any) -> str | None:
    """The currency that an amount's own text names beyond doubt: "45 EUR" → "EUR", "£45" → "GBP", "$45" → None."""
    match = _signed(value) if isinstance(value, str) else None
    sign = (match["before"] or match["after"]) if match else ""
    meant = _meaning(sign) if sign else set()
    return next(iter(meant)) if len(meant) == 1 else None


def _number(value: Any, currency: str | None) -> Decimal:
    try:
        return read_number(_without_sign(value, currency) if isinstance(value, str) else value)
    except NotANumber as error:
        raise RowRefused(f"its amount can't be read: {error}") from error


def _without_sign(text: str, currency: str | None) -> str:
    """ "£45.00" → "45.00", if the sign agrees with the currency."""
    match = _signed(text)
    if match is None:
        return text
    sign = match["before"] or match["after"]
    if sign and currency not in _meaning(sign):
        raise RowRefused(f"its amount {text[:40]!r} can't be read as {currency or 'an amount without a currency'}")
    return match["number"]


def _signed(text: str) -> re.Match[str] | None:
    stripped = text.strip()
    match = _SIGNED.fullmatch(stripped) if len(stripped) <= MAX_NUMBER_CHARACTERS else None
    return None if match is None or (match["before"] and match["after"]) else match


def _meaning(sign: str) -> set[str]:
    return SYMBOLS.get(sign, {sign.upper()} & _known_currencies())


def _bounded(number: Decimal, highest: Decimal) -> Decimal:
    if number < 0:
        raise RowRefused("its amount is negative")
    if number > highest:
        raise RowRefused("its amount is over 10^9")
    if number and _decimals(number) > MAX_DECIMALS:
        raise RowRefused(f"its amount has more than {MAX_DECIMALS} decimals")
    return number


def _decimals(number: Decimal) -> int:
    """How many decimals a number needs: 45.500 → 1, 300 → 0. Its exponent alone would count padding."""
    _, digits, exponent = number.as_tuple()
    trailing = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return max(0, -(int(exponent) + trailing))


def _padded(number: Decimal, currency: str | None) -> Decimal:
    if not number:
        number = Decimal(0)
    places = max(_decimals(number), 0 if currency is None else minor_units(currency))
    return number.quantize(Decimal(1).scaleb(-places))


@lru_cache(maxsize=1)
def _known_currencies() -> frozenset[str]:
    return frozenset(filter(is_money, list_currencies()))
