"""Whether a price includes tax, and how much tax that is (PROTOCOL §4: "Tax unknown: say nothing"). Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from widget_server.hub.fields import Fields, as_flag, plain_key, words
from widget_server.hub.numbers import NotANumber, read_number
from widget_server.model import TaxMode

HIGHEST_RATE = Decimal(100)
MAX_RATE_DECIMALS = 6
LOWEST_FRACTION, HIGHEST_FRACTION = Decimal("0.01"), Decimal("0.3")

_RATE_NAMES = ("taxrate", "vatrate", "gstrate", "taxpercent", "taxpercentage", "vatpercent", "vatpercentage")
_INCLUDED_NAMES = (
    "taxincluded", "taxinclusive", "istaxincluded", "taxincl", "includestax", "includetax", "priceincludestax",
    "pricesincludetax", "vatincluded", "vatinclusive", "isvatincluded", "includesvat", "inclusiveoftax",
)  # fmt: skip
_MODE_NAMES = ("taxmode", "taxtype", "taxbehavior", "taxbehaviour", "vatmode")
_INCLUSIVE = words(
    "inclusive included incl inc gross inclvat incvat incltax inctax includingvat includingtax taxincluded taxinclusive"
    " vatincluded vatinclusive"
)
_EXCLUSIVE = words(
    "exclusive excluded excl exc ex net exvat exclvat excvat extax excltax exctax excludingvat excludingtax taxexcluded"
    " taxexclusive vatexcluded vatexclusive plusvat plustax +vat +tax"
)


@dataclass(frozen=True)
class Tax:
    """`rate` in percent: 20 is 20 %. None is unknown. `disputed`: it is, because the item contradicts itself."""

    mode: TaxMode | None = None
    rate: Decimal | None = None
    disputed: bool = False


def read_tax(fields: Fields) -> Tax:
    """What an item says of tax; two statements that contradict each other are none. Never raises."""
    nested = next((value for key in ("tax", "vat") if isinstance(value := fields.get(key), dict)), None)
    inner = Fields(nested or {})
    rates = [fields.get(*_RATE_NAMES), inner.get("rate", "percent", "percentage", *_RATE_NAMES)]
    statements = [(fields, _INCLUDED_NAMES), (fields, _MODE_NAMES)]
    statements += [(inner, ("included", "inclusive", *_INCLUDED_NAMES)), (inner, ("mode", "type", *_MODE_NAMES))]
    modes = {mode for source, names in statements if (mode := _mode(source.get(*names))) is not None}
    return Tax(
        disputed=len(modes) > 1,
        mode=modes.pop() if len(modes) == 1 else None,
        rate=next((rate for value in rates if (rate := _percent(value)) is not None), None),
    )


def _mode(value: Any) -> TaxMode | None:
    word = plain_key(value).replace(".", "") if isinstance(value, str) else None
    if word in _INCLUSIVE:
        return "inclusive"
    if word in _EXCLUSIVE:
        return "exclusive"
    flag = as_flag(value)
    return None if flag is None else "inclusive" if flag else "exclusive"


def _percent(value: Any) -> Decimal | None:
    """20, "20", "20%" and 0.2 → 20.

    A bare number from 0.01 to 0.3 is a fraction, since sources that count in fractions are common and sales taxes are
    of that size; with a percent sign it is taken as written. From 1 on it is in percent. What else is below 1 may be
    either, so it is unknown: 0.5 isn't 50 %.
    """
    signed = isinstance(value, str) and value.strip().endswith("%")
    try:
        number = read_number(value.strip().removesuffix("%") if signed else value, "decimal")
    except NotANumber:
        return None
    # Bounds first: arithmetic on 1E-999999 or 1E+999999 would round or overflow.
    if not 0 <= number <= HIGHEST_RATE or (number and number.adjusted() < -MAX_RATE_DECIMALS):
        return None
    if not signed and 0 < number < 1 and not LOWEST_FRACTION <= number <= HIGHEST_FRACTION:
        return None
    percent = number if signed or number >= 1 else number * 100
    rounded = percent.quantize(Decimal(1).scaleb(-MAX_RATE_DECIMALS))
    return Decimal(f"{rounded:f}".rstrip("0").rstrip(".")) if rounded == percent else None
