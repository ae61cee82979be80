"""Amounts and currencies: exact decimals in major units, never rounded (PROTOCOL §4). Pure."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from babel.numbers import list_currencies

from widget_server.hub.fields import RowRefused, as_line, is_blank
from widget_server.hub.marks import Marks, minor_units, settled
from widget_server.hub.numbers import MAX_NUMBER_CHARACTERS, NotANumber, doubtful_mark, read_number
from widget_server.setting_kinds import is_money

HIGHEST_AMOUNT = Decimal(10) ** 9
MAX_DECIMALS = 15
"""More are the marks of broken arithmetic at the source; it also keeps sums within decimal's 28 digits."""

SYMBOLS = {
    "€": {"EUR"}, "£": {"GBP"}, "₹": {"INR"}, "₩": {"KRW"}, "₪": {"ILS"}, "₫": {"VND"}, "đ": {"VND"}, "₴": {"UAH"},
    "₺": {"TRY"}, "₦": {"NGN"}, "฿": {"THB"}, "₱": {"PHP"}, "₽": {"RUB"}, "₸": {"KZT"}, "₾": {"GEL"}, "₼": {"AZN"},
    "₵": {"GHS"}, "₡": {"CRC"}, "₲": {"PYG"}, "৳": {"BDT"}, "zł": {"PLN"}, "Kč": {"CZK"}, "Ft": {"HUF"}, "лв": {"BGN"},
    "лв.": {"BGN"}, "руб": {"RUB"}, "руб.": {"RUB"}, "грн": {"UAH"}, "грн.": {"UAH"}, "lei": {"RON", "MDL"},
    "R$": {"BRL"}, "Rp": {"IDR"}, "Rp.": {"IDR"}, "RM": {"MYR"}, "KSh": {"KES"}, "R": {"ZAR"}, "S/": {"PEN"},
    "CHF": {"CHF"}, "Fr.": {"CHF"}, "SFr.": {"CHF"}, "¥": {"JPY", "CNY"}, "￥": {"JPY", "CNY"}, "円": {"JPY"},
    "元": {"CNY", "TWD", "HKD"}, "원": {"KRW"},
    "kr": {"SEK", "NOK", "DKK", "ISK"}, "kr.": {"SEK", "NOK", "DKK", "ISK"},
    "Rs": {"INR", "PKR", "LKR", "NPR", "MUR", "SCR"}, "Rs.": {"INR", "PKR", "LKR", "NPR", "MUR", "SCR"},
    "$": {"USD", "AUD", "CAD", "NZD", "SGD", "HKD", "MXN", "TWD", "ARS", "CLP", "COP", "UYU"},
    "US$": {"USD"}, "A$": {"AUD"}, "AU$": {"AUD"}, "C$": {"CAD", "NIO"}, "CA$": {"CAD"}, "NZ$": {"NZD"},
    "S$": {"SGD"}, "HK$": {"HKD"}, "NT$": {"TWD"}, "MX$": {"MXN"},
}  # fmt: skip
"""What a sign beside an amount may stand for. One that several share names no currency, it only must not contradict."""

_FOLDED = {sign.casefold(): meant for sign, meant in SYMBOLS.items()}
_SIGN = "|".join(sorted(map(re.escape, _FOLDED), key=len, reverse=True)) + "|[a-z]{3}"
_SIGNED = re.compile(
    rf"(?P<before>{_SIGN})?\s*(?P<number>[+\-−]?\s*[0-9.,](?:[0-9.,'’ \u00a0\u2009\u202f]*[0-9])?)"
    rf"(?P<whole>,[-–—]{{1,2}}|\.[-–—]{{1,2}}|:[-–—])?\s*(?P<after>{_SIGN})?",
    re.IGNORECASE,
)
_UNSEEN = dict.fromkeys([0x200E, 0x200F, 0x061C])
"""Marks of the writing's direction, which stand beside the signs of some languages."""


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
        meant = _FOLDED.get(value.strip().casefold(), {code})
        if len(meant) == 1 and meant <= _known_currencies():
            return next(iter(meant))
    raise RowRefused(f"its currency {as_line(value, 20)!r} is not one that we know")


def read_amount(
    value: Any, currency: str | None, *, in_minor_units: bool = False, marks: Marks | None = None
) -> Decimal | None:
    """An amount in major units, padded: 300 → 300.00, "45.5" → 45.50, 4500 cents → 45.00; JPY 300.0 → 300.

    `marks` says what dots and commas stand for in the set that it is from: "1.250" alone can be read in two ways.
    None when it is in minor units of a currency that we don't know, or a text that can only be read with its currency;
    without a currency nothing is padded. Raises RowRefused for what isn't one number, is negative, over 10^9, or in
    another currency than `currency`.
    """
    places = minor_units(currency) if in_minor_units and currency else 0
    number = _number(value, currency, None if in_minor_units and places else marks or settled())
    if number is None:
        return None
    number = _bounded(number, HIGHEST_AMOUNT.scaleb(places))
    if in_minor_units and currency is None:
        return None
    return _padded(number.scaleb(-places), currency)


def stated_currency(value: Any) -> str | None:
    """The currency that an amount's own text names beyond doubt: "45 EUR" → "EUR", "£45" → "GBP", "$45" → None."""
    match = _signed(value) if isinstance(value, str) else None
    meant = (_meaning(match) if match else None) or ()
    return next(iter(meant)) if len(meant) == 1 else None


def relies_on_currency(value: Any) -> bool:
    """Whether an amount in major units can be read only with its currency: with a sign beside it, or as "1.250"."""
    if not isinstance(value, str):
        return False
    match = _signed(value)
    return match is None or _meaning(match) is not None or doubtful_mark(match["number"]) is not None


def _number(value: Any, currency: str | None, marks: Marks | None) -> Decimal | None:
    """`marks` is None for minor units: there a currency's digits say nothing."""
    try:
        if not isinstance(value, str):
            return read_number(value)
        text = _without_sign(value, currency)
        if currency is None:
            return None if doubtful_mark(text) else read_number(text)
        if marks is not None:
            marks.note(text, currency)
        return read_number(text, marks.role(text, currency) if marks else None)
    except NotANumber as error:
        raise RowRefused(f"its amount can't be read: {error}") from error


def _without_sign(text: str, currency: str | None) -> str:
    """ "£45.00" → "45.00" and "45,- kr." → "45,00", if the sign agrees with the currency."""
    match = _signed(text)
    if match is None:
        return text
    meant = _meaning(match)
    if meant is not None and currency not in meant:
        raise RowRefused(f"its amount {text[:40]!r} can't be read as {currency or 'an amount without a currency'}")
    dash = match["whole"]
    return match["number"] + (f"{dash[0]}00" if dash and dash[0] in ".," else "")


def _signed(text: str) -> re.Match[str] | None:
    stripped = text.translate(_UNSEEN).strip()
    return _SIGNED.fullmatch(stripped) if len(stripped) <= MAX_NUMBER_CHARACTERS else None


def _meaning(match: re.Match[str]) -> set[str] | None:
    """What the signs before and behind an amount may stand for, both of them; None without any."""
    signs = [sign for sign in (match["before"], match["after"]) if sign]
    meant = [_FOLDED.get(sign.casefold(), {sign.upper()} & _known_currencies()) for sign in signs]
    return set.intersection(*meant) if meant else None


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
