"""What the console shows of each listing, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from tests.conftest import FakeClock
from tests.console.listings.scene import add_every_kind
from widget_server.model import ListingKind
from widget_server.store.engine import Database
from widget_server.store.listing_facts import ListingFact, listing_fact, listing_facts
from widget_server.store.tables import rates


@pytest.fixture
def workspace(database: Database, clock: FakeClock) -> Database:
    with database.write() as connection:
        add_every_kind(connection, clock())
    return database


def fact(database: Database, id: str, kind: ListingKind = ListingKind.RESOURCE) -> ListingFact:
    with database.read() as connection:
        found = listing_fact(connection, kind, id)
    assert found
    return found


def test_ours_stands_beside_what_the_hub_said(workspace: Database, clock: FakeClock) -> None:
    found = fact(workspace, "1198", ListingKind.LOCATION)
    assert (found.listing.name, found.hub_name, found.name) == (
        "Demo Workspace - London", "London at the hub", "London at the hub",
    )  # fmt: skip
    assert (found.hub_id, found.fetched_at, found.gone_at) == ("loc-301", clock() - timedelta(minutes=3), None)


def test_a_name_by_the_operator_is_the_one_that_is_read(workspace: Database) -> None:
    found = fact(workspace, "9004")
    assert (found.name, found.hub_name, found.fetched_at, found.hub_id) == ("Staff desk", None, None, None)


def test_what_is_gone_says_since_when_and_what_it_was(workspace: Database, clock: FakeClock) -> None:
    found = fact(workspace, "9002")
    assert (found.hub_id, found.gone_at) == ("res-9", clock() - timedelta(minutes=3))


def test_prices_that_are_there_are_counted(workspace: Database, clock: FakeClock) -> None:
    row = {
        "resource_id": "7843",
        "item_id": "1",
        "data": {},
        "raw": {},
        "ticket": 1,
        "fetched_at": clock(),
        "revision": 1,
    }
    with workspace.write() as connection:
        connection.execute(insert(rates).values(source_id="a", **row))
        connection.execute(insert(rates).values(source_id="b", gone_at=clock(), **row))
    assert fact(workspace, "7843").prices == 1
    assert fact(workspace, "9001").prices == 0


def test_every_listing_is_there_once_and_a_stranger_is_not(workspace: Database) -> None:
    with workspace.read() as connection:
        found = listing_facts(connection)
        assert listing_fact(connection, ListingKind.LOCATION, "7843") is None
    ids = [(one.listing.kind, one.listing.id) for one in found]
    assert len(ids) == len(set(ids)) == 10
