"""The operator's word over the hub's prices: a rate is hidden, or shows another amount, until it is withdrawn.

The hub's own prices go on being kept and their changes written down underneath. A correction is an amount for the
terms that it was made over (currency, unit and how many of it): where the hub has changed these since, it isn't used,
because "40" meant for an hour in pounds is a wrong price for a day in euros.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from widget_server.model import Json, PriceType, RateData
from widget_server.store import codec, counters, prices, publication
from widget_server.store.activity import Deed
from widget_server.store.chunks import chunks
from widget_server.store.tables import activity, overrides, rates

TERMS = ("currency", "unit", "unitCount", "per")
"""What an amount is an amount of."""


@dataclass(frozen=True)
class Decision:
    """What the operator decides of a rate: `hidden`, or `amount` in the rate's currency. `note` is their reason."""

    hidden: bool
    amount: Decimal | None
    note: str | None


@dataclass(frozen=True)
class Override:
    """A decision that holds, by whom (`actor`, an e-mail address) and since when.

    `made_over` is the hub's price that it was made over.
    """

    decision: Decision
    actor: str
    at: datetime
    made_over: Json

    def is_used(self, data: RateData) -> bool:
        """Whether visitors see its effect on what the hub says now."""
        return self.decision.hidden or all(self.made_over.get(term) == prices.price(data).get(term) for term in TERMS)

    def has_hub_changed(self, data: RateData) -> bool:
        """Whether the hub's price now is another than the one that the decision was made over."""
        return self.made_over != prices.price(data)


def shown(data: RateData, override: Override | None) -> RateData | None:
    """What visitors see of a rate; None: nothing."""
    if override is None or not override.is_used(data):
        return data
    return None if override.decision.hidden else corrected(data, override.decision.amount)


def corrected(data: RateData, amount: Decimal | None) -> RateData:
    """The rate with the operator's amount: a price even where the hub says "on application"; "from" stays "from". It
    was made in the currency that the rate was read in, and is in no other."""
    price_type: PriceType = "from" if data.price_type == "from" else "exact"
    return replace(data, amount=amount, price_type=price_type, inherited=data.currency is None, relies=False)


def by_rate(connection: Connection, rate_ids: Collection[int] | None = None) -> dict[int, Override]:
    """The overrides of these rates, or all, by rate."""
    every = select(overrides)
    wanted = [every] if rate_ids is None else [every.where(overrides.c.rate_id.in_(some)) for some in chunks(rate_ids)]
    return {row.rate_id: _override(row) for some in wanted for row in connection.execute(some)}


def save(
    connection: Connection, rate_id: int, decision: Decision, actor: str, now: datetime, made_over: Json | None = None
) -> None:
    """The decision holds from now on, instead of an earlier one. The caller has taken its turn (`take_turns`).

    `made_over`: the hub's price that it was made over, None: the present one.
    """
    connection.execute(delete(overrides).where(overrides.c.rate_id == rate_id))
    stored = connection.execute(select(rates.c.data).where(rates.c.id == rate_id)).scalar_one()
    values = {
        "hidden": decision.hidden,
        "amount": None if decision.amount is None else str(decision.amount),
        "note": decision.note,
        "made_over": made_over or prices.price(codec.decoded(RateData, stored)),
    }
    connection.execute(insert(overrides).values(rate_id=rate_id, actor=actor, at=now, **values))
    _tell(connection, rate_id)


def withdraw(connection: Connection, rate_id: int) -> bool:
    """The hub's price holds again; False when there was no override. The caller has taken its turn (`take_turns`)."""
    if connection.execute(delete(overrides).where(overrides.c.rate_id == rate_id)).rowcount != 1:
        return False
    _tell(connection, rate_id)
    return True


def deeds(connection: Connection, subject: str) -> list[Deed]:
    """What operators did to `subject`, oldest first: when overrides began and ended, by whom and why."""
    found = select(activity).where(activity.c.subject == subject).order_by(activity.c.id)
    return [Deed(row.id, row.at, row.actor, row.kind, row.subject, row.detail) for row in connection.execute(found)]


def _tell(connection: Connection, rate_id: int) -> None:
    """Whoever reads only what is newer finds it, and visitors get a new version."""
    revision = counters.next_value(connection, "revision")
    connection.execute(update(rates).where(rates.c.id == rate_id).values(revision=revision))
    publication.mark_changed(connection)


def _override(row: Row[Any]) -> Override:
    amount = None if row.amount is None else Decimal(row.amount)
    return Override(Decision(row.hidden, amount, row.note), row.actor, row.at, row.made_over)
