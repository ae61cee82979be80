"""Prices that name no currency, read again from the kept items when the one that they inherit changes (PROTOCOL §4).

They are shown in what is inherited then, whatever they were read in. But amounts in minor units, and texts such as
"1.250", are other amounts in another currency; and the history tells of every price that visitors saw change.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from widget_server.hub.extras import EMBEDDED_NAMES
from widget_server.hub.fields import Fields
from widget_server.hub.mapping import map_rates
from widget_server.model import RateData
from widget_server.store import places, prices
from widget_server.store.prices import RateRow

UNREAD = "it can't be read in the currency that holds now"


def read_again(
    connection: Connection, currency: str | None, at: datetime, resource_ids: Collection[str] | None = None
) -> int:
    """Read what these resources' prices come to now, or all; how many became others. `currency` is the operator's.

    In the caller's transaction, which has taken its turn (`take_turns`). Proportional to the prices that inherit.
    """
    inheriting = prices.inheriting(connection, resource_ids)
    parents = places.parents(connection, inheriting)
    of_location, of_resource = places.said_currencies(connection, set(parents.values()), inheriting)
    changed = 0
    for resource_id, rows in prices.present(connection, inheriting).items():
        inherited = of_resource.get(resource_id) or of_location.get(parents.get(resource_id, "")) or currency
        others = _others(rows, inherited)
        prices.read_again(connection, resource_id, others, at)
        changed += len(others)
    return changed


def _others(rows: Sequence[RateRow], currency: str | None) -> list[tuple[RateRow, RateData, str | None]]:
    """Rows that were read in another currency than they inherit, with what they are in this one."""
    stale = [row for row in rows if row.data.inherited and row.data.currency != currency]
    if not stale:
        return []
    mapped = map_rates(list({row.item_id: row.raw for row in rows}.values()), currency)
    fresh = {data.source_id: data for data, _ in mapped.items}
    reasons = {bad.item_id: bad.reason for bad in mapped.quarantined}
    return [(row, *_read(row, fresh.get(row.source_id), reasons, currency)) for row in stale]


def _read(
    row: RateRow, fresh: RateData | None, reasons: dict[str | None, str], currency: str | None
) -> tuple[RateData, str | None]:
    """The last good values of an item that can't be read stay, but not those that rely on another currency."""
    if fresh is None:
        kept = replace(row.data, amount=None, deposit=None, setup_fee=None) if row.data.relies else row.data
        return replace(kept, currency=currency), reasons.get(row.item_id, UNREAD)
    embedded = Fields.undisputed(row.raw).has(*EMBEDDED_NAMES)
    return (fresh if embedded else replace(fresh, extras=row.data.extras)), None
