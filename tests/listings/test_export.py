"""What is exported comes back by import as it was, and does nothing in a spreadsheet."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import FakeClock
from tests.seeding import LONDON, MEETING_ROOM, add_listings
from widget_server.listings import csv_cells
from widget_server.listings.editing import ListingsEditor
from widget_server.listings.export import as_csv, as_json
from widget_server.listings.form import ListingForm
from widget_server.listings.importing import read_listings
from widget_server.listings.service import ListingsImport
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import listings
from widget_server.store.engine import Database

words = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp", "Cf", "Co", "Cn")), min_size=1, max_size=20
).filter(str.isprintable)
risky = st.tuples(st.sampled_from(["=", "+", "-", "@", "'=", "''-", "＝", '="', "'"]), words).map("".join)
texts = words | risky
identifiers = texts.filter(lambda text: "E+" not in text.upper())


@given(identifiers, texts, st.none() | texts, st.sampled_from(list(ListingStatus)))
def test_any_listing_comes_back_from_both_formats(
    id: str, name: str, own_name: str | None, status: ListingStatus
) -> None:
    place = Listing(ListingKind.LOCATION, id, name, status, own_name=own_name)
    room = Listing(ListingKind.RESOURCE, id, name, status, "meeting-room", location_id=id, own_name=own_name)
    assert read_listings(as_csv([place, room])) == (place, room)
    assert read_listings(as_json([place, room])) == (place, room)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "'=1"])
def test_no_cell_of_ours_is_a_formula(text: str) -> None:
    exported = as_csv([Listing(ListingKind.LOCATION, "1", text, ListingStatus.ACTIVE)]).decode("utf-8-sig")
    (_, row) = csv.reader(io.StringIO(exported))
    assert row[2] == "'" + text


@given(st.text())
def test_what_is_written_into_a_cell_is_read_from_it(text: str) -> None:
    cell = csv_cells.written(text)
    assert cell[:1] not in ("=", "+", "-", "@", "\t", "\r", "\n")
    assert csv_cells.read(cell) == text


def test_exporting_and_importing_a_site_changes_nothing(database: Database, clock: FakeClock) -> None:
    add_listings(database, clock)
    with database.write() as connection:
        listings.add_pending(connection, LONDON, name="New resource", type_=None, source_id="s", now=clock())
        room = listings.resource(connection, MEETING_ROOM)
    assert room
    form = ListingForm.from_fields(
        room.kind, {"name": "=Library", "status": "private", "type": "office", "location_id": LONDON}
    )
    assert ListingsEditor(database, clock).edit(room, form, "me@example.com").problems == {}
    with database.read() as connection:
        held = listings.all_locations(connection) + listings.all_resources(connection)
    importer = ListingsImport(database, clock)
    for body in (as_csv(held), as_json(held)):
        found = importer.run_file(body)
        assert (found.created, found.updated, found.unchanged) == (0, 0, len(held))


def test_a_file_without_names_by_the_operator_leaves_them(database: Database, clock: FakeClock) -> None:
    importer = ListingsImport(database, clock)
    importer.run_file(b"kind,id,name,status,own_name\nlocation,1,London,active,Home\n")
    importer.run_file(b"kind,id,name,status\nlocation,1,London 2,active\n")
    with database.read() as connection:
        found = listings.location(connection, "1")
    assert found
    assert (found.name, found.own_name) == ("London 2", "Home")
