"""A price's history as lines of a table, as points of a chart, and as CSV. Pure."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from widget_server.console.prices.wording import Wording
from widget_server.model import Json
from widget_server.store.activity import Deed
from widget_server.store.prices import PriceChange

MOST_POINTS = 500
"""That a chart draws: the newest. It has about as many pixels to draw them in."""
_PRICE = ("amount", "currency", "unit", "unitCount", "per", "priceType")
_COLUMNS = ("at", *(f"old_{name}" for name in _PRICE), *(f"new_{name}" for name in _PRICE))
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell's text, in full width too; as in the export of listings."""


@dataclass(frozen=True)
class Line:
    """The hub's change from `old` to `new` in words, or, with `deed`, what an operator did (`actor`)."""

    at: datetime
    old: str = ""
    new: str = ""
    deed: str | None = None
    actor: str | None = None


def lines(
    changes: Sequence[PriceChange], deeds: Sequence[Deed], wording: Wording, part: slice = slice(None)
) -> list[Line]:
    """Newest first; of all lines those of `part`, since saying a price takes longer than sorting it."""
    both: list[PriceChange | Deed] = [*changes, *deeds]
    found = sorted(both, key=lambda each: each.at, reverse=True)
    return [_line(each, wording) for each in found[part]]


def _line(each: PriceChange | Deed, wording: Wording) -> Line:
    if isinstance(each, Deed):
        return Line(each.at, deed=each.detail or each.kind, actor=each.actor)
    return Line(each.at, wording.price(each.old), wording.price(each.new))


def chart(changes: Sequence[PriceChange], now: datetime, wording: Wording) -> dict[str, Any] | None:
    """What the script draws: points in milliseconds since 1970, each on the line of its terms (currency and unit).

    None when there is no amount to draw. Exact values are in `said`; what the script makes of `amount` is a height.
    """
    newest = changes[-MOST_POINTS:]
    terms = list(dict.fromkeys(_terms(change.new) for change in newest if _has_amount(change.new)))
    points = [
        {
            "at": round(change.at.timestamp() * 1000),
            "amount": change.new["amount"] if change.new and _has_amount(change.new) else None,
            "line": terms.index(_terms(change.new)) if _has_amount(change.new) else None,
            "said": wording.price(change.new),
        }
        for change in newest
    ]
    currencies = {currency for currency, *_ in terms}
    currency = currencies.pop() if len(currencies) == 1 else None
    drawn = {"now": round(now.timestamp() * 1000), "lines": len(terms), "currency": currency, "points": points}
    return drawn if terms else None


def as_csv(changes: Sequence[PriceChange], *, with_head: bool = True) -> str:
    """Oldest first, instants in UTC, amounts exact. A cell that a spreadsheet would run begins with an apostrophe.

    A long history is made by pieces, of which the first has the line that names the columns.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    if with_head:
        writer.writerow(_COLUMNS)
    for change in changes:
        at = change.at.astimezone(UTC).isoformat(timespec="seconds")
        writer.writerow([at, *_cells(change.old), *_cells(change.new)])
    return text.getvalue()


def neutral(value: object) -> str:
    """`"=1+1"` → `"'=1+1"`; None → ""."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cells(price: Json | None) -> list[str]:
    return [neutral((price or {}).get(name)) for name in _PRICE]


def _has_amount(price: Json | None) -> bool:
    return price is not None and price["amount"] is not None


def _terms(price: Json | None) -> tuple[object, ...]:
    return () if price is None else (price["currency"], price["unit"], price["unitCount"], price.get("per"))
