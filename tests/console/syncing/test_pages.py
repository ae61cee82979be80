"""Sync now over HTTP: begun by a form, watched on a page and by its script."""

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import Browser, FakeClock
from tests.console import scene
from widget_server import services
from widget_server.store.engine import Database
from widget_server.store.tables import targets

SYNC = "/console/sync/"
WATCH = "/console/sync/progress"
EVIL = "<script>alert('x')</script>"


@pytest.fixture
def database(site: Flask, clock: FakeClock) -> Database:
    parts: services.Services = site.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        scene.add_workspace(connection, clock())
        later = clock().replace(hour=18)
        scene.add_target(connection, due_at=later)
        scene.add_target(connection, "b" * 64, due_at=later, location_id="4711", resource_id=None)
    return parts.database


def fetch(database: Database, clock: FakeClock, key: str, problem: str | None = None) -> None:
    """As a worker leaves a target behind."""
    clock.advance(seconds=1)
    values = {"started_at": clock(), "problem": problem, "due_at": clock().replace(hour=23)}
    values |= {} if problem else {"succeeded_at": clock()}
    with database.write() as connection:
        connection.execute(update(targets).where(targets.c.key == key * 64).values(values))


def test_before_the_first_webhook_there_is_nothing_to_fetch(operator_browser: Browser) -> None:
    page = operator_browser.get(SYNC).text
    assert "There is nothing to fetch yet" in page
    assert "<progress" not in page
    assert operator_browser.get(WATCH).status_code == 404


def test_everything_is_fetched_and_the_bar_follows(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    page = operator_browser.get(SYNC).text
    for option in ("All (2 requests)", "Demo Workspace - London (1)", "4711 (1)"):
        assert option in page
    done = operator_browser.submit(SYNC, location="")
    assert (done.status_code, done.headers["Location"]) == (303, SYNC)
    page = operator_browser.get(SYNC).text
    assert '<progress id="bar" value="0" max="2"' in page
    assert "0 of 2 fetched." in page
    assert ">Refresh</a>" in page
    fetch(database, clock, "a")
    found = operator_browser.get(WATCH).json or {}
    assert f'data-run="{found.pop("run")}"' in page
    assert found == {"done": 1, "total": 2, "over": False, "sentence": "1 of 2 fetched.", "problems": []}
    fetch(database, clock, "b", problem="Syncaroo answered 503.")
    found = operator_browser.get(WATCH).json or {}
    assert (found["over"], found["problems"]) == (True, ["Syncaroo answered 503."])
    page = operator_browser.get(SYNC).text
    assert "1 of 2 fetched, 1 failed: they are tried again by themselves." in page
    assert ">Refresh</a>" not in page


def test_one_location_is_fetched(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    operator_browser.submit(SYNC, location="1198")
    page = operator_browser.get(SYNC).text
    assert "The last time: Demo Workspace - London" in page
    assert 'max="1"' in page
    assert "Had Demo Workspace - London fetched anew." in operator_browser.get("/console/activity/").text


@pytest.mark.parametrize("location", ["nowhere", "a\x00b", EVIL])
def test_a_location_with_nothing_to_fetch_says_so(operator_browser: Browser, database: Database, location: str) -> None:
    operator_browser.submit(SYNC, location=location)
    page = operator_browser.get(SYNC).text
    assert "There is nothing to fetch there yet." in page
    assert "<progress" not in page


def test_what_came_from_outside_is_shown_as_text(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        connection.execute(update(targets).values(location_id=EVIL))
    operator_browser.submit(SYNC, location=EVIL)
    fetch(database, clock, "a", problem=EVIL)
    page = operator_browser.get(SYNC).text
    assert EVIL not in page
    assert page.count("&lt;script&gt;alert") >= 3


@pytest.mark.parametrize("path", [SYNC, WATCH])
def test_only_the_operator_looks(browser: Browser, path: str) -> None:
    assert browser.get(path).headers["Location"] == f"/login?next={path}"


def test_only_the_operator_begins_and_only_from_our_form(browser: Browser, database: Database) -> None:
    assert browser.submit("/login", SYNC).headers["Location"] == "/login"
    browser.log_in()
    assert browser.client.post(SYNC).status_code == 400
    assert "<progress" not in browser.get(SYNC).text
