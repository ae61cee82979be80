"""Lists longer than the variables that a database takes in one statement: a workspace of 40,000 resources works."""

from collections.abc import Callable, Collection

import pytest
from sqlalchemy import Connection

from tests import seeding
from tests.conftest import FakeClock
from widget_server.model import ResourceData
from widget_server.store import listings, overrides, places, prices
from widget_server.store.engine import Database
from widget_server.store.places import Stamp

MANY = 70_000
"""More than PostgreSQL takes (65,535), and so more than SQLite (32,766)."""


def asked(connection: Connection, ids: Collection[str]) -> list[Callable[[], object]]:
    stamp = Stamp(1, FakeClock()())
    return [
        lambda: prices.present(connection, ids),
        lambda: places.held_resources(connection, ids),
        lambda: places.resources_gone(connection, ids, stamp),
        lambda: places.present_locations(connection, ids),
        lambda: places.said_currencies(connection, ids, ids),
        lambda: listings.locations_by_id(connection, ids),
        lambda: listings.set_open_statuses(connection, dict.fromkeys(ids, "open"), 1),
        lambda: listings.take_over(connection, ids, "99"),
        lambda: overrides.by_rate(connection, range(len(ids))),
    ]


@pytest.mark.parametrize("which", range(9))
def test_a_list_of_any_length_is_asked_for(database: Database, clock: FakeClock, which: int) -> None:
    seeding.add_listings(database, clock)
    seeding.connect(database, clock, "99", seeding.LONDON)
    ids = [str(number) for number in range(MANY)]
    with database.write() as connection:
        asked(connection, ids)[which]()


def test_what_is_in_a_long_list_is_found(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        places.save_resource(connection, "40001", "1198", ResourceData(name="Room"), {}, Stamp(1, clock()))
        ids = [str(number) for number in range(MANY)]
        assert set(places.held_resources(connection, ids)) == {"40001"}
        assert places.resources_gone(connection, ids, Stamp(2, clock())) == 1
        assert places.resources_gone(connection, ids, Stamp(3, clock())) == 0
