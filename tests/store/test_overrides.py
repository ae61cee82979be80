"""The operator's word over the hub's prices, on both databases: what visitors see, and what is kept underneath."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from tests.conftest import FakeClock
from tests.console import scene
from widget_server.model import Quarantined, RateData, ResourceData
from widget_server.public_model import PublicWorkspace
from widget_server.store import counters, overrides, places, price_list, prices, publication
from widget_server.store.engine import Database
from widget_server.store.overrides import Decision
from widget_server.store.places import Stamp
from widget_server.store.price_list import Show, Wanted
from widget_server.store.public import public_data
from widget_server.store.tables import listings, rates

ROOM = "7843"
HIDE = Decision(hidden=True, amount=None, note=None)
FORTY = Decision(hidden=False, amount=Decimal("40.00"), note="the website's offer")


def fetched(connection: Connection, clock: FakeClock, amount: str | None = "45.00", **more: Any) -> bool:
    """What a fetch that begins now says of the room's hourly rate."""
    clock.advance(seconds=1)
    price = None if amount is None else Decimal(amount)
    data = RateData("r1", "r1", **({"amount": price, "currency": "GBP", "unit": "hour"} | more))
    return prices.save(connection, ROOM, data, {"id": "r1"}, stamp(connection, clock))


def stamp(connection: Connection, clock: FakeClock) -> Stamp:
    return Stamp(counters.next_value(connection, "ticket"), clock())


def gone(connection: Connection, clock: FakeClock) -> None:
    clock.advance(seconds=1)
    prices.gone(connection, prices.of_resource(connection, ROOM), ROOM, stamp(connection, clock))


def decide(connection: Connection, clock: FakeClock, decision: Decision) -> None:
    clock.advance(seconds=1)
    overrides.save(connection, 1, decision, "operator@example.com", clock())


def visitors_see(connection: Connection) -> list[tuple[str, str, str, str | None]]:
    public = public_data(connection, PublicWorkspace("Demo"), timedelta(hours=24))
    shown = [rate.data for place in public.locations for room in place.resources for rate in room.rates]
    return [(str(data.amount), str(data.currency), data.price_type, data.unit) for data in shown]


@pytest.fixture
def workspace(database: Database, clock: FakeClock) -> Database:
    """The room with its hourly rate of £45."""
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        places.save_resource(connection, ROOM, "1198", ResourceData(name="Boardroom"), {}, stamp(connection, clock))
        fetched(connection, clock)
    return database


def test_a_correction_is_what_visitors_see_and_survives_fetches(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, FORTY)
        assert visitors_see(connection) == [("40.00", "GBP", "exact", "hour")]
        assert not overrides.by_rate(connection)[1].has_hub_changed(prices.of_resource(connection, ROOM)[0].data)
        fetched(connection, clock, "50.00")
        assert visitors_see(connection) == [("40.00", "GBP", "exact", "hour")]


def test_the_hubs_changes_are_written_down_underneath(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, FORTY)
        fetched(connection, clock, "50.00")
        amounts = [change.new and change.new["amount"] for change in prices.history(connection, 1)]
        assert amounts == ["45.00", "50.00"]
        found = overrides.by_rate(connection)[1]
        assert found.made_over["amount"] == "45.00"
        assert found.has_hub_changed(prices.of_resource(connection, ROOM)[0].data)


def test_a_price_that_the_hub_took_back_has_not_changed(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, FORTY)
        fetched(connection, clock, "50.00")
        fetched(connection, clock, "45.00")
        assert not overrides.by_rate(connection)[1].has_hub_changed(prices.of_resource(connection, ROOM)[0].data)


@pytest.mark.parametrize("terms", [{"currency": "EUR"}, {"unit": "day"}, {"unit_count": 2}])
def test_a_correction_is_not_used_for_other_terms(workspace: Database, clock: FakeClock, terms: dict[str, Any]) -> None:
    with workspace.write() as connection:
        decide(connection, clock, FORTY)
        fetched(connection, clock, "300.00", **terms)
        shown = RateData("", "", **({"currency": "GBP", "unit": "hour"} | terms))
        assert visitors_see(connection) == [("300.00", shown.currency, "exact", shown.unit)]
        assert not overrides.by_rate(connection)[1].is_used(prices.of_resource(connection, ROOM)[0].data)
        fetched(connection, clock, "50.00")
        assert visitors_see(connection) == [("40.00", "GBP", "exact", "hour")]


def test_from_stays_from_and_on_application_becomes_a_price(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        fetched(connection, clock, price_type="from")
        decide(connection, clock, FORTY)
        assert visitors_see(connection) == [("40.00", "GBP", "from", "hour")]
        fetched(connection, clock, None, price_type="on_application")
        assert visitors_see(connection) == [("40.00", "GBP", "exact", "hour")]


def test_a_hidden_rate_stays_hidden_whatever_the_hub_says(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, HIDE)
        assert visitors_see(connection) == []
        fetched(connection, clock, "9.00", currency="EUR", unit="day")
        assert visitors_see(connection) == []


def test_withdrawing_brings_the_hubs_price_back_in_a_new_version(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        before = publication.version(connection)
        decide(connection, clock, FORTY)
        held = publication.version(connection)
        revision = connection.execute(select(rates.c.revision)).scalar_one()
        assert overrides.withdraw(connection, 1)
        assert visitors_see(connection) == [("45.00", "GBP", "exact", "hour")]
        assert len({before, held, publication.version(connection)}) == 3
        assert connection.execute(select(rates.c.revision)).scalar_one() > revision
        assert not overrides.withdraw(connection, 1)


def test_a_later_decision_takes_the_place_of_an_earlier_one(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, HIDE)
        fetched(connection, clock, "50.00")
        decide(connection, clock, FORTY)
        found = overrides.by_rate(connection)
        assert found[1].decision == FORTY
        assert found[1].made_over["amount"] == "50.00"


def test_a_rate_that_comes_back_is_still_overridden(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, FORTY)
        gone(connection, clock)
        assert visitors_see(connection) == []
        fetched(connection, clock)
        assert visitors_see(connection) == [("40.00", "GBP", "exact", "hour")]


def test_the_list_has_names_raw_items_reasons_and_counts(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        bad = Quarantined("r1", "its amount is negative", {"id": "r1", "price": -1})
        prices.quarantine(connection, ROOM, bad, stamp(connection, clock))
        (row,) = price_list.page(connection, Wanted(Show.REFUSED), offset=0, limit=10).rows
        assert (row.location, row.resource) == ("Demo Workspace - London", "Boardroom")
        assert (row.quarantined, row.raw) == ("its amount is negative", {"id": "r1", "price": -1})
        assert row.data.amount == Decimal("45.00")
        found = price_list.page(connection, Wanted(Show.REFUSED), offset=0, limit=0)
        assert list(found.counts.values()) == [1, 1, 0, 0, 1]


def test_overrides_of_what_is_gone_are_listed_as_such(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        decide(connection, clock, HIDE)
        gone(connection, clock)
        assert price_list.page(connection, Wanted(), offset=0, limit=10).rows == []
        (row,) = price_list.page(connection, Wanted(Show.OVERRIDDEN), offset=0, limit=10).rows
        assert row.gone_at == clock()
        assert row.override is not None


def test_the_list_goes_by_location_and_resource_and_in_pages(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        scene.add_listing(connection, clock(), "1", "First", kind="location", position=0)
        scene.add_listing(connection, clock(), "2", "Attic", location_id="1", position=0)
        connection.execute(update(listings).where(listings.c.id == ROOM).values(position=9))
        data = RateData("r9", "r9", amount=Decimal("9.00"), currency="GBP")
        prices.save(connection, "2", data, {}, stamp(connection, clock))
        prices.save(connection, "nobody's", data, {}, stamp(connection, clock))
        places_shown = [price_list.page(connection, Wanted(), offset=at, limit=1).rows[0].resource for at in range(3)]
        assert set(places_shown[:2]) <= {"Attic", "Boardroom", "nobody's"}
        assert [name for name in places_shown if name != "nobody's"] == ["Attic", "Boardroom"]
        assert price_list.one(connection, 4711) is None
