"""Rates and their history. Each change of a price is written down once, and never changed afterwards."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from widget_server.model import ExtraData, Json, Quarantined, RateData
from widget_server.store import codec, counters
from widget_server.store.chunks import chunks
from widget_server.store.places import Stamp
from widget_server.store.tables import price_changes, rates


@dataclass(frozen=True)
class RateRow:
    """A rate as kept. `gone` ones stay as tombstones; `quarantined` says why its newest item was not taken over.

    `stored` is `data` as its column has it, `raw` the item that it came from.
    """

    id: int
    item_id: str
    source_id: str
    data: RateData
    gone: bool
    quarantined: str | None
    ticket: int
    stored: Json
    raw: Json
    revision: int


@dataclass(frozen=True)
class Said:
    """What one fetch says of a resource's rates: good ones beside the raw item of each, items that can't be taken over
    (their last good values stay), and rows that it no longer has."""

    rates: Sequence[tuple[RateData, Json]] = ()
    bad: Sequence[Quarantined] = ()
    lost: Sequence[RateRow] = ()


_Prices = tuple[Json | None, Json | None]


@dataclass(frozen=True)
class PriceChange:
    """One line of the history. `old` and `new`: amount, currency, unit, unitCount, priceType, perhaps per; None: no
    such price."""

    at: datetime
    old: Json | None
    new: Json | None


def of_resource(connection: Connection, resource_id: str) -> list[RateRow]:
    """All rates that a resource ever had, tombstones included."""
    found = connection.execute(select(rates).where(rates.c.resource_id == resource_id).order_by(rates.c.id))
    return [_row(row) for row in found]


def save(connection: Connection, resource_id: str, data: RateData, raw: Json, stamp: Stamp) -> bool:
    """What the source says of one rate; True when visitors may see a difference."""
    return take_over(connection, resource_id, of_resource(connection, resource_id), Said(((data, raw),)), stamp) > 0


def take_over(connection: Connection, resource_id: str, held: Sequence[RateRow], said: Said, stamp: Stamp) -> int:
    """What the source says of a resource's rates, over `held`, which is `of_resource`; how many of them visitors
    may see change. What a later fetch has confirmed is left alone; changes of prices are written down.

    A handful of statements, however many rates there are.
    """
    plan = _planned(held, said, stamp)
    numbers = iter(counters.next_values(connection, "revision", plan.numbers))
    added = [{**values, "resource_id": resource_id, "revision": next(numbers)} for values in plan.added]
    ids = _added(connection, resource_id, added)
    changed = [{**values, "revision": next(numbers)} for values in plan.changed]
    if changed or plan.renewed:
        connection.execute(_CHANGE, [*changed, *plan.renewed])
    for some in chunks(plan.confirmed):
        connection.execute(_CONFIRM, {"ids": some, "newer": stamp.ticket, "at": stamp.at})
    if said.bad:
        connection.execute(_QUARANTINE, [_quarantined(resource_id, bad, stamp) for bad in said.bad])
    if plan.lost:
        connection.execute(_LOSE, [{**values, "revision": next(numbers)} for values in plan.lost])
    history = [*zip(ids, plan.first_prices, strict=True), *plan.new_prices]
    lines = [_line(rate_id, resource_id, old, new, stamp.at, numbers) for rate_id, (old, new) in history if old != new]
    if lines:
        connection.execute(insert(price_changes), lines)
    return len(added) + len(changed) + len(plan.lost)


def inheriting(connection: Connection, resource_ids: Collection[str] | None = None) -> list[str]:
    """Of these resources, or all, those with present rates that name no currency of their own."""
    wanted = select(rates.c.resource_id).where(rates.c.gone_at.is_(None), rates.c.data["inherited"].as_boolean())
    some = (
        [wanted] if resource_ids is None else [wanted.where(rates.c.resource_id.in_(c)) for c in chunks(resource_ids)]
    )
    return sorted({id for each in some for id in connection.execute(each.distinct()).scalars()})


def read_again(
    connection: Connection, resource_id: str, changed: Sequence[tuple[RateRow, RateData, str | None]], at: datetime
) -> None:
    """What kept items come to in another currency: (row, data, why it can't be read or None). No fetch confirms it."""
    numbers = iter(counters.next_values(connection, "revision", 2 * len(changed)))
    rows = [
        {"row_id": row.id, "data": codec.encoded(data), "quarantined": reason, "revision": next(numbers)}
        for row, data, reason in changed
    ]
    if rows:
        connection.execute(_CHANGE, rows)
        lines = [_line(row.id, resource_id, price(row.data), price(data), at, numbers) for row, data, _ in changed]
        connection.execute(insert(price_changes), lines)


def save_extras(connection: Connection, row: RateRow, extras: tuple[ExtraData, ...]) -> bool:
    """What can be had on top of a rate; it has a URL of its own and so doesn't go by the rate's ticket."""
    if row.data.extras == extras:
        return False
    stored = codec.encoded(replace(row.data, extras=extras))
    revision = counters.next_value(connection, "revision")
    connection.execute(update(rates).where(rates.c.id == row.id).values(data=stored, revision=revision))
    return True


def gone(connection: Connection, rows: Sequence[RateRow], resource_id: str, stamp: Stamp) -> int:
    """The source no longer has these; how many of them that was news for."""
    return take_over(connection, resource_id, rows, Said(lost=rows), stamp)


def quarantine(connection: Connection, resource_id: str, bad: Quarantined, stamp: Stamp) -> None:
    """A row that must not be taken over: its last good value stays, and the operator sees why."""
    take_over(connection, resource_id, (), Said(bad=(bad,)), stamp)


def history(connection: Connection, rate_id: int) -> list[PriceChange]:
    """Every change of that rate's price, oldest first."""
    found = select(price_changes).where(price_changes.c.rate_id == rate_id).order_by(price_changes.c.id)
    return [PriceChange(row.at, row.old, row.new) for row in connection.execute(found)]


def price(data: RateData) -> Json:
    """What makes a price: the part of a rate whose change is history. `per` is in it where there is one: earlier lines
    of the history know none."""
    per = {} if data.per is None else {"per": data.per}
    return per | {
        "amount": None if data.amount is None else str(data.amount),
        "currency": data.currency,
        "unit": data.unit,
        "unitCount": data.unit_count,
        "priceType": data.price_type,
    }


def present(connection: Connection, resource_ids: Collection[str]) -> dict[str, list[RateRow]]:
    """The rates that are not gone, by resource."""
    found: dict[str, list[RateRow]] = {}
    for some in chunks(resource_ids):
        wanted = and_(rates.c.resource_id.in_(some), rates.c.gone_at.is_(None))
        for row in connection.execute(select(rates).where(wanted).order_by(rates.c.id)):
            found.setdefault(row.resource_id, []).append(_row(row))
    return found


def _row(row: Row[Any]) -> RateRow:
    return RateRow(
        id=row.id,
        item_id=row.item_id,
        source_id=row.source_id,
        data=codec.decoded(RateData, row.data),
        gone=row.gone_at is not None,
        quarantined=row.quarantined,
        ticket=row.ticket,
        stored=row.data,
        raw=row.raw,
        revision=row.revision,
    )


@dataclass
class _Plan:
    """What is to be written: new rows, changed ones, those whose raw item alone is new, those that are as they were,
    and those that are no more; and what becomes of prices, (old, new), of new rows and by row."""

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    renewed: list[dict[str, Any]] = field(default_factory=list)
    confirmed: list[int] = field(default_factory=list)
    lost: list[dict[str, Any]] = field(default_factory=list)
    first_prices: list[_Prices] = field(default_factory=list)
    new_prices: list[tuple[int, _Prices]] = field(default_factory=list)

    @property
    def numbers(self) -> int:
        """How many revisions it takes: one a row, and one a line of the history."""
        lines = [*self.first_prices, *(prices for _, prices in self.new_prices)]
        return len(self.added) + len(self.changed) + len(self.lost) + sum(old != new for old, new in lines)


def _planned(held: Sequence[RateRow], said: Said, stamp: Stamp) -> _Plan:
    plan, by_source = _Plan(), {row.source_id: row for row in held}
    for data, raw in {data.source_id: (data, raw) for data, raw in said.rates}.values():
        row = by_source.get(data.source_id)
        if row is None:
            plan.added.append({**_told(data, raw, stamp), "source_id": data.source_id})
            plan.first_prices.append((None, price(data)))
        elif row.ticket <= stamp.ticket:
            _plan_row(plan, row, data, raw, stamp)
    for row in said.lost:
        if not row.gone and row.ticket <= stamp.ticket:
            plan.lost.append({"row_id": row.id, "gone_at": stamp.at, "ticket": stamp.ticket})
            plan.new_prices.append((row.id, (price(row.data), None)))
    return plan


def _plan_row(plan: _Plan, row: RateRow, data: RateData, raw: Json, stamp: Stamp) -> None:
    told = _told(data, raw, stamp)
    if row.gone or told["data"] != row.stored:
        plan.changed.append({**told, "row_id": row.id})
        plan.new_prices.append((row.id, (None if row.gone else price(row.data), price(data))))
    elif row.quarantined is not None or raw != row.raw:
        plan.renewed.append({**told, "item_id": row.item_id, "row_id": row.id, "revision": row.revision})
    else:
        plan.confirmed.append(row.id)


def _added(connection: Connection, resource_id: str, rows: list[dict[str, Any]]) -> list[int]:
    """Insert them; their ids in the order given. SQLite would answer each of them alone with its id."""
    if not rows:
        return []
    connection.execute(insert(rates), rows)
    ids = select(rates.c.source_id, rates.c.id).where(rates.c.resource_id == resource_id)
    by_source = {row.source_id: row.id for row in connection.execute(ids)}
    return [by_source[values["source_id"]] for values in rows]


def _told(data: RateData, raw: Json, stamp: Stamp) -> dict[str, Any]:
    return {
        "item_id": data.item_id,
        "data": codec.encoded(data),
        "raw": raw,
        "ticket": stamp.ticket,
        "fetched_at": stamp.at,
        "gone_at": None,
        "quarantined": None,
    }


def _quarantined(resource_id: str, bad: Quarantined, stamp: Stamp) -> dict[str, Any]:
    known = {"of": resource_id, "item": bad.item_id, "newest": stamp.ticket}
    return {**known, "quarantined": bad.reason, "ticket": stamp.ticket, "raw": bad.raw}


def _line(
    rate_id: int, resource_id: str, old: Json | None, new: Json | None, at: datetime, numbers: Iterator[int]
) -> dict[str, Any]:
    what = {"rate_id": rate_id, "resource_id": resource_id, "at": at, "old": old, "new": new}
    return {**what, "revision": next(numbers)}


_CHANGE = update(rates).where(rates.c.id == bindparam("row_id"))
_LOSE = update(rates).where(rates.c.id == bindparam("row_id"))
_CONFIRM = (
    update(rates)
    .where(rates.c.id.in_(bindparam("ids", expanding=True)))
    .values(ticket=bindparam("newer"), fetched_at=bindparam("at"))
)
_QUARANTINE = update(rates).where(
    rates.c.resource_id == bindparam("of"), rates.c.item_id == bindparam("item"), rates.c.ticket <= bindparam("newest")
)
