"""Taking listings over: all or nothing, and twice is the same as once."""

from dataclasses import replace

import pytest
from sqlalchemy import insert

from tests.conftest import FakeClock
from widget_server.errors import ListingsInvalid
from widget_server.listings.service import ImportResult, ListingsImport
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
