"""Activity: what happened is written down where it happens, and told page by page."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests import seeding
from tests.conftest import QUICK_HASH, Browser, FakeClock
from tests.console import scene
from widget_server import config, services
from widget_server.console.account import OperatorAccounts
from widget_server.console.activity.words import sentence
from widget_server.console.decisions import Decisions
from widget_server.console.login_limit import ALLOWED_FAILURES, LoginLimit
from widget_server.errors import TooManyLogins
from widget_server.model import ListingKind
from widget_server.store import activity
from widget_server.store.activity import Deed
from widget_server.store.engine import Database

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EVIL = "<script>alert('x')</script>"
ME = "operator@example.com"


def told(database: Database) -> list[tuple[str, str, str | None]]:
    """Who, what kind, and the sentence; the oldest first."""
    with database.read() as connection:
        return [(deed.actor, deed.kind, deed.detail) for deed in reversed(activity.latest(connection, 100))]


def own(site: Flask) -> Database:
    parts: services.Services = site.extensions[services.EXTENSION]
    return parts.database


def test_decisions_are_written_down_in_words(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        target = scene.add_target(connection, held_since=clock(), held_count=4)
        dead = scene.add_delivery(connection, clock(), state="dead", target_id=target)
        scene.add_listing(connection, clock(), "new-1", "Box 4", status="pending", location_id="1198")
    decisions = Decisions(database, clock, ME)
    assert decisions.retry(dead)
    assert decisions.remove_held(target)
    assert decisions.keep_held(target)
    assert decisions.approve(ListingKind.RESOURCE, "new-1")
    assert told(database) == [
        (ME, "retry", f"Had webhook {dead} tried again."),
        (ME, "held_removed", "Confirmed that Syncaroo has no prices of Demo Meeting Room - London any more."),
        (ME, "held_kept", "Kept the prices of Demo Meeting Room - London against an empty list of Syncaroo's."),
        (ME, "approve", "Approved the resource Box 4: visitors see it."),
    ]


def test_what_decides_nothing_is_not_written_down(database: Database, clock: FakeClock) -> None:
    decisions = Decisions(database, clock, ME)
    tried = [decisions.retry(1), decisions.remove_held(1), decisions.keep_held(1)]
    assert not any([*tried, decisions.approve(ListingKind.RESOURCE, "nowhere")])
    assert told(database) == []


def test_the_account_tells_of_links_passwords_and_log_outs(database: Database, clock: FakeClock) -> None:
    accounts = OperatorAccounts(database, clock, ("k" * 40,), QUICK_HASH)
    for password in ("chosen the first time", "chosen again, better"):
        token = accounts.setup_link("http://site").rpartition("/")[2]
        operator = accounts.redeem(token, ME, password)
        assert operator
        accounts.end_sessions(operator)
    assert accounts.redeem(token, "thief@example.com", "used once already") is None
    assert told(database) == [
        (ME, "setup_link", "Set the account up by a one-time link."),
        (ME, "logout", "Logged out on all devices."),
        (ME, "setup_link", "Changed the account's address and password by a one-time link."),
        (ME, "logout", "Logged out on all devices."),
    ]


def test_the_environments_account_is_told_of_once(
    database: Database, clock: FakeClock, site_env: dict[str, str]
) -> None:
    settings = config.load(site_env)
    accounts = OperatorAccounts(database, clock, settings.secret_key, QUICK_HASH)
    accounts.ensure_from_settings(settings)
    accounts.ensure_from_settings(settings)
    assert [(actor, kind) for actor, kind, _ in told(database)] == [("The server", "password")]


def test_whoever_guesses_without_end_is_told_of_once_a_window(database: Database, clock: FakeClock) -> None:
    limit = LoginLimit(database, clock)
    for _ in range(ALLOWED_FAILURES):
        limit.begin("192.0.2.7")
    for _ in range(5):
        with pytest.raises(TooManyLogins):
            limit.begin("192.0.2.7")
    sentences = [(actor, kind) for actor, kind, _ in told(database)]
    assert sentences == [("Somebody", "login_limit")]
    clock.advance(minutes=15)
    for _ in range(ALLOWED_FAILURES):
        limit.begin("192.0.2.7")
    with pytest.raises(TooManyLogins):
        limit.begin("192.0.2.7")
    assert len(told(database)) == 2


def test_an_exchanged_code_is_syncaroos_deed(database: Database, clock: FakeClock) -> None:
    seeding.add_listings(database, clock)
    seeding.connect(database, clock, "99", seeding.LONDON)
    assert told(database)[-1] == (
        "Syncaroo",
        "connection_exchanged",
        "Exchanged the approval of connection 99 for access.",
    )


def test_logging_in_and_out_is_seen_on_the_page(operator_browser: Browser, site: Flask) -> None:
    page = operator_browser.get("/console/activity/").text
    assert "Logged in from 127.0.0.1." in page
    assert ME in page
    assert '<time datetime="2026-03-01T12:00:00+00:00"' in page
    operator_browser.submit("/console/", "/logout")
    assert told(own(site))[-1] == (ME, "logout", "Logged out on all devices.")


def test_pages_go_on_where_the_last_one_ended_whatever_happens_meanwhile(
    operator_browser: Browser, site: Flask, clock: FakeClock
) -> None:
    with own(site).write() as connection:
        for number in range(60):
            activity.record(connection, clock(), ME, "test", detail=f"Deed {number:02}.")
    page = operator_browser.get("/console/activity/").text
    assert "Deed 59." in page
    assert "Deed 09." not in page
    older = page.partition('href="/console/activity/?before=')[2].partition('"')[0]
    with own(site).write() as connection:
        activity.record(connection, clock(), ME, "test", detail="Something new.")
    page = operator_browser.get(f"/console/activity/?before={older}").text
    assert "Deed 09." in page
    assert "Deed 10." not in page
    assert ">Newest</a>" in page
    assert ">Older</a>" not in page


@pytest.mark.parametrize("before", ["x", "-1", "0", "9" * 30, "%00", "١"])
def test_a_made_up_position_is_no_error(operator_browser: Browser, before: str) -> None:
    assert operator_browser.get(f"/console/activity/?before={before}").status_code == 200


def test_what_was_written_down_is_shown_as_text(operator_browser: Browser, site: Flask, clock: FakeClock) -> None:
    with own(site).write() as connection:
        activity.record(connection, clock(), EVIL, "test", subject=EVIL, detail=EVIL)
    page = operator_browser.get("/console/activity/").text
    assert "<script>" not in page
    assert page.count("&lt;script&gt;") == 2


def test_activity_is_the_operators_alone(browser: Browser) -> None:
    answer = browser.get("/console/activity/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/login?next=/console/activity/")


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        (Deed(1, NOW, ME, "login", "192.0.2.7", "Logged in."), "Logged in."),
        (Deed(1, NOW, ME, "key_rotated", None, None), "Key rotated."),
        (Deed(1, NOW, ME, "key_rotated", "yours", None), "Key rotated: yours."),
    ],
)
def test_a_deed_without_words_is_told_by_its_name(deed: Deed, words: str) -> None:
    assert sentence(deed) == words
