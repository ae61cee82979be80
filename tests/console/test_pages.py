"""The console over HTTP: what it shows, what its buttons do, and that nothing from outside gets to act."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Browser, FakeClock
from tests.console import scene
from widget_server.store import publication
from widget_server.store.engine import Database
from widget_server.store.tables import deliveries, listings, targets

EVIL = "<script>alert('x')</script>"


@pytest.fixture
def database(site: Flask, clock: FakeClock) -> Database:
    """The site's own, with the guide's workspace in it and both directions connected."""
    return scene.connected(site, clock).database


def test_a_new_site_says_what_to_do_first(operator_browser: Browser) -> None:
    page = operator_browser.get("/console/").text
    assert "Import your listings" in page
    assert 'action="/connect/syncaroo"' in page
    assert "Sync now" not in page


def test_when_all_is_well_it_says_so_with_the_moments_that_matter(
    operator_browser: Browser, database: Database
) -> None:
    page = operator_browser.get("/console/").text
    assert "All is well" in page
    assert '<time datetime="2026-03-01T11:57:00+00:00"' in page
    assert "3 minutes ago" in page
    assert "2 minutes ago" in page
    assert "connection 99" in page
    assert "A webhook with a wrong hash is refused." in page
    assert "Sync now" in page


def test_a_lost_connection_offers_to_reconnect_and_says_why(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        scene.connect_hub(connection, clock(), "needs_reconnect", "The refresh token was used already.")
    page = operator_browser.get("/console/").text
    assert "Reconnect to Syncaroo" in page
    assert "The refresh token was used already." in page
    assert 'action="/connect/syncaroo"' in page


def test_the_snippet_and_the_portals_values_name_this_site(operator_browser: Browser) -> None:
    page = operator_browser.get("/console/").text
    assert "&lt;script async src=&#34;http://127.0.0.1:8000/embed.js&#34;&gt;&lt;/script&gt;" in page
    assert "&lt;div data-pricing-widget style=&#34;min-height:720px&#34;&gt;" in page  # nothing to show yet
    for value in (
        "http://127.0.0.1:8000/api/",
        "http://127.0.0.1:8000/api/oauth/authorize",
        "http://127.0.0.1:8000/api/oauth/token",
        "/update/",
        "/check_connection/",
        "xyz1243",
        "http://127.0.0.1:8000/connect/syncaroo/callback",
    ):
        assert f">{value}</code>" in page


def test_no_secret_is_on_the_page(operator_browser: Browser, database: Database) -> None:
    page = operator_browser.get("/console/").text
    for secret in ("platform-secret", "syncaroo-secret", "k" * 40, "correct horse battery"):
        assert secret not in page


def test_names_and_reasons_from_outside_are_shown_as_text(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        target = scene.add_target(connection, problem=EVIL, due_at=clock(), held_since=clock(), location_id=EVIL)
        scene.add_delivery(connection, clock(), state="dead", target_id=target, outcome=EVIL, resource_id=EVIL)
        scene.add_delivery(connection, clock(), state="ignored", location_id=EVIL, outcome=EVIL)
        scene.add_listing(connection, clock(), "new-1", EVIL, status="pending", type=EVIL, location_id="1198")
        scene.add_connection(connection, clock(), EVIL)
        scene.connect_hub(connection, clock(), "connected", EVIL)
    page = operator_browser.get("/console/").text
    assert "<script>" not in page
    assert page.count("&lt;script&gt;alert") >= 9


def test_a_dead_letter_is_tried_again(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        target = scene.add_target(connection)
        dead = scene.add_delivery(
            connection, clock(), state="dead", target_id=target, outcome="The answer is not JSON."
        )
    assert "The answer is not JSON." in operator_browser.get("/console/").text
    done = operator_browser.submit("/console/", f"/console/deliveries/{dead}/retry")
    assert (done.status_code, done.headers["Location"]) == (303, "/console/")
    page = operator_browser.get("/console/").text
    assert "It is tried again now." in page
    assert "The answer is not JSON." not in page
    with database.read() as connection:
        assert connection.execute(select(deliveries.c.state)).scalar_one() == "waiting"
        assert connection.execute(select(targets.c.due_at)).scalar_one() == clock()


@pytest.mark.parametrize(("decision", "confirmed"), [("remove", True), ("keep", False)])
def test_an_empty_set_waits_for_the_operators_word(
    operator_browser: Browser, database: Database, clock: FakeClock, decision: str, confirmed: bool
) -> None:
    with database.write() as connection:
        target = scene.add_target(connection, held_since=clock(), held_count=4)
    assert "4 prices here, none at Syncaroo" in operator_browser.get("/console/").text
    operator_browser.submit("/console/", f"/console/held/{target}/{decision}")
    assert "Is this really gone?" not in operator_browser.get("/console/").text
    with database.read() as connection:
        assert connection.execute(select(targets.c.empty_confirmed)).scalar_one() is confirmed


def test_approving_a_listing_makes_it_public_in_a_new_version(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        scene.add_listing(connection, clock(), "new-1", "New room", status="pending", location_id="1198")
        before = publication.version(connection)
    operator_browser.submit("/console/", "/console/listings/approve", kind="resource", id="new-1")
    with database.read() as connection:
        assert connection.execute(select(listings.c.status).where(listings.c.id == "new-1")).scalar_one() == "active"
        assert publication.version(connection) > before


def test_an_approval_can_be_undone_from_the_page_that_follows(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        scene.add_listing(connection, clock(), "new-1", "New room", status="pending", location_id="1198")
    operator_browser.submit("/console/", "/console/listings/approve", kind="resource", id="new-1")
    operator_browser.client.get("/console/", headers={"X-Refresh": "automatic"})  # takes nothing away
    page = operator_browser.get("/console/").text
    form = page.partition('action="/console/listings/status"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    undone = operator_browser.client.post("/console/listings/status", data=fields)
    assert undone.headers["Location"] == "/console/"
    assert "waiting for approval now." in operator_browser.get("/console/").text
    assert ">Undo</button>" not in operator_browser.get("/console/").text
    with database.read() as connection:
        assert connection.execute(select(listings.c.status).where(listings.c.id == "new-1")).scalar_one() == "pending"


def test_approving_brings_back_nothing_that_was_hidden_on_purpose(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        scene.add_listing(connection, clock(), "7", "Draft", status="draft", location_id="1198")
    operator_browser.submit("/console/", "/console/listings/approve", kind="resource", id="7")
    assert "settled already" in operator_browser.get("/console/").text
    with database.read() as connection:
        assert connection.execute(select(listings.c.status).where(listings.c.id == "7")).scalar_one() == "draft"


def test_a_listing_is_approved_whatever_its_identifier_looks_like(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    for odd in (".", "..", "a//b", "ä?b#c"):
        with database.write() as connection:
            scene.add_listing(connection, clock(), odd, "New room", status="pending", location_id="1198")
        operator_browser.submit("/console/", "/console/listings/approve", kind="resource", id=odd)
        with database.read() as connection:
            assert connection.execute(select(listings.c.status).where(listings.c.id == odd)).scalar_one() == "active"


@pytest.mark.parametrize(("kind", "listing_id"), [("planet", "1"), ("", ""), ("resource", "a\x00b")])
def test_approving_something_made_up_is_refused(operator_browser: Browser, kind: str, listing_id: str) -> None:
    answer = operator_browser.submit("/console/", "/console/listings/approve", kind=kind, id=listing_id)
    assert answer.status_code == 400


def test_approving_what_is_not_there_changes_nothing(operator_browser: Browser) -> None:
    operator_browser.submit("/console/", "/console/listings/approve", kind="location", id="nowhere")
    assert "nothing was changed" in operator_browser.get("/console/").text


@pytest.mark.parametrize(
    "path",
    [
        "/console/deliveries/4711/retry",
        "/console/held/4711/remove",
        "/console/held/4711/keep",
    ],
)
def test_what_is_no_longer_there_changes_nothing(operator_browser: Browser, database: Database, path: str) -> None:
    assert operator_browser.submit("/console/", path).status_code == 303
    assert "nothing was changed" in operator_browser.get("/console/").text


@pytest.mark.parametrize(
    "path",
    [
        "/console/deliveries/99999999999999999999/retry",
        "/console/deliveries/-1/retry",
        "/console/held/x/remove",
    ],
)
def test_a_made_up_address_is_no_page(operator_browser: Browser, path: str) -> None:
    assert operator_browser.submit("/console/", path).status_code == 404


@pytest.mark.parametrize("path", ["/console/deliveries/1/retry", "/console/held/1/remove"])
def test_only_the_operator_decides(browser: Browser, database: Database, path: str) -> None:
    answer = browser.submit("/login", path)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login")
