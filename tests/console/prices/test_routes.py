"""Prices over HTTP: what the pages show, and what deciding there does to what visitors get."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from tests.conftest import Browser, FakeClock
from tests.console import scene
from widget_server import services
from widget_server.model import LocationData, Quarantined, RateData, ResourceData
from widget_server.store import activity, counters, overrides, places, prices
from widget_server.store.engine import Database
from widget_server.store.places import Stamp
from widget_server.store.tables import listings
from widget_server.store.tables import overrides as override_rows

EVIL = "<script>alert('x')</script>"
PAGE = "/console/prices/1"


@pytest.fixture
def database(site: Flask, clock: FakeClock) -> Database:
    """The site's own: London's boardroom with an hourly rate of £45 (rate 1)."""
    parts: services.Services = site.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        scene.add_workspace(connection, clock())
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        places.save_location(connection, "1198", LocationData(name="London"), {}, stamp)
        places.save_resource(connection, "7843", "1198", ResourceData(name="Boardroom"), {}, stamp)
    say(parts.database, clock)
    return parts.database


def say(database: Database, clock: FakeClock, amount: str = "45.00", **more: Any) -> None:
    """What the hub says of rate 1 a minute later."""
    clock.advance(minutes=1)
    told: dict[str, Any] = {"amount": Decimal(amount), "currency": "GBP", "unit": "hour", "name": "Hourly"} | more
    with database.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        raw = {"id": "r1", "price": amount, "name": told["name"]}
        prices.save(connection, "7843", RateData("r1", "r1", **told), raw, stamp)
    clock.advance(minutes=1)


def take_away(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        prices.gone(connection, prices.of_resource(connection, "7843"), "7843", stamp)


def served_rates(site: Flask) -> list[dict[str, Any]]:
    """What visitors are told at this moment; what is in memory for them is checked ten times a second only."""
    parts: services.Services = site.extensions[services.EXTENSION]
    found = parts.documents.edition(parts.public.version()).document
    return [rate for place in found["locations"] for room in place["resources"] for rate in room["rates"]]


def lines_in(page: str) -> int:
    """Of the history's table, without its head."""
    return page.partition("<tbody>")[2].count("<tr")


def rows_in(page: str) -> list[str]:
    """Of the list's table, without its head."""
    return page.partition("<tbody")[2].partition("</tbody>")[0].split("<tr ")[1:]


def decide(browser: Browser, **fields: str) -> int:
    return browser.submit(PAGE, f"{PAGE}/override", **({"over": "45.00|GBP|hour|1|exact"} | fields)).status_code


def test_without_prices_the_page_says_how_they_come(operator_browser: Browser) -> None:
    assert "They come by themselves once" in operator_browser.get("/console/prices/").text


def test_the_list_shows_visitors_words_beside_the_hubs_item(operator_browser: Browser, database: Database) -> None:
    page = operator_browser.get("/console/prices/").text
    (row,) = rows_in(page)
    assert f'<a href="{PAGE}">Boardroom, Hourly</a>' in row
    assert '<span class="small">London</span>' in row
    assert '<span class="price" lang="en" dir="ltr">£45 / hour</span>' in row
    assert '<span lang="en" dir="ltr">£45 / hour</span>' in row
    assert "Since</span> <time" in row
    assert "pill" not in row
    assert "&#34;price&#34;: &#34;45.00&#34;" in operator_browser.get(PAGE).text
    assert 'aria-current="page">Prices</a>' in page


def test_an_item_that_was_not_taken_over_is_shown_with_its_reason(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    with database.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        bad = Quarantined("r1", "its amount is negative", {"id": "r1", "price": -5})
        prices.quarantine(connection, "7843", bad, stamp)
    page = operator_browser.get("/console/prices/?show=refused").text
    assert "not taken over: its amount is negative" in page
    assert '<span class="pill bad">Not taken over</span>' in page
    assert "&#34;price&#34;: -5" in operator_browser.get(PAGE).text
    assert "£45 / hour" in page


def test_a_correction_shows_everywhere_and_is_written_down(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    assert decide(operator_browser, act="correct", amount="£40.00", note="agreed by phone") == 303
    (rate,) = served_rates(site)
    assert (rate["amount"], rate["currency"], rate["unit"]) == ("40.00", "GBP", "hour")
    page = operator_browser.get(PAGE).text
    assert "You show your own price" in page
    assert "agreed by phone" in page
    assert "operator@example.com" in page
    with database.read() as connection:
        deed = activity.latest(connection, 1)[0]
    assert (deed.actor, deed.kind) == ("operator@example.com", "override")
    assert deed.detail == "Overrode Boardroom, Hourly: £40 / hour instead of £45 / hour. Reason: agreed by phone"


def test_hiding_takes_a_price_out_and_withdrawing_brings_it_back(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    assert decide(operator_browser, act="hide") == 303
    assert served_rates(site) == []
    assert "Hidden by you" in operator_browser.get("/console/prices/?show=overridden").text
    operator_browser.submit(PAGE, f"{PAGE}/withdraw")
    assert [rate["amount"] for rate in served_rates(site)] == ["45.00"]
    with database.read() as connection:
        assert activity.latest(connection, 1)[0].kind == "override_withdrawn"
        assert overrides.by_rate(connection) == {}
    operator_browser.submit(PAGE, f"{PAGE}/withdraw")
    assert "nothing was changed" in operator_browser.get(PAGE).text


def test_a_withdrawn_override_is_put_back_as_it_was(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    decide(operator_browser, act="correct", amount="40", note="agreed by phone")
    say(database, clock, "50.00")
    operator_browser.submit(PAGE, f"{PAGE}/withdraw")
    assert [rate["amount"] for rate in served_rates(site)] == ["50.00"]
    page = operator_browser.get(PAGE).text
    assert f'action="{PAGE}/put-back"' in page
    assert "put-back" not in operator_browser.get(PAGE).text
    operator_browser.submit(PAGE, f"{PAGE}/put-back")
    assert [rate["amount"] for rate in served_rates(site)] == ["40.00"]
    page = operator_browser.get(PAGE).text
    assert "Your override is back." in page
    assert "agreed by phone" in page
    assert "it was" in page  # the hub's price changed since it was made
    with database.read() as connection:
        deed = activity.latest(connection, 1)[0]
    assert (deed.actor, deed.kind) == ("operator@example.com", "override_put_back")


def test_an_override_of_a_price_that_is_gone_is_put_back_too(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    decide(operator_browser, act="hide")
    take_away(database, clock)
    operator_browser.submit(PAGE, f"{PAGE}/withdraw")
    operator_browser.submit(PAGE, f"{PAGE}/put-back")
    assert "An override is left of a price that is gone" in operator_browser.get(PAGE).text


@pytest.mark.parametrize("number", ["1", "2", "4711"])
def test_nothing_is_put_back_that_was_not_withdrawn_or_over_another_decision(
    operator_browser: Browser, database: Database, clock: FakeClock, number: str
) -> None:
    decide(operator_browser, act="hide")
    operator_browser.submit(PAGE, f"{PAGE}/withdraw")
    decide(operator_browser, act="correct", amount="44")
    operator_browser.submit(PAGE, f"/console/prices/{number}/put-back")
    operator_browser.submit(PAGE, f"/console/prices/{number}/put-back")
    with database.read() as connection:
        assert [each.decision.amount for each in overrides.by_rate(connection).values()] == [Decimal("44.00")]
    assert "settled already" in operator_browser.get(PAGE).text


def test_the_hubs_change_under_an_override_is_told_and_kept_in_the_history(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    decide(operator_browser, act="correct", amount="40")
    say(database, clock, "50.00")
    for path in ("/console/prices/", PAGE):
        page = operator_browser.get(path).text
        assert "Syncaroo's price changed since" in page
        assert "£40 / hour" in page
        assert "£50 / hour" in page
    assert [rate["amount"] for rate in served_rates(site)] == ["40.00"]


def test_a_correction_for_other_terms_is_said_to_be_unused(
    operator_browser: Browser, site: Flask, database: Database, clock: FakeClock
) -> None:
    decide(operator_browser, act="correct", amount="40")
    say(database, clock, "300.00", unit="day")
    page = operator_browser.get(PAGE).text
    assert "Your price isn" in page
    assert "meant for another currency or unit" in page
    assert [rate["amount"] for rate in served_rates(site)] == ["300.00"]


@pytest.mark.parametrize("amount", ["", "-1", "1e30", "abc", "1,234", "40.005", "€40", "\x00", "9" * 500, EVIL])
def test_a_wrong_amount_changes_nothing_and_keeps_what_was_typed(
    operator_browser: Browser, database: Database, clock: FakeClock, amount: str
) -> None:
    fields = {"act": "correct", "amount": amount, "note": "because"}
    answer = operator_browser.submit(PAGE, f"{PAGE}/override", over="45.00|GBP|hour|1|exact", **fields)
    assert answer.status_code == 422
    assert 'aria-invalid="true" aria-describedby="amount-problem"' in answer.text
    assert 'value="because"' in answer.text
    assert EVIL not in answer.text
    with database.read() as connection:
        assert overrides.by_rate(connection) == {}


def test_a_price_that_changed_while_the_form_was_open_asks_again(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    say(database, clock, "50.00")
    answer = operator_browser.submit(
        PAGE, f"{PAGE}/override", over="45.00|GBP|hour|1|exact", act="correct", amount="40"
    )
    assert answer.status_code == 409
    assert 'value="50.00|GBP|hour|1|exact"' in answer.text
    assert 'value="40"' in answer.text
    with database.read() as connection:
        assert overrides.by_rate(connection) == {}


def test_an_override_of_a_price_that_is_gone_can_be_cleared(
    operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    decide(operator_browser, act="hide")
    take_away(database, clock)
    page = operator_browser.get("/console/prices/?show=overridden").text
    assert "Override of a price that is gone" in page
    assert 'id="override"' not in operator_browser.get(PAGE).text
    assert decide(operator_browser, act="correct", amount="1") == 303
    assert "nothing was changed" in operator_browser.get(PAGE).text
    operator_browser.submit("/console/prices/?show=overridden", f"{PAGE}/withdraw")
    with database.read() as connection:
        assert connection.execute(select(override_rows)).all() == []


def test_the_reason_why_visitors_see_nothing_is_told(operator_browser: Browser, database: Database) -> None:
    with database.write() as connection:
        connection.execute(update(listings).where(listings.c.id == "7843").values(status="draft"))
    assert "Not shown: the resource is draft" in operator_browser.get("/console/prices/").text


def test_the_history_is_a_table_and_a_file(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    say(database, clock, "50.00", unit="=cmd()")
    answer = operator_browser.get(f"{PAGE}/history.csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="price-1-history.csv"'
    first, second = csv.DictReader(io.StringIO(answer.text, newline=""))
    assert (first["at"], first["old_amount"], first["new_amount"]) == ("2026-03-01T12:01:00+00:00", "", "45.00")
    assert (second["old_amount"], second["new_amount"], second["new_unit"]) == ("45.00", "50.00", "'=cmd()")
    page = operator_browser.get(PAGE).text
    assert '<time datetime="2026-03-01T12:01:00+00:00" title="' in page
    assert "no price" in page


def test_a_long_history_is_paged(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    for each in range(60):
        say(database, clock, f"{each}.50")
    page = operator_browser.get(PAGE).text
    assert lines_in(page) == 50
    assert f"{PAGE}?from=50" in page
    assert lines_in(operator_browser.get(f"{PAGE}?from=50").text) == 11
    assert operator_browser.get(f"{PAGE}?from=9{'0' * 17}").status_code == 200


def test_many_prices_are_paged(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock() + timedelta(hours=1))
        for each in range(55):
            data = RateData(f"x{each}", f"x{each}", amount=Decimal(each), currency="GBP")
            prices.save(connection, "7843", data, {}, stamp)
    page = operator_browser.get("/console/prices/").text
    assert len(rows_in(page)) == 50
    assert "Prices 1 to 50 of 56" in page
    assert "/console/prices/?from=50" in page
    assert len(rows_in(operator_browser.get("/console/prices/?show=all&from=50").text)) == 6
    assert len(rows_in(operator_browser.get("/console/prices/?show=nonsense&from=-1").text)) == 50
    narrowed = operator_browser.get("/console/prices/?q=board+PRICE&location=1198").text
    assert "Prices 1 to 50 of 55" in narrowed
    assert "/console/prices/?q=board+PRICE&amp;location=1198&amp;from=50" in narrowed
    rest = operator_browser.get("/console/prices/?q=board+PRICE&location=1198&from=50").text
    assert len(rows_in(rest)) == 5
    assert "There are no more" in operator_browser.get("/console/prices/?from=100").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=boardroom", True),
        ("q=BOARD+hourly+london", True),
        ("q=7843", True),
        ("q=%25", False),
        ("q=_oardroom", False),
        ("q=board\\", False),
        ("q=" + "x" * 5_000, False),
        ("q=%00boardroom", True),
        ("q=&location=1198", True),
        ("location=8102", False),
        ("location=" + "x" * 5_000, True),
        ("show=differs", False),
        ("show=hidden", False),
    ],
)
def test_a_search_means_what_was_typed(operator_browser: Browser, database: Database, query: str, found: bool) -> None:
    answer = operator_browser.get(f"/console/prices/?{query}")
    assert answer.status_code == 200
    assert len(rows_in(answer.text)) == int(found)


def test_what_comes_from_outside_is_text(operator_browser: Browser, database: Database, clock: FakeClock) -> None:
    say(database, clock, "45.00", name=EVIL, unit=EVIL + "\"'")
    decide(operator_browser, over=f"45.00|GBP|{EVIL}\"'|1|exact", act="correct", amount="40", note=EVIL)
    for path in ("/console/prices/", PAGE):
        assert EVIL not in operator_browser.get(path).text


@pytest.mark.parametrize("path", ["/console/prices/4711", "/console/prices/99999999999999999999", "/console/prices/x"])
def test_there_is_no_page_for_what_is_no_price(operator_browser: Browser, database: Database, path: str) -> None:
    assert operator_browser.get(path).status_code == 404
    assert operator_browser.get(f"{path}/history.csv").status_code == 404


@pytest.mark.parametrize("path", ["/console/prices/", PAGE, f"{PAGE}/history.csv"])
def test_only_the_operator_looks(browser: Browser, database: Database, path: str) -> None:
    assert browser.get(path).headers["Location"].startswith("/login")


@pytest.mark.parametrize(("act", "door"), [("override", f"/login?next={PAGE}"), ("withdraw", "/login")])
def test_only_the_operator_decides(browser: Browser, database: Database, act: str, door: str) -> None:
    answer = browser.submit("/login", f"{PAGE}/{act}", act="hide", over="45.00|GBP|hour|1|exact")
    assert (answer.status_code, answer.headers["Location"]) == (303, door)
    with database.read() as connection:
        assert overrides.by_rate(connection) == {}


def test_an_override_that_was_sent_after_the_session_had_ended_comes_back_as_it_was_typed(
    site: Flask, operator_browser: Browser, database: Database, clock: FakeClock
) -> None:
    token = operator_browser.get(PAGE).text.split('name="csrf_token" value="')[1].split('"')[0]
    clock.advance(hours=13)
    typed = {"csrf_token": token, "act": "hide", "amount": "39.50", "note": "Until May", "over": "x"}
    sent = operator_browser.client.post(f"{PAGE}/override", data=typed)
    assert sent.headers["Location"] == f"/login?next={PAGE}"
    operator_browser.log_in(next=PAGE)
    page = operator_browser.get(PAGE).text
    assert "nothing was saved yet" in page
    assert 'value="Until May"' in page
    assert 'value="hide" id="act-hide" checked' in page
    assert served_rates(site)[0]["amount"] == "45.00"
