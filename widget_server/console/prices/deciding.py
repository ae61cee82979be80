"""Overriding a price and withdrawing that, each one transaction with its line in the activity."""

from enum import StrEnum

from widget_server.clock import Clock
from widget_server.console.prices.wording import Wording
from widget_server.model import Json, RateData
from widget_server.store import activity, counters, overrides, price_list, prices
from widget_server.store.engine import Database
from widget_server.store.overrides import Decision, Override
from widget_server.store.price_list import PriceRow

OVERRIDE, WITHDRAWN, PUT_BACK = "override", "override_withdrawn", "override_put_back"
"""Kinds in the activity."""


class Outcome(StrEnum):
    """`DONE`, or why nothing was changed: the price is `GONE`, or `CHANGED` since the operator looked at it."""

    DONE = "done"
    GONE = "gone"
    CHANGED = "changed"


def subject(rate_id: int) -> str:
    """What the activity calls a rate."""
    return f"price {rate_id}"


def edition(data: RateData) -> str:
    """The hub's price as a form carries it, to notice when it changes while somebody types."""
    return "|".join(str(value) for value in prices.price(data).values())


class Overriding:
    """The operator's word. `wording` says prices in what is written down."""

    def __init__(self, database: Database, clock: Clock, wording: Wording) -> None:
        self._database = database
        self._clock = clock
        self._wording = wording

    def decide(self, rate_id: int, decision: Decision, over: str, actor: str) -> Outcome:
        """`decision` holds from now on for the price that the operator saw, whose `edition` is `over`."""
        with self._database.write() as connection:
            counters.take_turns(connection)
            row = price_list.one(connection, rate_id)
            if row is None or row.gone_at is not None:
                return Outcome.GONE
            if edition(row.data) != over:
                return Outcome.CHANGED
            now = self._clock()
            overrides.save(connection, rate_id, decision, actor, now)
            detail = self._decided(row, decision)
            activity.record(connection, now, actor, OVERRIDE, subject=subject(rate_id), detail=detail)
        return Outcome.DONE

    def withdraw(self, rate_id: int, actor: str) -> Override | None:
        """The hub's price holds again; answers what no longer holds. None when nothing was overridden."""
        with self._database.write() as connection:
            counters.take_turns(connection)
            row = price_list.one(connection, rate_id)
            if row is None or not overrides.withdraw(connection, rate_id):
                return None
            then = "it is gone there" if row.gone_at else f"{self._wording.price(prices.price(row.data))} holds"
            detail = f"Withdrew the override of {_name(row)}: Syncaroo's price counts again, {then}."
            activity.record(connection, self._clock(), actor, WITHDRAWN, subject=subject(rate_id), detail=detail)
        return row.override

    def put_back(self, rate_id: int, decision: Decision, made_over: Json, actor: str) -> bool:
        """An override that was withdrawn holds again; False when another one does by now, or there is no such price."""
        with self._database.write() as connection:
            counters.take_turns(connection)
            row = price_list.one(connection, rate_id)
            if row is None or row.override is not None:
                return False
            now = self._clock()
            overrides.save(connection, rate_id, decision, actor, now, made_over)
            detail = f"Put the override of {_name(row)} back. {self._decided(row, decision)}"
            activity.record(connection, now, actor, PUT_BACK, subject=subject(rate_id), detail=detail)
        return True

    def _decided(self, row: PriceRow, decision: Decision) -> str:
        was = self._wording.price(prices.price(row.data))
        if decision.hidden:
            said = f"Hid {_name(row)} ({was}) from visitors."
        else:
            now = self._wording.price(prices.price(overrides.corrected(row.data, decision.amount)))
            said = f"Overrode {_name(row)}: {now} instead of {was}."
        return f"{said} Reason: {decision.note}" if decision.note else said


def _name(row: PriceRow) -> str:
    return ", ".join(filter(None, (row.resource, row.data.name)))
