"""One name for everybody: the operator's, else the hub's, else the one that a listing came under."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.conftest import FakeClock
from tests.seeding import LONDON, MEETING_ROOM, add_listings, connect
from widget_server.connect import check, consent
from widget_server.connect.bearer import Grant
from widget_server.model import ListingKind, LocationData, ResourceData
from widget_server.public_model import PublicWorkspace
from widget_server.publish.compose import compose
from widget_server.store import listing_names, overview, places, public
from widget_server.store.engine import Database
from widget_server.store.places import Stamp
from widget_server.store.tables import listings

IMPORTED = "Demo Meeting Room - London"


@pytest.fixture
def workspace(database: Database, clock: FakeClock) -> Database:
    add_listings(database, clock)
    connect(database, clock, "99", LONDON)
    return database


def say(database: Database, clock: FakeClock, name: str | None) -> None:
    """The hub speaks of the meeting room and of its location."""
    stamp = Stamp(1, clock())
    with database.write() as connection:
        places.save_location(connection, LONDON, LocationData(source_id="loc", name="London at the hub"), {}, stamp)
        places.save_resource(connection, MEETING_ROOM, LONDON, ResourceData(source_id="res", name=name), {}, stamp)


def edit(database: Database, own_name: str | None) -> None:
    with database.write() as connection:
        room = listings.c.id == MEETING_ROOM
        connection.execute(update(listings).where(room).values(own_name=own_name))


def shown(database: Database) -> str:
    with database.read() as connection:
        return listing_names.shown_names(connection)[ListingKind.RESOURCE, MEETING_ROOM]


def published(database: Database, clock: FakeClock) -> str:
    with database.read() as connection:
        found = public.public_data(connection, PublicWorkspace("Demo"), timedelta(hours=24))
    (location,) = compose(found, now=clock())["locations"]
    return str(next(each["name"] for each in location["resources"] if each["id"] == MEETING_ROOM))


def told_to_syncaroo(database: Database) -> str:
    with database.read() as connection:
        found = check.document(connection, Grant("99", 1, 1))
    return str(next(each["name"] for each in found["locations"][LONDON]["resources"] if each["ID"] == MEETING_ROOM))


@pytest.mark.parametrize(
    ("own", "hubs", "expected"),
    [
        ("The Library", "Room 3", "The Library"),
        (None, "Room 3", "Room 3"),
        ("", "Room 3", "Room 3"),
        (None, None, IMPORTED),
        ("The Library", None, "The Library"),
    ],
)
def test_the_operators_name_wins_then_the_hubs_then_the_imported_one_everywhere(
    workspace: Database, clock: FakeClock, own: str | None, hubs: str | None, expected: str
) -> None:
    say(workspace, clock, hubs)
    edit(workspace, own)
    assert shown(workspace) == expected
    assert published(workspace, clock) == expected
    assert told_to_syncaroo(workspace) == expected
    with workspace.read() as connection:
        lines = [line.name for choice in consent.choices(connection, "99") for line in choice.resources]
    assert expected in lines


def test_what_the_hub_never_spoke_of_keeps_its_imported_name(workspace: Database) -> None:
    assert shown(workspace) == IMPORTED


def test_a_location_is_not_called_as_a_resource_with_its_identifier_is(workspace: Database, clock: FakeClock) -> None:
    stamp = Stamp(1, clock())
    with workspace.write() as connection:
        places.save_resource(connection, LONDON, LONDON, ResourceData(name="A room numbered so"), {}, stamp)
    with workspace.read() as connection:
        assert listing_names.shown_names(connection)[ListingKind.LOCATION, LONDON] == "Demo Workspace - London"


def test_the_overview_shows_a_pending_resource_by_the_hubs_name(workspace: Database, clock: FakeClock) -> None:
    say(workspace, clock, "Room 3")
    with workspace.write() as connection:
        room = listings.c.id == MEETING_ROOM
        connection.execute(update(listings).where(room).values(status="pending"))
    with workspace.read() as connection:
        pending = overview.facts(connection, clock()).pending
    assert [(each.name, each.location) for each in pending if each.id == MEETING_ROOM] == [
        ("Room 3", "London at the hub")
    ]
