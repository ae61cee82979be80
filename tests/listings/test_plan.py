"""What an import would change is told before it does, and what is confirmed is what was told."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from tests.conftest import FakeClock
from widget_server.errors import ListingsInvalid
from widget_server.listings.plan import FieldChange, PlannedChange, plan
from widget_server.listings.service import ImportResult, ListingsImport
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import counters, listings
from widget_server.store.engine import Database
from widget_server.store.tables import activity

LONDON = Listing(ListingKind.LOCATION, "1198", "London", ListingStatus.ACTIVE)
ROOM = Listing(ListingKind.RESOURCE, "7843", "Room", ListingStatus.ACTIVE, type="office", location_id="1198")
HELD = {(one.kind, one.id): one for one in (LONDON, ROOM)}
FILE = b"kind,id,name,status,type,location_id\nlocation,1198,London,private,,\nlocation,2,Paris,draft,,\n"


@pytest.fixture
def importer(database: Database, clock: FakeClock) -> ListingsImport:
    found = ListingsImport(database, clock)
    found.run((LONDON, ROOM))
    return found


def state(database: Database) -> tuple[list[Listing], int]:
    with database.read() as connection:
        return listings.all_locations(connection), counters.value(connection, "revision")


def test_each_listing_is_created_updated_or_unchanged_and_says_from_what_to_what() -> None:
    renamed = replace(ROOM, name="Board room", status=ListingStatus.DRAFT)
    other = replace(LONDON, id="2")
    found = plan((LONDON, other, renamed), HELD)
    assert found.changes == (
        PlannedChange(LONDON, "unchanged"),
        PlannedChange(other, "created"),
        PlannedChange(
            renamed, "updated", (FieldChange("name", "Room", "Board room"), FieldChange("status", "active", "draft"))
        ),
    )
    assert [found.count(change) for change in ("created", "updated", "unchanged")] == [1, 1, 1]


def test_identifiers_like_our_own_inventions_are_all_told() -> None:
    with pytest.raises(ListingsInvalid) as caught:
        plan((replace(LONDON, id="new-1"), replace(ROOM, id="new-2")), HELD)
    assert len(caught.value.problems) == 2


def test_looking_changes_nothing(importer: ListingsImport, database: Database) -> None:
    before = state(database)
    assert importer.preview(FILE).count("created") == 1
    assert state(database) == before


def test_what_was_looked_at_is_carried_out_and_written_down(importer: ListingsImport, database: Database) -> None:
    seen = importer.preview(FILE)
    assert importer.run_previewed(FILE, seen.fingerprint, "me@example.com") == ImportResult(1, 1, 0)
    with database.read() as connection:
        deeds = connection.execute(select(activity.c.actor, activity.c.kind, activity.c.detail)).all()
    assert tuple(deeds[-1]) == ("me@example.com", "listings_import", "Imported listings: 1 new, 1 changed.")


def test_when_it_would_do_something_else_by_now_nothing_is_done(importer: ListingsImport, database: Database) -> None:
    seen = importer.preview(FILE)
    importer.run((replace(LONDON, status=ListingStatus.DRAFT),))
    before = state(database)
    assert importer.run_previewed(FILE, seen.fingerprint, "me@example.com") is None
    assert state(database) == before


def test_an_import_that_changes_nothing_is_not_written_down(importer: ListingsImport, database: Database) -> None:
    with database.read() as connection:
        before = len(connection.execute(select(activity)).all())
    importer.run((LONDON, ROOM))
    with database.read() as connection:
        assert len(connection.execute(select(activity)).all()) == before
