"""Rates and their history. Each change of a price is written down once, and never changed afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, select, update

from widget_server.model import ExtraData, Json, Quarantined, RateData
from widget_server.store import codec, counters
from widget_server.store.places import Stamp
from widget_server.store.tables import price_changes, rates


@dataclass(frozen=True)
class RateRow:
    """A rate as kept. `gone` ones stay as tombstones; `quarantined` says why its newest item was not taken over."""

    id: int
    item_id: str
    source_id: str
    data: RateData
    gone: bool
    quarantined: str | None
    ticket: int


@dataclass(frozen=True)
class PriceChange:
    """One line of the history. `old` and `new`: amount, currency, unit, unitCount, priceType; None: no such price."""

    at: datetime
    old: Json | None
    new: Json | None


def of_resource(connection: Connection, resource_id: str) -> list[RateRow]:
    """All rates that a resource ever had, tombstones included."""
    found = connection.execute(select(rates).where(rates.c.resource_id == resource_id).order_by(rates.c.id))
    return [_row(row) for row in found]


def save(connection: Connection, resource_id: str, data: RateData, raw: Json, stamp: Stamp) -> bool:
    """What the source says of a rate; True when visitors may see a difference. Its price's change is written down."""
    same = and_(rates.c.resource_id == resource_id, rates.c.source_id == data.source_id)
    held = connection.execute(select(rates).where(same).with_for_update()).first()
    if held is not None and held.ticket > stamp.ticket:
        return False
    stored = codec.encoded(data)
    confirmed: dict[str, Any] = {
        "raw": raw,
        "ticket": stamp.ticket,
        "fetched_at": stamp.at,
        "gone_at": None,
        "quarantined": None,
    }
    changed = held is None or held.data != stored or held.gone_at is not None
    if changed:
        revision = counters.next_value(connection, "revision")
        confirmed |= {"data": stored, "item_id": data.item_id, "revision": revision}
    if held is None:
        row_id = _insert(connection, resource_id, data, confirmed)
    else:
        row_id = held.id
        connection.execute(update(rates).where(rates.c.id == row_id).values(**confirmed))
    if changed:
        old = None if held is None or held.gone_at is not None else price(codec.decoded(RateData, held.data))
        _write_down(connection, row_id, resource_id, old, price(data), stamp.at)
    return changed


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
    lost = [row for row in rows if not row.gone and row.ticket <= stamp.ticket]
    for row in lost:
        values = {
            "gone_at": stamp.at,
            "ticket": stamp.ticket,
            "revision": counters.next_value(connection, "revision"),
        }
        connection.execute(update(rates).where(rates.c.id == row.id).values(**values))
        _write_down(connection, row.id, resource_id, price(row.data), None, stamp.at)
    return len(lost)


def quarantine(connection: Connection, resource_id: str, bad: Quarantined, stamp: Stamp) -> None:
    """A row that must not be taken over: its last good value stays, and the operator sees why."""
    same = and_(rates.c.resource_id == resource_id, rates.c.item_id == bad.item_id, rates.c.ticket <= stamp.ticket)
    values = {"quarantined": bad.reason, "ticket": stamp.ticket, "raw": bad.raw}
    connection.execute(update(rates).where(same).values(**values))


def history(connection: Connection, rate_id: int) -> list[PriceChange]:
    """Every change of that rate's price, oldest first."""
    found = select(price_changes).where(price_changes.c.rate_id == rate_id).order_by(price_changes.c.id)
    return [PriceChange(row.at, row.old, row.new) for row in connection.execute(found)]


def price(data: RateData) -> Json:
    """What makes a price: the part of a rate whose change is history."""
    return {
        "amount": None if data.amount is None else str(data.amount),
        "currency": data.currency,
        "unit": data.unit,
        "unitCount": data.unit_count,
        "priceType": data.price_type,
    }


def present(connection: Connection, resource_ids: Collection[str]) -> dict[str, list[RateRow]]:
    """The rates that are not gone, by resource."""
    wanted = and_(rates.c.resource_id.in_(resource_ids), rates.c.gone_at.is_(None))
    found: dict[str, list[RateRow]] = {}
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
    )


def _insert(connection: Connection, resource_id: str, data: RateData, confirmed: dict[str, Any]) -> int:
    row = insert(rates).values(resource_id=resource_id, source_id=data.source_id, **confirmed)
    return int(connection.execute(row.returning(rates.c.id)).scalar_one())


def _write_down(
    connection: Connection, rate_id: int, resource_id: str, old: Json | None, new: Json | None, at: datetime
) -> None:
    if old == new:
        return
    revision = counters.next_value(connection, "revision")
    values = {"rate_id": rate_id, "resource_id": resource_id, "at": at, "old": old, "new": new, "revision": revision}
    connection.execute(insert(price_changes).values(**values))
