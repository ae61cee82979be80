"""Deciding over prices on both databases: each decision with its line in the activity, or neither."""

from decimal import Decimal

import pytest

from tests.conftest import FakeClock
from tests.console import scene
from widget_server.console.prices.deciding import Outcome, Overriding, edition
from widget_server.console.prices.wording import Wording
from widget_server.model import RateData
from widget_server.store import activity, counters, overrides, prices
from widget_server.store.engine import Database
from widget_server.store.overrides import Decision
from widget_server.store.places import Stamp

HIDE = Decision(hidden=True, amount=None, note=None)
FORTY = Decision(hidden=False, amount=Decimal("40.00"), note="agreed")
RATE = RateData("r1", "r1", "Hourly", Decimal("45.00"), "GBP", "hour")
ME = "operator@example.com"


@pytest.fixture
def overriding(database: Database, clock: FakeClock) -> Overriding:
    """The room's rate 1 is £45 an hour."""
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        prices.save(connection, "7843", RATE, {}, Stamp(counters.next_value(connection, "ticket"), clock()))
    clock.advance(minutes=1)
    return Overriding(database, clock, Wording("en-GB"))


def written_down(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as connection:
        return [(deed.kind, deed.detail) for deed in overrides.deeds(connection, "price 1")]


def test_every_decision_is_written_down_in_order(overriding: Overriding, database: Database) -> None:
    assert overriding.decide(1, FORTY, edition(RATE), ME) is Outcome.DONE
    assert overriding.decide(1, HIDE, edition(RATE), ME) is Outcome.DONE
    assert overriding.withdraw(1, ME)
    room = "Demo Meeting Room - London, Hourly"
    assert written_down(database) == [
        ("override", f"Overrode {room}: £40 / hour instead of £45 / hour. Reason: agreed"),
        ("override", f"Hid {room} (£45 / hour) from visitors."),
        (
            "override_withdrawn",
            f"Withdrew the override of {room}: Syncaroo's price counts again, £45 / hour holds.",
        ),
    ]


def test_a_withdrawn_override_is_put_back_over_the_price_that_it_was_made_over(
    overriding: Overriding, database: Database
) -> None:
    overriding.decide(1, FORTY, edition(RATE), ME)
    was = overriding.withdraw(1, ME)
    assert was
    assert overriding.put_back(1, was.decision, was.made_over, ME)
    with database.read() as connection:
        held = overrides.by_rate(connection)[1]
    assert (held.decision, held.made_over) == (was.decision, was.made_over)
    room = "Demo Meeting Room - London, Hourly"
    assert written_down(database)[-1] == (
        "override_put_back",
        f"Put the override of {room} back. Overrode {room}: £40 / hour instead of £45 / hour. Reason: agreed",
    )
    assert not overriding.put_back(1, HIDE, was.made_over, ME)
    assert not overriding.put_back(4711, HIDE, was.made_over, ME)


def test_what_changes_nothing_is_not_written_down(overriding: Overriding, database: Database) -> None:
    assert overriding.decide(1, FORTY, "44.00|GBP|hour|1|exact", ME) is Outcome.CHANGED
    assert overriding.decide(4711, FORTY, edition(RATE), ME) is Outcome.GONE
    assert not overriding.withdraw(1, ME)
    with database.read() as connection:
        assert overrides.by_rate(connection) == {}
        assert activity.latest(connection, 1) == []


def test_a_price_that_is_gone_can_only_be_withdrawn(
    overriding: Overriding, database: Database, clock: FakeClock
) -> None:
    overriding.decide(1, HIDE, edition(RATE), ME)
    with database.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        prices.gone(connection, prices.of_resource(connection, "7843"), "7843", stamp)
    assert overriding.decide(1, FORTY, edition(RATE), ME) is Outcome.GONE
    assert overriding.withdraw(1, ME)
    assert str(written_down(database)[-1][1]).endswith("it is gone there.")
