"""Taking listings over: all or nothing, and twice is the same as once."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import Connection, Engine, event, insert

from tests.conftest import FakeClock
from widget_server.errors import ListingsInvalid
from widget_server.listings.service import PLANNED_OUTSIDE, ImportResult, ListingsImport
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import counters, listings
from widget_server.store.engine import Database
from widget_server.store.tables import connections

LONDON = Listing(ListingKind.LOCATION, "1198", "London", ListingStatus.ACTIVE)
ROOM = Listing(ListingKind.RESOURCE, "7843", "Room", ListingStatus.ACTIVE, type="office", location_id="1198")
ROOM_ALONE = b"kind,id,name,status,type,location_id\nresource,7843,Room,active,office,1198\n"


@pytest.fixture
def importer(database: Database, clock: FakeClock) -> ListingsImport:
    return ListingsImport(database, clock)


def revision(database: Database) -> int:
    with database.read() as connection:
        return counters.value(connection, "revision")


def held(database: Database) -> list[Listing]:
    with database.read() as connection:
        found = listings.all_locations(connection) + listings.all_resources(connection)
    return [replace(listing, revision=0) for listing in found]


def connect(database: Database, clock: FakeClock, *connection_ids: str) -> None:
    with database.write() as connection:
        for connection_id in connection_ids:
            connection.execute(insert(connections).values(id=connection_id, created_at=clock()))


def test_new_listings_are_created(importer: ListingsImport, database: Database) -> None:
    assert importer.run((LONDON, ROOM)) == ImportResult(created=2, updated=0, unchanged=0)
    assert held(database) == [LONDON, ROOM]


def test_the_same_file_again_changes_nothing(importer: ListingsImport, database: Database) -> None:
    importer.run((LONDON, ROOM))
    before = revision(database)
    assert importer.run((LONDON, ROOM)) == ImportResult(created=0, updated=0, unchanged=2)
    assert revision(database) == before


def test_only_what_differs_gets_a_new_revision(importer: ListingsImport, database: Database) -> None:
    importer.run((LONDON, ROOM))
    before = revision(database)
    renamed = replace(ROOM, name="Board room")
    assert importer.run((LONDON, renamed)) == ImportResult(created=0, updated=1, unchanged=1)
    assert revision(database) == before + 1
    assert held(database) == [LONDON, renamed]


def test_listings_that_the_file_lacks_stay(importer: ListingsImport, database: Database) -> None:
    importer.run((LONDON, ROOM))
    importer.run((replace(LONDON, id="2"),))
    assert LONDON in held(database)
    assert ROOM in held(database)


def test_what_the_hub_told_us_stays(importer: ListingsImport, database: Database) -> None:
    importer.run((LONDON, ROOM))
    with database.write() as connection:
        listings.set_source_id(connection, ROOM, "sync-1")
    importer.run((LONDON, replace(ROOM, name="Board room")))
    assert replace(ROOM, name="Board room", source_id="sync-1") in held(database)


def test_new_locations_join_the_only_connection(importer: ListingsImport, database: Database, clock: FakeClock) -> None:
    connect(database, clock, "99")
    importer.run((LONDON,))
    assert held(database) == [replace(LONDON, connection_id="99")]


def test_new_locations_stay_free_when_there_are_two_connections(
    importer: ListingsImport, database: Database, clock: FakeClock
) -> None:
    connect(database, clock, "99", "100")
    importer.run((LONDON,))
    assert held(database) == [LONDON]


def test_a_file_may_add_a_resource_to_a_location_that_is_known(importer: ListingsImport, database: Database) -> None:
    importer.run((LONDON,))
    assert importer.run_file(ROOM_ALONE).created == 1
    assert held(database) == [LONDON, ROOM]


def test_a_resource_of_an_unknown_location_is_refused(importer: ListingsImport) -> None:
    with pytest.raises(ListingsInvalid, match="row 2, location_id: there is no location '1198'"):
        importer.run_file(ROOM_ALONE)


def test_an_identifier_like_our_own_inventions_is_refused_and_nothing_is_stored(
    importer: ListingsImport, database: Database
) -> None:
    with pytest.raises(ListingsInvalid, match="made up by this site"):
        importer.run((LONDON, replace(ROOM, id="new-7")))
    assert held(database) == []


def test_a_listing_that_the_hub_reported_first_can_be_named_and_approved(
    importer: ListingsImport, database: Database, clock: FakeClock
) -> None:
    importer.run((LONDON,))
    with database.write() as connection:
        invented = listings.add_pending(connection, "1198", name="?", type_="office", source_id="s", now=clock())
    assert importer.run((replace(ROOM, id=invented.id),)).updated == 1


def long_file(rows: int, name: str) -> tuple[Listing, ...]:
    return (LONDON, *(replace(ROOM, id=f"r{each}", name=f"{name} {each}") for each in range(rows)))


def test_a_long_file_takes_as_many_statements_as_a_short_one(importer: ListingsImport) -> None:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    def statements(rows: int, name: str) -> int:
        counted.clear()
        importer.run(long_file(rows, name))
        return len(counted)

    event.listen(Engine, "before_cursor_execute", count)
    try:
        few = [statements(3, "Room"), statements(3, "Hall")]
        many = [statements(900, "Room"), statements(900, "Hall")]
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert few[1] == many[1]
    assert max(many) <= max(few) + 3  # the first of them both adds and changes, and drivers cut long inserts


def test_each_listing_of_a_file_has_a_revision_and_a_place_of_its_own(
    importer: ListingsImport, database: Database
) -> None:
    importer.run((LONDON, ROOM))
    importer.run((replace(LONDON, name="Leeds"), replace(ROOM, name="Hall"), replace(ROOM, id="2")))
    with database.read() as connection:
        found = listings.all_locations(connection) + listings.all_resources(connection)
        assert max(one.revision for one in found) == counters.value(connection, "revision")
    assert len({one.revision for one in found}) == 3


def test_a_change_between_plan_and_import_is_seen(importer: ListingsImport, database: Database) -> None:
    """A fingerprint of what was previewed no longer fits once the room has another name."""
    importer.run((LONDON, ROOM))
    file = ROOM_ALONE.replace(b"Room", b"Board room")
    seen = importer.preview(file)
    with database.write() as connection:
        listings.change(connection, ROOM, {"name": "Renamed"})
    assert importer.run_previewed(file, seen.fingerprint, "me") is None
    assert replace(ROOM, name="Renamed") in held(database)
    assert importer.run_previewed(file, importer.preview(file).fingerprint, "me") == ImportResult(0, 1, 0)


class Overtaken(Database):
    """A database at which somebody else is quicker: before each of our transactions that write, `times` times."""

    def __init__(self, rivals: Database, times: int) -> None:
        super().__init__(rivals.url)
        self.rivals, self.left = rivals, times

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if self.left:
            self.left -= 1
            with self.rivals.write() as connection:
                room = listings.one(connection, ListingKind.RESOURCE, ROOM.id)
                assert room
                listings.change(connection, room, {"name": f"Renamed {self.left}"})
        with super().write() as connection:
            yield connection


@pytest.mark.parametrize("times", [1, PLANNED_OUTSIDE, PLANNED_OUTSIDE + 1])
def test_an_import_is_planned_for_what_is_there_when_it_writes(
    importer: ListingsImport, database: Database, clock: FakeClock, times: int
) -> None:
    importer.run((LONDON, ROOM))
    overtaken = Overtaken(database, times)
    wanted = replace(ROOM, name="Renamed 0")
    assert ListingsImport(overtaken, clock).run((wanted,)) == ImportResult(created=0, updated=0, unchanged=1)
    overtaken.close()
    assert wanted in held(database)
