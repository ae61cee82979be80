"""Extras: what can be had on top of a rate (PROTOCOL §4, below a rate or inside of it). Pure."""

import hashlib
from typing import Any

from widget_server.hub.fields import Fields, RowRefused
from widget_server.hub.marks import Manner
from widget_server.hub.money import read_currency
from widget_server.hub.quotes import find_quotes
from widget_server.hub.units import read_unit
from widget_server.model import ExtraData

DERIVED_PREFIX = "derived-"
ID_NAMES = ("id", "uuid", "guid")
EMBEDDED_NAMES = ("extras", "addons", "rateextras")
MAX_EMBEDDED = 100


def derived_id(*facts: object) -> str:
    """A stable identifier for an item without one, from what is unlikely to change about it (never its price)."""
    text = "\x1f".join("" if fact is None else str(fact) for fact in facts)
    return DERIVED_PREFIX + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:24]


def read_extra(fields: Fields, manner: Manner) -> ExtraData:
    """One extra. Without a name it can't be shown. Raises RowRefused."""
    name = fields.line("name", "title", "label", "description")
    if name is None:
        raise RowRefused("it has no name")
    unit = read_unit(fields)
    stated = read_currency(fields.get("currency", "currencycode"))
    quote = find_quotes(fields, stated, manner)[0]
    own = quote.currency_beside(stated, None)
    currency = own or manner.currency
    text = quote.key or unit.name
    unit_text = text if unit.count == 1 or text is None else f"{unit.count} {text}"
    return ExtraData(
        source_id=fields.identifier(*ID_NAMES, "extraid") or derived_id("extra", name, text),
        name=name,
        amount=quote.amount(currency, manner.marks),
        currency=currency,
        inherited=own is None,
        relies=own is None and quote.relies_on_currency,
        unit=unit_text if unit.per is None else f"{unit.per} / {unit_text}",
    )


def embedded_extras(fields: Fields, manner: Manner) -> tuple[ExtraData, ...]:
    """The extras inside a rate. One that can't be read is left out: it must not hide the rate's own price."""
    value = fields.get(*EMBEDDED_NAMES)
    items: list[Any] = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    found = []
    for item in items[:MAX_EMBEDDED]:
        try:
            found.append(read_extra(Fields(item if isinstance(item, dict) else {"name": item}), manner))
        except RowRefused:
            continue
    return tuple(found)
