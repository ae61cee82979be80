"""A raw rate item → its prices. Pure.

Decisions where PROTOCOL §4 is silent:

- A rate that names no currency inherits one: `currency` is what it was read in, and `inherited` tells that it is shown
  in what its place or the operator says then. Without any the amount is as the source wrote it, and cents have none.
- An item without any key for an amount is refused rather than called "on application".
- A key that names a unit (`pricePerHour`) makes "ID:hour", also when it is alone, so that the identifier stays when a
  second one joins it.
- A validity date that can't be read refuses the row: it may be over.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from widget_server.hub.conditions import read_audience, read_length
from widget_server.hub.dates import NotADate, looks_like_date, read_moment
from widget_server.hub.extras import ID_NAMES, derived_id, embedded_extras
from widget_server.hub.fields import Fields, RowRefused, is_blank
from widget_server.hub.marks import Manner
from widget_server.hub.money import read_amount, read_currency
from widget_server.hub.quotes import Quote, find_quotes, price_type_of, unfolded
from widget_server.hub.tax import Tax, read_tax
from widget_server.hub.units import Unit, known_per, read_unit
from widget_server.model import PriceType, RateData

_NAME_NAMES = ("name", "title", "ratename", "displayname", "label")
_PRICE_TYPE_NAMES = ("pricetype", "pricingtype", "pricingmodel", "pricemode", "type")
_FROM_FLAGS = ("from", "isfrom", "isfromprice", "startingfrom", "fromprice", "pricefrom", "startingat")
_DEPOSIT_NAMES = ("deposit", "securitydeposit", "depositamount")
_SETUP_NAMES = (
    "setupfee", "signupfee", "setup", "signup", "joiningfee", "setupcost", "initialfee", "onboardingfee",
)  # fmt: skip
_VALID_FROM = ("validfrom", "startdate", "startsat", "effectivefrom", "validityfrom", "validitystart", "datefrom")
_VALID_TO = (
    "validto", "validuntil", "enddate", "endsat", "effectiveto", "effectiveuntil", "validityto", "validityend",
    "dateto", "expires", "expiresat", "expirydate",
)  # fmt: skip
_MIN_TERM = ("minterm", "minimumterm", "mincommitment", "minimumcommitment", "commitment")
_MIN_LENGTH = ("minlength", "minimumlength", "minduration", "minimumduration", "minbookinglength")
_MAX_LENGTH = ("maxlength", "maximumlength", "maxduration", "maximumduration", "maxbookinglength")
_BOOKING_NAMES = ("bookingurl", "bookurl", "bookinglink", "booklink", "bookinguri", "reservationurl", "checkouturl")


@dataclass(frozen=True)
class _Row:
    """What all prices of one item share."""

    item_id: str
    name: str | None
    stated: str | None
    manner: Manner
    unit: Unit
    tax: Tax
    price_type: PriceType | None


def read_rates(fields: Fields, manner: Manner) -> list[RateData]:
    """All prices in one item, at least one, read in that manner. Raises RowRefused, saying why none may be shown."""
    stated = read_currency(fields.get("currency", "currencycode", "currencyiso"))
    unit, name = read_unit(fields), fields.line(*_NAME_NAMES)
    row = _Row(
        item_id=_item_id(fields, name, unit),
        name=name,
        stated=stated,
        manner=manner,
        unit=unit,
        tax=read_tax(fields),
        price_type=_price_type(fields),
    )
    return list(_distinct([_rate(fields, row, quote.taxed(row.tax.mode)) for quote in _quotes(fields, row)]))


def rate_id(fields: Fields) -> str | None:
    """The hub's identifier of an item, if it has one."""
    return fields.identifier(*ID_NAMES, "rateid", "priceid", "syncarooid")


def item_id_of(fields: Fields) -> str | None:
    """The identifier that an item's prices are kept under, for an item that may be unreadable; None: it has none."""
    try:
        return _item_id(fields, fields.line(*_NAME_NAMES), read_unit(fields))
    except RowRefused:
        return rate_id(fields)


def _item_id(fields: Fields, name: str | None, unit: Unit) -> str:
    per = () if unit.per is None else (unit.per,)
    return rate_id(fields) or derived_id("rate", name, unit.name, unit.count, read_audience(fields), *per)


def _price_type(fields: Fields) -> PriceType | None:
    stated = next((kind for name in _PRICE_TYPE_NAMES if (kind := price_type_of(fields.get(name)))), None)
    return "from" if stated in (None, "exact") and fields.flag(*_boolean(fields)) else stated


def _boolean(fields: Fields) -> list[str]:
    """`from: true` is a flag; `from: 1` may be a price."""
    return [name for name in _FROM_FLAGS if isinstance(fields.get(name), bool | str)]


def _quotes(fields: Fields, row: _Row) -> list[Quote]:
    if row.price_type == "on_application":
        return [Quote(None)]
    if row.price_type == "free" and not fields.has("price", "amount"):
        return [Quote("free")]
    return find_quotes(fields, row.stated, row.manner)


def _rate(fields: Fields, row: _Row, quote: Quote) -> RateData:
    own = quote.currency_beside(row.stated, None)
    currency = own or row.manner.currency
    price_type, amount = _priced(row, quote, currency)
    manner = Manner(currency, row.manner.marks)
    deposit, fee = _side_quote(fields, _DEPOSIT_NAMES), _side_quote(fields, _SETUP_NAMES)
    tax_mode = _agreed_mode(row.tax, quote)
    valid_from, valid_to = _validity(fields)
    unit = Unit(quote.key, per=row.unit.per or known_per(row.unit.name or "")) if quote.key else row.unit
    return RateData(
        source_id=f"{row.item_id}:{quote.key}" if quote.key else row.item_id,
        item_id=row.item_id,
        name=row.name,
        amount=amount,
        currency=currency,
        unit=unit.name,
        unit_count=unit.count,
        per=unit.per,
        price_type=price_type,
        tax_mode=tax_mode,
        tax_rate=row.tax.rate,
        audience=read_audience(fields),
        deposit=_readable_amount(deposit, manner),
        setup_fee=_readable_amount(fee, manner),
        min_term=read_length(fields, *_MIN_TERM),
        min_length=read_length(fields, *_MIN_LENGTH),
        max_length=read_length(fields, *_MAX_LENGTH),
        valid_from=valid_from,
        valid_to=valid_to,
        booking_url=fields.url(*_BOOKING_NAMES),
        extras=embedded_extras(fields, manner),
        inherited=own is None,
        relies=own is None and any(each.relies_on_currency for each in (quote, deposit, fee) if each is not None),
        tax_disputed=row.tax.disputed or (tax_mode is None and row.tax.mode is not None),
    )


def _priced(row: _Row, quote: Quote, currency: str | None) -> tuple[PriceType, Decimal | None]:
    """0 is free, no amount is on application, unless the source says "from 0" or "free"."""
    starting = quote.starting or row.price_type == "from"
    if quote.is_blank and row.price_type != "free":
        return "on_application", None
    amount = read_amount(0, currency) if quote.is_blank else quote.amount(currency, row.manner.marks)
    if amount is not None and not amount and not starting:
        return "free", amount
    if row.price_type == "free":
        raise RowRefused("it is called free and has an amount")
    return ("from" if starting else "exact"), amount


def _agreed_mode(tax: Tax, quote: Quote) -> Any:
    """What {net, gross} says, unless the item's own words contradict it: then tax is unknown."""
    if quote.tax_mode is None or tax.mode is None:
        return quote.tax_mode or tax.mode
    return tax.mode if tax.mode == quote.tax_mode else None


def _side_quote(fields: Fields, names: tuple[str, ...]) -> Quote | None:
    """A deposit or fee; "one month's rent" is no amount and left out."""
    for name in names:
        for key, minor in ((name, False), (f"{name}incents", True), (f"{name}cents", True)):
            value = fields.get(key)
            if not is_blank(value):
                quote = unfolded(value, minor)
                is_said = isinstance(quote.value, str) and re.search(r"[^\W\d_]{4,}|^\D*$", quote.value)
                return None if is_said else quote
    return None


def _readable_amount(quote: Quote | None, manner: Manner) -> Decimal | None:
    """A negative one refuses the row."""
    if quote is None:
        return None
    return quote.amount(quote.currency_beside(manner.currency, None), manner.marks)


def _validity(fields: Fields) -> tuple[date | datetime | None, date | datetime | None]:
    nested = next(
        (value for key in ("validity", "validityperiod", "valid") if isinstance(value := fields.get(key), dict)), {}
    )
    inner = Fields(nested)
    start = fields.get(*_VALID_FROM) or inner.get("from", "start", *_VALID_FROM)
    if start is None and looks_like_date(fields.get("from")):
        start = fields.get("from")
    end = fields.get(*_VALID_TO) or inner.get("to", "until", "end", *_VALID_TO)
    if end is None and looks_like_date(fields.get("to", "until")):
        end = fields.get("to", "until")
    return _ordered(start, end)


def _ordered(start: Any, end: Any) -> tuple[date | datetime | None, date | datetime | None]:
    try:
        valid_from, valid_to = read_moment(start), read_moment(end)
    except NotADate as error:
        raise RowRefused(f"its validity can't be read: {error}") from error
    # A day of slack: a date without a time begins and ends in the location's zone, which isn't known here.
    if valid_from and valid_to and _day(valid_to) + timedelta(days=1) < _day(valid_from):
        raise RowRefused("its validity ends before it begins")
    return valid_from, valid_to


def _day(moment: date | datetime) -> date:
    return moment.date() if isinstance(moment, datetime) else moment


def _distinct(rates: list[RateData]) -> Iterator[RateData]:
    """`price` with `unit: hour` beside an equal `pricePerHour` is one price. Raises RowRefused if they differ."""
    units: dict[tuple[str | None, int, str | None], RateData] = {}
    for rate in rates:
        first = units.setdefault((rate.unit, rate.unit_count, rate.per), rate)
        if first is rate:
            yield rate
        elif first.amount != rate.amount:
            raise RowRefused(f"it names two different amounts per {rate.unit}")
