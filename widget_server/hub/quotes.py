"""Finds the prices in a rate item, whatever they are called there (PROTOCOL §4). Pure.

One item may hold several: `pricePerHour` beside `pricePerDay`. Which keys mean the same price is decided here; reading
amounts is `money.py`'s.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from widget_server.hub.dates import looks_like_date
from widget_server.hub.fields import Fields, RowRefused, is_blank, words
from widget_server.hub.marks import Manner, Marks
from widget_server.hub.money import read_amount, read_currency, relies_on_currency, stated_currency
from widget_server.hub.units import unit_of
from widget_server.model import UNITS, PriceType, TaxMode

STRONG_NAMES = ("price", "amount", "unitamount", "unitprice", "pricepercycle", "priceamount")
WEAK_NAMES = ("cost", "rate", "value", "fee")
"""They may also mean something else beside a price, so they only count where no strong name has a value."""

FROM_NAMES = (
    "fromprice", "pricefrom", "startingfrom", "startingprice", "startingat", "minprice", "minimumprice", "lowestprice",
    "from",
)  # fmt: skip
NET_NAMES = ("net", "netprice", "pricenet", "netamount", "amountnet")
GROSS_NAMES = ("gross", "grossprice", "pricegross", "grossamount", "amountgross")
MINOR_SUFFIXES = ("incents", "cents", "inpence", "inminorunits", "minorunits")

_PER_UNIT = re.compile(r"(?:unit)?(?:price|amount|rate|cost|value|fee)?per([a-z]+)")
_UNIT_PRICE = re.compile(r"([a-z]+?)(?:price|amount|rate|cost)")
_ON_APPLICATION = words(
    "poa pop por tbc tbd tba onapplication priceonapplication onrequest uponrequest priceonrequest onenquiry call"
    " contact contactus enquire quote askus n/a"
)
_FREE = words("free gratis complimentary nocharge freeofcharge")
_FROM = words("from startingfrom startingat startsat starting startingprice minimum min")
_EXACT = words("exact fixed standard flat")


@dataclass(frozen=True)
class Quote:
    """One price before it is read. `key` is the unit that the key itself names ("hour" for `pricePerHour`)."""

    value: Any
    in_minor_units: bool = False
    currency: Any = None
    key: str | None = None
    starting: bool = False
    tax_mode: TaxMode | None = None
    net: "Quote | None" = None
    """The net price beside a gross one."""

    def taxed(self, mode: TaxMode | None) -> "Quote":
        """The net price where the item says that its prices are exclusive of tax and both are given."""
        return replace(self.net, key=self.key) if self.net and mode == "exclusive" else self

    @property
    def is_blank(self) -> bool:
        return is_blank(self.value) or self.stated_type == "on_application"

    @property
    def stated_type(self) -> PriceType | None:
        """What the value says in words: "POA" → on_application, "free" → free."""
        return price_type_of(self.value)

    def currency_beside(self, stated: str | None, default: str | None) -> str | None:
        """The currency of this price: its own, else the row's `stated`, else the one in its text, else `default`."""
        own = read_currency(self.currency)
        if own and stated and own != stated:
            raise RowRefused(f"it is in {stated} and its amount in {own}")
        return own or stated or stated_currency(self.value) or default

    @property
    def relies_on_currency(self) -> bool:
        """Whether its amount is another one in another currency."""
        stated = self.is_blank or self.stated_type is not None
        return not stated and (self.in_minor_units or not is_blank(self.currency) or relies_on_currency(self.value))

    def amount(self, currency: str | None, marks: Marks) -> Decimal | None:
        """The amount in major units; None when there is none, or one that no known currency decides. `marks` says what
        dots and commas stand for. Raises RowRefused."""
        if self.is_blank:
            return None
        if self.stated_type == "free":
            return read_amount(0, currency)
        return read_amount(self.value, currency, in_minor_units=self.in_minor_units, marks=marks)


def price_type_of(value: Any) -> PriceType | None:
    """ "POA", "price on request" → on_application; "starting from" → from; None when it says nothing of the kind."""
    if not isinstance(value, str):
        return None
    word = re.sub(r"[\s_\-.]", "", value[:60]).lower()
    for spellings, kind in ((_ON_APPLICATION, "on_application"), (_FREE, "free"), (_FROM, "from"), (_EXACT, "exact")):
        if word in spellings:
            return kind  # type: ignore[return-value]
    return None


def find_quotes(fields: Fields, stated: str | None, manner: Manner) -> list[Quote]:
    """The prices in one item, the one that no key ties to a unit first.

    `stated` is the row's own currency, and `manner` how to read amounts, for comparing cents with units.

    Of prices by unit, empty ones are left out when another one is given. Raises RowRefused when there is no key for
    an amount at all, or when two keys disagree about the same price.
    """
    by_unit = _by_unit(fields)
    given = [quote for quote in by_unit if not quote.is_blank]
    general = _general(fields, stated, manner)
    if general is not None and not (general.is_blank and given):
        return [general, *given]
    if given or len(by_unit) == 1:
        return given or by_unit
    if by_unit:
        return [Quote(None)]
    raise RowRefused("it has no amount that we can read")


def _by_unit(fields: Fields) -> list[Quote]:
    """`pricePerHour`, `hourlyRateInCents` …; one for each unit."""
    quotes: dict[str, Quote] = {}
    for key, value in fields:
        base, minor = _without_minor(key)
        unit = _unit_in_key(base)
        if unit is None or (unit in quotes and not quotes[unit].is_blank):
            continue
        quotes[unit] = replace(unfolded(value, minor), key=unit)
    return list(quotes.values())


def _unit_in_key(base: str) -> str | None:
    match = _PER_UNIT.fullmatch(base) or _UNIT_PRICE.fullmatch(base)
    unit = unit_of(match[1]) if match and base not in FROM_NAMES else None
    return unit.name if unit and unit.name in UNITS and unit.count == 1 else None


def _without_minor(key: str) -> tuple[str, bool]:
    """ "priceincents" → ("price", True)."""
    suffix = next((suffix for suffix in MINOR_SUFFIXES if key.endswith(suffix) and key != suffix), None)
    return (key.removesuffix(suffix), True) if suffix else (key, False)


def _general(fields: Fields, stated: str | None, manner: Manner) -> Quote | None:
    """The price that no key ties to a unit; None when no key could hold one."""
    strong = _named(fields, STRONG_NAMES)
    given = [quote for quote in strong if not quote.is_blank]
    if given:
        return _agreed(given, stated, manner)
    others = [*_net_or_gross(fields), *_named(fields, FROM_NAMES, starting=True), *_weak(fields)]
    return next((quote for quote in others if not quote.is_blank), next(iter([*strong, *others]), None))


def _named(fields: Fields, names: tuple[str, ...], *, starting: bool = False) -> list[Quote]:
    found = []
    for name in names:
        for suffix in ("", *MINOR_SUFFIXES):
            value = fields.get(name + suffix)
            if fields.has(name + suffix) and (not starting or _may_be_amount(value)):
                found.append(replace(unfolded(value, bool(suffix)), starting=starting))
    return found


def _may_be_amount(value: Any) -> bool:
    """`from` may also be a flag, a date or nothing."""
    if isinstance(value, str):
        return bool(re.search(r"[0-9]", value)) and not looks_like_date(value)
    return value is not None and not isinstance(value, bool)


def _weak(fields: Fields) -> list[Quote]:
    """`rate: "Hourly"` is a name, not a price."""
    return [
        q
        for q in _named(fields, WEAK_NAMES)
        if not isinstance(q.value, str) or re.search(r"[0-9]", q.value) or q.stated_type
    ]


def _net_or_gross(fields: Fields) -> list[Quote]:
    """Gross before net: what a visitor will pay in the end."""
    net = [replace(quote, tax_mode="exclusive") for quote in _named(fields, NET_NAMES)]
    beside = next((quote for quote in net if not quote.is_blank), None)
    gross = [replace(quote, tax_mode="inclusive", net=beside) for quote in _named(fields, GROSS_NAMES)]
    return [*gross, *net]


def unfolded(value: Any, minor: bool) -> Quote:
    """A value that may be an object around the amount; raises RowRefused for one without an amount.

    {"net": 45, "gross": 54} → 54 inclusive; {"amount": 45, "currency": "GBP"} → 45 with its currency.
    """
    if not isinstance(value, dict):
        return Quote(value, minor)
    inner = Fields(value)
    found = [*_net_or_gross(inner), *_named(inner, (*STRONG_NAMES, *WEAK_NAMES))]
    found += _named(inner, FROM_NAMES, starting=True)
    quote = next((quote for quote in found if not quote.is_blank), None) or next(iter(found), None)
    if quote is None or isinstance(quote.value, dict):
        raise RowRefused("its amount is an object that we can't read")
    own = inner.get("currency", "currencycode")
    net = replace(quote.net, in_minor_units=quote.net.in_minor_units or minor, currency=own) if quote.net else None
    return replace(quote, in_minor_units=quote.in_minor_units or minor, currency=own, net=net)


def _agreed(quotes: list[Quote], stated: str | None, manner: Manner) -> Quote:
    """The first of several spellings of one price. Raises RowRefused when they don't say the same."""
    amounts = {quote.amount(quote.currency_beside(stated, manner.currency), manner.marks) for quote in quotes}
    if len(amounts - {None}) > 1:
        raise RowRefused("it names two different amounts")
    return quotes[0]
