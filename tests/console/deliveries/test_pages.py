"""The deliveries over HTTP: found, looked at, tried again; nothing from outside gets to act."""

import json

import pytest
from flask import Flask
from sqlalchemy import select

from tests.conftest import Browser, FakeClock
from tests.console import scene
from tests.console.deliveries import past
from widget_server import services
from widget_server.store import activity
from widget_server.store.engine import Database
from widget_server.store.tables import deliveries, targets

EVIL = "<script>alert('x')</script>"
LIST = "/console/deliveries/"


@pytest.fixture
def database(site: Flask) -> Database:
    parts: services.Services = site.extensions[services.EXTENSION]
    return parts.database


@pytest.fixture
def ids(database: Database, clock: FakeClock) -> dict[str, int]:
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        scene.connect_hub(connection, clock())
        return past.add_deliveries(connection, clock())


def states(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(deliveries.c.state).order_by(deliveries.c.id)).scalars())


def test_before_the_first_webhook_it_says_where_they_come_from(operator_browser: Browser) -> None:
    page = operator_browser.get(LIST).text
    assert "No webhook yet." in page
    assert "Replay all failed" not in page


def test_every_webhook_is_listed_in_words(operator_browser: Browser, ids: dict[str, int]) -> None:
    page = operator_browser.get(LIST).text
    for words in (
        "Prices: Demo Meeting Room - London", "Resources (new): Demo Meeting Room - London", "Locations: Location 4711",
        "Accepted", "Duplicate", "Waiting", "Ignored", "Refused", "Failed", "There is no location 4711 here.",
        f"Fetched together with delivery {ids['accepted']}: 1 changed.", "It waits to be fetched.",
        '<time datetime="2026-03-01T11:57:00+00:00"',
    ):  # fmt: skip
        assert words in page, words


def test_the_form_chooses_and_keeps_what_was_chosen(operator_browser: Browser, ids: dict[str, int]) -> None:
    page = operator_browser.get(f"{LIST}?verdict=failed&kind=rates&location=1198&text=JSON").text
    assert f'href="{LIST}{ids["failed"]}"' in page
    assert page.count('class="row-text"') == 1
    assert '<option value="failed" selected>' in page
    assert 'value="JSON"' in page
    assert "No webhook is like that." in operator_browser.get(f"{LIST}?text=nothing+says+this").text


@pytest.mark.parametrize(
    "query",
    ["verdict=x", "text=%00", "text=" + "9" * 5000, "before=x", "before=" + "9" * 40, "kind=%FF", "location=%22%3E"],
)
def test_a_made_up_question_is_no_error(operator_browser: Browser, ids: dict[str, int], query: str) -> None:
    assert operator_browser.get(f"{LIST}?{query}").status_code == 200


def test_pages_stay_as_they_are_while_new_ones_arrive(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        for number in range(30):
            scene.add_delivery(connection, clock(), state="ignored", done_at=clock(), outcome=f"Number {number:02}.")
    first = operator_browser.get(f"{LIST}?verdict=ignored").text
    assert ("Number 29." in first, "Number 05." in first, "Number 04." in first) == (True, True, False)
    older = first.rpartition('<a class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
    with database.write() as connection:
        scene.add_delivery(connection, clock(), state="ignored", done_at=clock(), outcome="Just now.")
    second = operator_browser.get(older).text
    assert ("Number 05." in second, "Number 04." in second, "Just now." in second) == (False, True, False)
    assert 'href="/console/deliveries/?verdict=ignored">Newest' in second


def test_one_delivery_shows_body_answer_hash_and_fetch(
    operator_browser: Browser, ids: dict[str, int], database: Database, clock: FakeClock
) -> None:
    page = operator_browser.get(f"{LIST}{ids['failed']}").text
    for words in (
        "202 Accepted",
        "The answer is not JSON.",
        "in 4 minutes",
        "right",
        "&#34;attributeType&#34;: &#34;rates",
    ):
        assert words in page, words
    refused = operator_browser.get(f"{LIST}{ids['refused']}").text
    assert "403 Forbidden" in refused
    assert "wrong: it doesn&#39;t belong to this body" in refused


def test_no_secret_of_a_body_is_shown(operator_browser: Browser, ids: dict[str, int]) -> None:
    for delivery_id in ids.values():
        page = operator_browser.get(f"{LIST}{delivery_id}").text
        assert past.HASH not in page
        assert "abc123" not in page


def test_an_accepted_one_tells_which_prices_changed(
    operator_browser: Browser, ids: dict[str, int], database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        clock.advance(minutes=-2.2)
        past.add_price_change(connection, clock())
        clock.advance(minutes=2.2)
    page = operator_browser.get(f"{LIST}{ids['accepted']}").text
    assert "Hourly: 45.00 GBP per hour → 49.50 GBP per hour" in page
    assert "2 webhooks for the same data ended with one fetch" in page


def test_a_dead_letter_is_replayed_and_written_down(
    operator_browser: Browser, ids: dict[str, int], database: Database, clock: FakeClock
) -> None:
    path = f"{LIST}{ids['failed']}"
    done = operator_browser.submit(path, f"{path}/replay")
    assert (done.status_code, done.headers["Location"]) == (303, path)
    assert "It is fetched again now." in operator_browser.get(path).text
    assert states(database)[ids["failed"] - 1] == "waiting"
    with database.read() as connection:
        (deed,) = [each for each in activity.latest(connection, 9) if each.kind == "replay"]
        assert (deed.actor, deed.subject) == ("operator@example.com", str(ids["failed"]))
        assert connection.execute(select(targets.c.due_at).where(targets.c.key == "b" * 64)).scalar_one() == clock()


@pytest.mark.parametrize("name", ["ignored", "refused", "waiting"])
def test_what_has_nothing_to_fetch_offers_no_replay(operator_browser: Browser, ids: dict[str, int], name: str) -> None:
    path = f"{LIST}{ids[name]}"
    assert "Replay" not in operator_browser.get(path).text
    operator_browser.submit(path, f"{path}/replay")
    assert "It waits already, or there is nothing to fetch for it." in operator_browser.get(path).text


def test_all_failed_are_replayed_after_one_question(
    operator_browser: Browser, ids: dict[str, int], database: Database, clock: FakeClock
) -> None:
    assert "1 failed webhook is tried again at once." in operator_browser.get(LIST).text
    operator_browser.submit(LIST, f"{LIST}replay-failed")
    page = operator_browser.get(LIST).text
    assert "1 failed webhook is tried again now." in page
    assert "Replay all failed" not in page
    assert "dead" not in states(database)
    operator_browser.submit(LIST, f"{LIST}replay-failed")
    assert "Nothing had failed any more" in operator_browser.get(LIST).text


def test_what_came_from_outside_is_shown_as_text(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        target = scene.add_target(connection, url=f"https://api.syncaroo.com/{EVIL}", problem=EVIL)
        delivery = scene.add_delivery(
            connection, clock(), body=json.dumps({"name": EVIL}), outcome=EVIL, location_id=EVIL, resource_id=EVIL,
            attribute_type=EVIL, action=EVIL, state="dead", target_id=target, connection_id=EVIL, done_at=clock(),
        )  # fmt: skip
    for path in (LIST, f"{LIST}{delivery}", f"{LIST}?text={EVIL}"):
        page = operator_browser.get(path).text
        assert "<script>" not in page.lower()
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("path", ["4711", "99999999999999999999", "-1", "x", "0"])
def test_a_delivery_that_is_not_there_is_no_page(operator_browser: Browser, path: str) -> None:
    assert operator_browser.get(LIST + path).status_code == 404


@pytest.mark.parametrize("path", [LIST, f"{LIST}1"])
def test_only_the_operator_looks(browser: Browser, path: str) -> None:
    assert browser.get(path).headers["Location"] == f"/login?next={path}"


@pytest.mark.parametrize("path", [f"{LIST}5/replay", f"{LIST}replay-failed"])
def test_only_the_operator_replays_and_only_from_our_form(
    browser: Browser, ids: dict[str, int], database: Database, path: str
) -> None:
    assert browser.submit("/login", path).headers["Location"] == "/login"
    assert browser.log_in().status_code == 303
    assert browser.client.post(path).status_code == 400
    assert "dead" in states(database)
