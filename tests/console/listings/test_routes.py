"""The listings over HTTP: what is shown, changed, asked and refused."""

import io
import re

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.conftest import Browser, FakeClock
from tests.console import scene
from tests.console.listings.scene import add_every_kind
from widget_server import services
from widget_server.store import publication
from widget_server.store.engine import Database
from widget_server.store.tables import activity, listings

LIST, IMPORT = "/console/listings/", "/console/listings/import"
EVIL = "<script>alert('x')</script>"
CSV = b"kind,id,name,status,type,location_id\nlocation,1198,London,private,,\nlocation,55,Paris,draft,,\n"


@pytest.fixture
def database(site: Flask, clock: FakeClock) -> Database:
    """The site's own, with listings in every state."""
    parts: services.Services = site.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        add_every_kind(connection, clock())
    return parts.database


def status_of(database: Database, id: str) -> str:
    with database.read() as connection:
        return str(connection.execute(select(listings.c.status).where(listings.c.id == id)).scalar_one())


def last_deed(database: Database) -> tuple[str, str]:
    with database.read() as connection:
        newest = select(activity.c.actor, activity.c.kind).order_by(activity.c.id.desc())
        row = connection.execute(newest).first()
    assert row
    return row.actor, row.kind


def upload(browser: Browser, body: bytes, page: str = IMPORT) -> TestResponse:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert token
    fields = {"csrf_token": token[1], "file": (io.BytesIO(body), "listings.csv")}
    return browser.client.post(IMPORT, data=fields, content_type="multipart/form-data")


def confirm(browser: Browser, preview: TestResponse) -> TestResponse:
    sealed = re.search(r'name="sealed" value="([^"]+)"', preview.text)
    assert sealed
    return browser.submit(IMPORT, f"{IMPORT}/confirm", sealed=sealed[1])


def test_an_empty_site_says_how_to_begin(operator_browser: Browser) -> None:
    page = operator_browser.get(LIST).text
    assert "No listings yet" in page
    assert f'href="{IMPORT}"' in page


def test_each_listing_with_its_status_and_what_it_is_matched_with(
    operator_browser: Browser, database: Database
) -> None:
    page = operator_browser.get(LIST).text
    for words in (
        "London at the hub", "synced by connection 99", "<code>loc-301</code>", "Room at the hub", "The Attic",
        "Staff desk", "named by you", "No data from Syncaroo yet", "Syncaroo no longer has it", "Unmapped at Syncaroo",
        "No connection syncs it", "3 minutes ago", "Waits for approval",
    ):  # fmt: skip
        assert words in page, words
    assert "New meeting room" not in page
    assert "Desk of old" not in page
    assert "Desk of old" in operator_browser.get(f"{LIST}?show=deleted").text


def test_what_is_looked_for_is_found_and_nothing_is_said_to_be_nothing(
    operator_browser: Browser, database: Database
) -> None:
    page = operator_browser.get(f"{LIST}?q=attic").text
    assert "The Attic" in page
    assert "Staff desk" not in page
    assert "Nothing here is called “zzz”" in operator_browser.get(f"{LIST}?q=zzz").text


def test_nothing_from_outside_is_markup(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        scene.add_listing(connection, clock(), EVIL, EVIL, type=EVIL, location_id="1198", own_name=EVIL, source_id=EVIL)
    for path in (
        LIST,
        f"{LIST}?q={EVIL}",
        f"{LIST}edit?kind=resource&id={EVIL}",
        f"{LIST}delete?kind=resource&id={EVIL}",
    ):
        page = operator_browser.get(path).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
    bad = f"kind,id,name,status\nlocation,1,{EVIL},{EVIL}\n".encode()
    assert "<script>alert" not in upload(operator_browser, bad).text


def test_a_pending_one_is_approved_and_that_can_be_undone(operator_browser: Browser, database: Database) -> None:
    operator_browser.submit(LIST, f"{LIST}approval", kind="resource", id="new-1")
    assert status_of(database, "new-1") == "active"
    assert last_deed(database) == ("operator@example.com", "approve")
    page = operator_browser.get(LIST).text
    assert "” is public now." in page
    assert ">Undo</button>" in page
    assert ">Undo</button>" not in operator_browser.get(LIST).text


def test_an_undo_that_comes_late_leaves_what_was_made_of_it_since(
    operator_browser: Browser, database: Database
) -> None:
    operator_browser.submit(LIST, f"{LIST}approval", kind="resource", id="new-1")
    page = operator_browser.get(LIST).text
    form = page[: page.index(">Undo</button>")].rpartition("<form")[2]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    operator_browser.submit(LIST, f"{LIST}status", kind="resource", id="new-1", status="deleted")
    late = operator_browser.client.post(f"{LIST}status", data=fields)
    assert late.status_code == 303
    assert "changed or removed meanwhile" in operator_browser.get(LIST).text
    assert status_of(database, "new-1") == "deleted"


def test_a_status_changes_at_one_click_in_a_new_version_and_comes_back_at_another(
    operator_browser: Browser, database: Database
) -> None:
    with database.read() as connection:
        before = publication.version(connection)
    done = operator_browser.submit(
        LIST, f"{LIST}status", kind="resource", id="7843", status="private", back=f"{LIST}?show=active"
    )
    assert (done.status_code, done.headers["Location"]) == (303, f"{LIST}?show=active")
    assert status_of(database, "7843") == "private"
    assert last_deed(database) == ("operator@example.com", "listing_status")
    with database.read() as connection:
        assert publication.version(connection) != before
    page = operator_browser.get(LIST).text
    assert "“Room at the hub” is private now." in page
    undo = re.search(r'name="status" value="(\w+)"><input type="hidden" name="back"', page)
    assert undo
    operator_browser.submit(LIST, f"{LIST}status", kind="resource", id="7843", status=undo[1], undoing="1")
    assert status_of(database, "7843") == "active"
    assert ">Undo</button>" not in operator_browser.get(LIST).text


def test_deleting_asks_once_and_says_what_goes_with_it(operator_browser: Browser, database: Database) -> None:
    page = operator_browser.get(f"{LIST}delete?kind=location&id=1198").text
    assert "nor the 4 active resources in it" in page
    assert status_of(database, "1198") == "active"
    operator_browser.submit(LIST, f"{LIST}status", kind="location", id="1198", status="deleted")
    assert status_of(database, "1198") == "deleted"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/login", "/console/listings/../x", ""])
def test_the_way_back_is_only_ever_the_list(operator_browser: Browser, database: Database, back: str) -> None:
    done = operator_browser.submit(LIST, f"{LIST}status", kind="resource", id="7843", status="draft", back=back)
    assert done.headers["Location"] == LIST


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": "planet", "id": "1", "status": "active"},
        {"kind": "resource", "id": "", "status": "active"},
        {"kind": "resource", "id": "a\x00b", "status": "active"},
        {"kind": "resource", "id": "7843", "status": "gone"},
    ],
)
def test_something_made_up_is_refused(operator_browser: Browser, database: Database, fields: dict[str, str]) -> None:
    assert operator_browser.submit(LIST, f"{LIST}status", **fields).status_code == 400


@pytest.mark.parametrize("path", ["edit?kind=resource&id=nowhere", "delete?kind=location&id=nowhere"])
def test_what_is_not_there_is_no_page(operator_browser: Browser, database: Database, path: str) -> None:
    assert operator_browser.get(LIST + path).status_code == 404


def test_a_form_that_is_sent_twice_adds_one_listing(operator_browser: Browser, database: Database) -> None:
    form = f"{LIST}new?kind=resource&location=1198"
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', operator_browser.get(form).text))
    fields |= {"name": "Library", "id": "4711", "status": "active", "type": "office", "location_id": "1198"}
    for _ in range(2):
        done = operator_browser.client.post(f"{LIST}new", data=fields)
        assert (done.status_code, done.headers["Location"]) == (303, LIST)
    with database.read() as connection:
        assert len(connection.execute(select(listings.c.id).where(listings.c.name == "Library")).all()) == 1
    assert "is there, under the identifier 4711" in operator_browser.get(LIST).text


def test_a_listing_is_added(operator_browser: Browser, database: Database) -> None:
    form = f"{LIST}new?kind=resource&location=1198"
    assert '<option value="1198" selected>' in operator_browser.get(form).text
    fields = {"kind": "resource", "name": "Library", "status": "active", "type": "office", "location_id": "1198"}
    assert operator_browser.submit(form, f"{LIST}new", id="./..", **fields).status_code == 303
    assert "“Library” is there, under the identifier ./.." in operator_browser.get(LIST).text
    assert "Library" in operator_browser.get(f"{LIST}edit?kind=resource&id=./..").text


def test_a_form_that_is_wrong_keeps_what_was_typed_and_says_it_beside_the_fields(
    operator_browser: Browser, database: Database
) -> None:
    form = f"{LIST}new?kind=resource"
    answer = operator_browser.submit(
        form,
        f"{LIST}new",
        kind="resource",
        id="7843",
        name="My typed name",
        status="draft",
        location_id="1198",
        type="",
    )
    assert answer.status_code == 422
    assert 'value="My typed name"' in answer.text
    assert '<option value="draft" selected>' in answer.text
    assert 'id="type-problem">The type is missing' in answer.text
    assert 'aria-describedby="type-problem type-hint"' in answer.text


def test_an_edited_name_wins_over_the_hubs_and_emptied_gives_it_back(
    operator_browser: Browser, database: Database
) -> None:
    edit = f"{LIST}edit?kind=resource&id=7843"
    fields = {"kind": "resource", "id": "7843", "status": "active", "type": "meeting-room", "location_id": "1198"}
    assert "what Syncaroo calls it: “Room at the hub”" in operator_browser.get(edit).text
    operator_browser.submit(edit, f"{LIST}edit", name="The Library", **fields)
    assert "The Library" in operator_browser.get(LIST).text
    operator_browser.submit(edit, f"{LIST}edit", name="", **fields)
    page = operator_browser.get(LIST).text
    assert "The Library" not in page.replace("“The Library” is saved", "")
    assert "Room at the hub" in page
    assert last_deed(database) == ("operator@example.com", "listing_edited")


def test_an_import_shows_what_it_will_change_and_then_does(operator_browser: Browser, database: Database) -> None:
    preview = upload(operator_browser, CSV)
    for words in ("<del>active</del>", "<ins>private</ins>", "Paris", "Import 2 listings"):
        assert words in preview.text
    assert status_of(database, "1198") == "active"
    assert confirm(operator_browser, preview).status_code == 303
    assert status_of(database, "1198") == "private"
    assert last_deed(database) == ("operator@example.com", "listings_import")
    assert "1 new, 1 changed" in operator_browser.get(LIST).text


def test_an_import_whose_effect_has_changed_since_is_shown_again(operator_browser: Browser, database: Database) -> None:
    preview = upload(operator_browser, CSV)
    operator_browser.submit(LIST, f"{LIST}status", kind="location", id="1198", status="draft")
    operator_browser.get(LIST)
    again = confirm(operator_browser, preview)
    assert "Listings have changed since you looked" in again.text
    assert "<del>draft</del>" in again.text
    assert status_of(database, "1198") == "draft"
    assert confirm(operator_browser, again).status_code == 303
    assert status_of(database, "1198") == "private"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "Choose a CSV or JSON file first"),
        (b"kind,id,name,status\nlocation,1,London,actve\n", "row 2, status: &#39;actve&#39; is not one of"),
        (b"kind,id,name,status\nlocation,new-9,London,active\n", "made up by this site"),
        (b"{", "isn&#39;t JSON"),
        (b"\xff\xfe", "isn&#39;t UTF-8"),
        (b"x" * 200_000, "larger than 180 kB"),
        (b"x" * 300_000, "larger than 180 kB. Split it, or import it by the command below."),
    ],
)
def test_a_file_that_is_wrong_is_refused_row_by_row(
    operator_browser: Browser, database: Database, body: bytes, says: str
) -> None:
    answer = upload(operator_browser, body)
    assert answer.status_code in (413, 422)
    assert says in answer.text
    assert "Nothing was imported" in answer.text


def test_a_file_that_no_form_takes_is_refused_on_the_page_where_it_was_chosen(
    operator_browser: Browser, browser: Browser, clock: FakeClock
) -> None:
    answer = upload(operator_browser, b"x" * 300_000)
    assert answer.status_code == 413
    assert "flask listings import" in answer.text
    assert 'type="file"' in answer.text
    clock.advance(hours=13)
    late = browser.client.post(IMPORT, data={"file": (io.BytesIO(b"x" * 300_000), "listings.csv")})
    assert (late.status_code, late.headers["Location"]) == (303, f"/login?next={IMPORT}")


@pytest.mark.parametrize("sealed", ["", "made up", "a.b.c"])
def test_only_a_previewed_file_is_imported(operator_browser: Browser, database: Database, sealed: str) -> None:
    assert operator_browser.submit(IMPORT, f"{IMPORT}/confirm", sealed=sealed).status_code == 400


@pytest.mark.parametrize(("format", "name"), [("csv", "listings.csv"), ("json", "listings.json")])
def test_what_is_exported_would_change_nothing(
    operator_browser: Browser, database: Database, format: str, name: str
) -> None:
    answer = operator_browser.get(f"{LIST}export?format={format}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert "All that the file says is so already." in upload(operator_browser, answer.data).text


@pytest.mark.parametrize("path", ["", "new?kind=location", "edit?kind=resource&id=7843", "import", "export?format=csv"])
def test_only_the_operator_sees_listings(browser: Browser, database: Database, path: str) -> None:
    assert browser.get(LIST + path).status_code == 303


@pytest.mark.parametrize("path", ["new", "edit", "status", "approval", "import", "import/confirm"])
def test_nothing_is_changed_without_the_forms_token(operator_browser: Browser, database: Database, path: str) -> None:
    answer = operator_browser.client.post(LIST + path, data={"kind": "resource", "id": "7843", "status": "deleted"})
    assert answer.status_code == 400
    assert status_of(database, "7843") == "active"
