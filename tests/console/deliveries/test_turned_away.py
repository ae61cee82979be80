"""Webhooks that were turned away, in words and as a page; nothing from outside gets to act."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import update

from tests.conftest import Browser, FakeClock
from tests.console import scene
from tests.console.deliveries import past
from widget_server.console.deliveries import turned_away
from widget_server.model import RefusalReason
from widget_server.store import refusals
from widget_server.store.engine import Database
from widget_server.store.refusals import Known, Refused, Wanted
from widget_server.store.tables import connections

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
PAGE, LIST, OVERVIEW = "/console/deliveries/turned-away/", "/console/deliveries/", "/console/"
EVIL = "<script>alert('x')</script>"
ONE = Known(RefusalReason.EXPIRED_BEARER, "99", 1, NOW, NOW, 401)


@pytest.fixture
def database(site: Flask, clock: FakeClock) -> Database:
    return scene.connected(site, clock).database


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_every_reason_has_a_name_and_says_what_to_do(reason: RefusalReason) -> None:
    assert turned_away.LABELS[reason]
    assert turned_away.advice(replace(ONE, reason=reason)).endswith(".")


def test_a_stranger_is_no_reason_to_do_anything() -> None:
    for reason in (RefusalReason.NO_BEARER, RefusalReason.UNKNOWN_BEARER):
        assert "Nothing to do." in turned_away.advice(replace(ONE, reason=reason, connection_id=None))


@pytest.mark.parametrize(
    ("known", "about"),
    [
        ({}, None),
        ({"kind": "status"}, "Opening status"),
        ({"kind": "bookings", "location_id": "12"}, "Bookings: Location 12"),
        (
            {"kind": "rates", "location_id": "12", "location": "London", "resource_id": "9", "resource": "Thames Room"},
            "Prices: Thames Room, London",
        ),
        ({"location_id": "12", "resource_id": "9"}, "Resource 9, Location 12"),
    ],
)
def test_it_tells_what_it_was_about_as_far_as_is_known(known: dict[str, str], about: str | None) -> None:
    assert turned_away.about(replace(ONE, **known)) == about  # type: ignore[arg-type]


def test_the_form_takes_only_what_it_can_mean() -> None:
    fields = {"reason": "expired_bearer", "sender": "unknown", "text": " 203.0\x00 "}
    chosen = turned_away.wanted(fields)
    assert chosen == Wanted(RefusalReason.EXPIRED_BEARER, known=False, text="203.0")
    assert turned_away.fields_of(chosen) == {"reason": "expired_bearer", "sender": "unknown", "text": "203.0"}
    assert turned_away.wanted({"reason": "x", "sender": "x", "text": "\x00"}) == Wanted()


def test_without_any_it_says_what_would_be_here(operator_browser: Browser, database: Database) -> None:
    assert "None within 30 days." in operator_browser.get(PAGE).text


def test_each_says_why_how_often_from_where_and_what_to_do(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        past.add_refusals(connection, clock())
    page = operator_browser.get(PAGE).text
    for words in (
        "Expired access token", "It gets a new one by itself; if this goes on, connect again", "at least 14",
        "203.0.113.7", "2001:db8:1:2:3:4:5:6", "Stranger", "answered 401",
        "Prices: Demo Meeting Room - London, Demo Workspace - London", "403: Another connection syncs that listing.",
    ):  # fmt: skip
        assert words in page, words
    assert '<span class="count">17</span>' in operator_browser.get(LIST).text
    strangers = operator_browser.get(f"{PAGE}?sender=unknown").text
    assert ("<h2>No access token" in strangers, "<h2>Expired access token" in strangers) == (True, False)
    assert "None is like that." in operator_browser.get(f"{PAGE}?text=nothing+says+this").text


def test_pages_stay_as_they_are_while_new_ones_arrive(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    def happen(number: int) -> None:
        address = f"203.0.113.{number}"
        refusals.keep(database, [Refused(RefusalReason.NO_BEARER, None, 1, clock(), clock(), 401, address=address)])
        clock.advance(hours=1)

    clock.advance(hours=-31)
    for number in range(100, 130):
        happen(number)
    first = operator_browser.get(f"{PAGE}?sender=unknown").text
    assert ("0.113.129<" in first, "0.113.105<" in first, "0.113.104<" in first) == (True, True, False)
    older = first.rpartition('<a class="button" href="')[2].partition('"')[0].replace("&amp;", "&")
    happen(130)
    second = operator_browser.get(older).text
    assert ("0.113.105<" in second, "0.113.104<" in second, "0.113.130<" in second) == (False, True, False)


def test_what_came_from_outside_is_shown_as_text(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    found = Refused(
        RefusalReason.WRONG_FIELD, "99", 1, clock(), clock(), 422, detail=EVIL, kind=EVIL, location_id=EVIL,
        resource_id=EVIL, address=EVIL,
    )  # fmt: skip
    refusals.keep(database, [found])
    for path in (PAGE, f"{PAGE}?text={EVIL}"):
        page = operator_browser.get(path).text
        assert "<script>" not in page.lower()
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("query", ["reason=x", "sender=%00", "text=%00", "text=" + "9" * 5000, "before=x", "before=-1"])
def test_a_made_up_question_is_no_error(operator_browser: Browser, database: Database, query: str) -> None:
    assert operator_browser.get(f"{PAGE}?{query}").status_code == 200


def test_only_the_operator_looks(browser: Browser) -> None:
    assert browser.get(PAGE).headers["Location"] == f"/login?next={PAGE}"


def test_the_overview_tells_of_it_while_none_is_accepted_and_no_longer(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        connection.execute(update(connections).values(connected_at=clock(), last_webhook_at=clock()))
        clock.advance(minutes=50)
        past.add_refusals(connection, clock())
    page = operator_browser.get(OVERVIEW).text
    assert "Webhooks arrive but are turned away" in page
    assert "14 turned away since then." in page
    assert 'href="https://app.syncaroo.com">Open Syncaroo' in page
    with database.write() as connection:
        connection.execute(update(connections).values(last_webhook_at=clock()))
    assert "turned away" not in operator_browser.get(OVERVIEW).text


def test_strangers_alone_are_no_news(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    found = Refused(RefusalReason.NO_BEARER, None, 500, clock(), clock(), 401)
    clock.advance(minutes=10)
    refusals.keep(database, [found])
    assert "turned away" not in operator_browser.get(OVERVIEW).text
    assert 'class="count"' not in operator_browser.get(LIST).text
