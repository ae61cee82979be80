"""Listings made and changed by hand: what is refused beside which field, and what is written down."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from tests.conftest import FakeClock
from tests.seeding import LONDON, MEETING_ROOM, add_listings
from widget_server.listings.editing import ListingsEditor
from widget_server.listings.form import ListingForm
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import listings, publication
from widget_server.store.engine import Database
from widget_server.store.tables import activity, connections

ME = "me@example.com"
PLACE, ROOM = ListingKind.LOCATION, ListingKind.RESOURCE
ROOM_FIELDS = {"name": "Library", "status": "active", "type": "Meeting room", "location_id": LONDON}


@pytest.fixture
def editor(database: Database, clock: FakeClock) -> ListingsEditor:
    add_listings(database, clock)
    return ListingsEditor(database, clock)


def held(database: Database, kind: ListingKind, id: str) -> Listing:
    with database.read() as connection:
        found = listings.one(connection, kind, id)
    assert found
    return found


def deeds(database: Database) -> list[tuple[str, str, str | None, str | None]]:
    with database.read() as connection:
        columns = (activity.c.actor, activity.c.kind, activity.c.subject, activity.c.detail)
        return [tuple(row) for row in connection.execute(select(*columns).order_by(activity.c.id))]


def test_a_resource_is_created_under_the_identifier_that_was_given(editor: ListingsEditor, database: Database) -> None:
    assert editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS | {"id": " 42 "}), ME).problems == {}
    found = held(database, ROOM, "42")
    assert (found.own_name, found.type, found.location_id) == ("Library", "meeting-room", LONDON)
    assert deeds(database) == [(ME, "listing_created", "resource 42", "Added the resource “Library”.")]


def test_without_an_identifier_one_is_made_up(editor: ListingsEditor, database: Database) -> None:
    made = [editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS), ME).listing for _ in range(2)]
    assert [one.id for one in made if one] == ["new-1", "new-2"]


@pytest.mark.parametrize("given", [{}, {"id": "42"}])
def test_a_form_that_is_sent_twice_makes_one_listing(
    editor: ListingsEditor, database: Database, given: dict[str, str]
) -> None:
    begun, form = editor.begin(), ListingForm.from_fields(ROOM, ROOM_FIELDS | given)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: editor.create(form, ME, begun), range(4)))
    assert len({one.listing.id for one in made if one.listing}) == 1
    assert [one.problems for one in made] == [{}] * 4
    assert [kind for _, kind, _, _ in deeds(database)] == ["listing_created"]


def test_the_same_name_in_another_form_or_place_is_another_listing(editor: ListingsEditor, database: Database) -> None:
    begun = editor.begin()
    first = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS), ME, begun).listing
    assert first
    editor.edit(first, ListingForm.from_fields(ROOM, ROOM_FIELDS | {"status": "draft"}), ME)
    later = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS), ME, editor.begin()).listing
    other = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS | {"type": "office"}), ME, begun).listing
    assert later
    assert other
    assert len({first.id, later.id, other.id}) == 3


def test_a_listing_that_was_there_is_not_taken_for_the_new_one(editor: ListingsEditor, database: Database) -> None:
    first = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS), ME).listing
    assert first
    begun = editor.begin()
    editor.edit(first, ListingForm.from_fields(ROOM, ROOM_FIELDS | {"status": "draft"}), ME)
    second = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS), ME, begun).listing
    assert second
    assert second.id != first.id


def test_a_new_location_joins_the_only_connection(editor: ListingsEditor, database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        connection.execute(insert(connections).values(id="99", created_at=clock()))
    editor.create(ListingForm.from_fields(PLACE, {"id": "5", "name": "Paris", "status": "draft"}), ME)
    assert held(database, PLACE, "5").connection_id == "99"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "x" * 301}, {"name"}),
        ({"type": ""}, {"type"}),
        ({"status": "gone"}, {"status"}),
        ({"location_id": "nowhere"}, {"location_id"}),
        ({"id": MEETING_ROOM}, {"id"}),
        ({"id": "new-7"}, {"id"}),
        ({"id": "1.2E+10"}, {"id"}),
        ({"id": "a\x00b", "name": "\x01", "status": ""}, {"id", "name", "status"}),
    ],
)
def test_what_is_wrong_is_told_by_field_and_nothing_is_created(
    editor: ListingsEditor, database: Database, fields: dict[str, str], wrong: set[str]
) -> None:
    with database.read() as connection:
        before = listings.all_resources(connection)
    found = editor.create(ListingForm.from_fields(ROOM, ROOM_FIELDS | fields), ME)
    assert (found.listing, set(found.problems)) == (None, wrong)
    with database.read() as connection:
        assert listings.all_resources(connection) == before
    assert deeds(database) == []


def test_an_edited_name_is_the_operators_and_an_emptied_one_is_the_hubs_again(
    editor: ListingsEditor, database: Database
) -> None:
    editor.edit(held(database, ROOM, MEETING_ROOM), ListingForm.from_fields(ROOM, ROOM_FIELDS), ME)
    assert held(database, ROOM, MEETING_ROOM).own_name == "Library"
    editor.edit(held(database, ROOM, MEETING_ROOM), ListingForm.from_fields(ROOM, ROOM_FIELDS | {"name": " "}), ME)
    found = held(database, ROOM, MEETING_ROOM)
    assert (found.own_name, found.name) == (None, "Demo Meeting Room - London")
    assert [detail for *_, detail in deeds(database)] == [
        "Changed the resource “Demo Meeting Room - London”: own name none → Library.",
        "Changed the resource “Library”: own name Library → none.",
    ]


def test_saving_without_a_change_is_no_deed_and_no_new_version(editor: ListingsEditor, database: Database) -> None:
    room = held(database, ROOM, MEETING_ROOM)
    with database.read() as connection:
        before = publication.version(connection)
    assert editor.edit(room, ListingForm.of(room), ME).problems == {}
    with database.read() as connection:
        assert publication.version(connection) == before
    assert deeds(database) == []


def test_a_status_is_changed_and_told_as_it_was(editor: ListingsEditor, database: Database) -> None:
    with database.read() as connection:
        version = publication.version(connection)
    found = editor.set_status(ROOM, MEETING_ROOM, ListingStatus.DELETED, ME)
    assert found
    assert (found[0].status, found[1]) == (ListingStatus.ACTIVE, "Demo Meeting Room - London")
    assert held(database, ROOM, MEETING_ROOM).status is ListingStatus.DELETED
    assert deeds(database) == [
        (
            ME,
            "listing_status",
            f"resource {MEETING_ROOM}",
            "Changed the resource “Demo Meeting Room - London”: status active → deleted.",
        )
    ]
    with database.read() as connection:
        assert publication.version(connection) != version


def test_a_listing_that_is_not_there_has_no_status(editor: ListingsEditor) -> None:
    assert editor.set_status(ROOM, "nowhere", ListingStatus.ACTIVE, ME) is None
