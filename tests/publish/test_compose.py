"""PROTOCOL §5: the document that the public gets."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.publish import samples
from tests.publish.samples import NOW, location, one_rate, public, rate, resource
from widget_server.model import ExtraData, LocationData, ResourceData
from widget_server.publish.compose import compose, edition, filtered, types_in
from widget_server.publish.links import filled
from widget_server.publish.validity import next_change


def only_rate(data: Any, now: datetime = NOW) -> Any:
    (found,) = compose(data, now=now)["locations"][0]["resources"][0]["rates"]
    return found


def rates_at(data: Any, now: datetime) -> list[str]:
    return [each["id"] for each in compose(data, now=now)["locations"][0]["resources"][0]["rates"]]


def values_in(document: Any) -> list[Any]:
    if isinstance(document, dict):
        return [value for each in document.values() for value in [each, *values_in(each)]]
    return [value for each in document for value in [each, *values_in(each)]] if isinstance(document, list) else []


def test_document_has_the_shape_of_the_protocol() -> None:
    document = compose(samples.demo(), now=NOW)
    assert document["version"] == "41"
    assert (document["syncedAt"], document["staleAfter"]) == ("2026-03-01T11:57:00Z", "2026-03-02T11:57:00Z")
    assert document["workspace"] == {
        "name": "Demo Workspace", "locale": "en-GB", "currency": "GBP", "accent": "#0b6e4f",
    }  # fmt: skip
    london = document["locations"][1]
    assert {key: value for key, value in london.items() if key != "resources"} == {
        "id": "1198",
        "name": "Demo Workspace – London",
        "description": "Four floors above the canal, five minutes from King's Cross.",
        "timezone": "Europe/London",
        "openStatus": "open",
        "address": ["12 Canal Street", "London N1 9AG"],
        "hours": ["Mon–Fri 08:00–20:00", "Sat 09:00–17:00"],
    }
    board = london["resources"][0]
    assert {key: value for key, value in board.items() if key not in ("rates", "description")} == {
        "id": "7843", "name": "Boardroom", "type": "meeting-room", "capacity": 8, "areaSqft": 240,
        "bookable": True, "url": "https://demo.example/rooms/boardroom",
    }  # fmt: skip
    assert board["rates"][0] == {
        "id": "r1", "name": "Hourly", "amount": "45.00", "currency": "GBP", "unit": "hour", "unitCount": 1,
        "priceType": "exact", "taxMode": "exclusive", "taxRate": "20", "audience": "any",
        "bookingUrl": "https://demo.example/book/r1",
        "extras": [{"id": "x1", "name": "Coffee and tea, per person", "amount": "4.50", "currency": "GBP"}],
    }  # fmt: skip


def test_what_is_unknown_is_absent_and_never_null() -> None:
    bare = public(location("1", "L", resource("2", "R", "office", rate("r", None, None))), accent=None)
    for document in (compose(bare, now=NOW), compose(replace(bare, synced_at=None), now=NOW)):
        assert None not in values_in(document)
        assert "" not in values_in(document)
    assert "syncedAt" not in compose(replace(bare, synced_at=None), now=NOW)


def test_false_and_zero_are_known() -> None:
    data = ResourceData(capacity=0, bookable=False)
    document = compose(public(location("1", "L", resource("2", "R", "office", data=data))), now=NOW)
    (found,) = document["locations"][0]["resources"]
    assert (found["capacity"], found["bookable"]) == (0, False)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [("300", "GBP", "300.00"), ("12.5", "KWD", "12.500"), ("1500", "JPY", "1500"), ("0.125", "GBP", "0.125"),
     ("1E+3", "EUR", "1000.00"), ("0", "EUR", "0.00")],
)  # fmt: skip
def test_amounts_are_decimal_strings_padded_and_never_rounded(amount: str, currency: str, shown: str) -> None:
    assert only_rate(one_rate(rate("r", amount, currency=currency)))["amount"] == shown


def test_currency_falls_back_to_resource_then_location_then_operator() -> None:
    bare = rate("r", "10", currency=None)
    in_resource = resource("2", "R", "office", bare, data=ResourceData(currency="EUR"))
    in_location = resource("2", "R", "office", bare)
    euro, dollar = LocationData(currency="eur"), LocationData(currency="USD")
    assert only_rate(public(location("1", "L", in_resource, data=dollar)))["currency"] == "EUR"
    assert only_rate(public(location("1", "L", in_location, data=euro)))["currency"] == "EUR"
    assert only_rate(public(location("1", "L", in_location)))["currency"] == "GBP"


def test_without_any_currency_no_amount_is_shown() -> None:
    bare = rate("r", "10", currency=None, deposit=Decimal("5"))
    found = only_rate(public(location("1", "L", resource("2", "R", "office", bare)), currency=None))
    assert not {"amount", "deposit", "currency"} & set(found)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", " JavaScript:alert(1)", "java\tscript:alert(1)", "data:text/html,x",
            "//evil.example", "/book", "https://", "https:evil", "https://a b", "vbscript:x", "https://x\n.example"],
)  # fmt: skip
def test_links_that_visitors_must_not_follow_are_left_out(url: str) -> None:
    assert "bookingUrl" not in only_rate(one_rate(rate("r", booking_url=url)))


@pytest.mark.parametrize("url", ["https://a.example/b?c=d#e", "http://a.example", "mailto:a@b.example", "tel:+4420"])
def test_links_that_visitors_may_follow_stay(url: str) -> None:
    assert only_rate(one_rate(rate("r", booking_url=f" {url} ")))["bookingUrl"] == url


def test_where_the_data_has_no_booking_address_the_operators_template_makes_one() -> None:
    room = resource("a/b", "R", "office", rate("r&1"), rate("r2", booking_url="https://own.example"))
    template = "https://b.example/{location}?room={resource}&rate={rate}"
    (found,) = compose(public(location("1", "L", room), booking_url=template), now=NOW)["locations"][0]["resources"]
    assert [each["bookingUrl"] for each in found["rates"]] == [
        "https://b.example/1?room=a%2Fb&rate=r%261", "https://own.example",
    ]  # fmt: skip
    assert "url" not in found


def test_a_resource_without_prices_gets_a_template_that_needs_none() -> None:
    bare = location("1", "L", resource("2", "R", "office"))
    for template, url in (("mailto:a@b.example?subject={resource}", "mailto:a@b.example?subject=2"),
                          ("https://b.example/{rate}", None)):  # fmt: skip
        (found,) = compose(public(bare, booking_url=template), now=NOW)["locations"][0]["resources"]
        assert found.get("url") == url


def test_what_cannot_be_booked_gets_no_address_to_book_at() -> None:
    room = resource("2", "R", "office", rate("r"), data=ResourceData(bookable=False))
    document = compose(public(location("1", "L", room), booking_url="https://b.example/{rate}"), now=NOW)
    assert "bookingUrl" not in document["locations"][0]["resources"][0]["rates"][0]


@pytest.mark.parametrize("hostile", ["javascript:alert(1)", "../..", "\u202e", "\ud800", "a b", "<b>", "x" * 3000])
def test_whatever_an_identifier_holds_the_template_leads_to_the_same_site(hostile: str) -> None:
    url = filled("https://b.example/{resource}", resource=hostile)
    assert url is None or (url.startswith("https://b.example/") and url.isascii())


def test_availability_is_told_only_while_it_lies_ahead_in_the_locations_time_zone() -> None:
    soon = resource("2", "R", "office", data=ResourceData(available_from=date(2026, 7, 1)))
    data = public(location("1", "L", soon, data=LocationData(timezone="Europe/London")))
    edge = datetime.fromisoformat("2026-06-30T23:00:00Z")

    def told(now: datetime) -> Any:
        return compose(data, now=now)["locations"][0]["resources"][0].get("availableFrom")

    assert [told(NOW), told(edge - timedelta(seconds=1)), told(edge)] == ["2026-07-01", "2026-07-01", None]
    assert next_change(data, NOW) == edge
    assert edition(data, now=edge) != edition(data, now=NOW)


def test_a_rate_is_shown_on_its_first_and_last_day_in_the_locations_time_zone() -> None:
    data = one_rate(
        rate("r", valid_from=date(2026, 7, 1), valid_to=date(2026, 7, 31)), timezone="Europe/London"
    )  # midnight in London is 23:00 UTC the day before
    moments = ["2026-06-30T22:59:59Z", "2026-06-30T23:00:00Z", "2026-07-31T22:59:59Z", "2026-07-31T23:00:00Z"]
    assert [rates_at(data, datetime.fromisoformat(each)) for each in moments] == [[], ["r"], ["r"], []]


def test_next_change_walks_through_every_edge_and_then_stops() -> None:
    data = one_rate(rate("r", valid_from=date(2026, 7, 1), valid_to=date(2026, 7, 31)), timezone="Europe/London")
    first = next_change(data, NOW)
    assert first == datetime.fromisoformat("2026-06-30T23:00:00Z")
    second = next_change(data, first)
    assert second == datetime.fromisoformat("2026-07-31T23:00:00Z")
    assert next_change(data, second) is None


def test_each_edge_makes_a_new_version_of_the_document() -> None:
    data = one_rate(rate("r", valid_to=date(2026, 7, 31)))
    before, after = (edition(data, now=NOW + timedelta(days=days)) for days in (0, 365))
    assert before == compose(data, now=NOW)["version"] == "41"
    assert after.startswith("41.")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "Europe", "x" * 5000, "\0", "Europe/London"])
def test_any_time_zone_and_for_ever_dates_can_be_composed(zone: str) -> None:
    data = one_rate(rate("r", valid_from=date.min, valid_to=date.max), timezone=zone)
    document = compose(data, now=NOW)
    assert rates_at(data, NOW) == ["r"]
    assert document["locations"][0].get("timezone") == ("Europe/London" if zone == "Europe/London" else None)
    assert next_change(data, NOW) is None


def test_datetimes_are_utc_and_dates_stay_dates() -> None:
    summer = datetime(2026, 7, 1, 9, 30)  # noqa: DTZ001 (sources write local times without a zone)
    found = only_rate(
        one_rate(rate("r", valid_from=date(2026, 1, 1), valid_to=summer), timezone="Europe/Berlin"), now=NOW
    )
    assert (found["validFrom"], found["validTo"]) == ("2026-01-01", "2026-07-01T07:30:00Z")


def test_the_sources_name_wins_over_the_listings_name() -> None:
    named = resource("2", "Listing name", "office", data=ResourceData(name="Source name", type="Fixed Desk"))
    (found,) = compose(public(location("1", "L", named)), now=NOW)["locations"][0]["resources"]
    assert (found["name"], found["type"]) == ("Source name", "dedicated-desk")


def test_locations_resources_and_rates_are_sorted_for_people() -> None:
    rooms = [resource(str(n), name, type) for n, (name, type) in enumerate(
        [("Room 10", "office"), ("Zoo", "spaceship"), ("room 2", "office"), ("Zz", "meeting-room"), ("Ä", "office")]
    )]  # fmt: skip
    prices = (rate("m", "9", "month"), rate("q", None, "hour", price_type="on_application"), rate("h2", "50", "hour"),
              rate("h1", "40", "hour"), rate("s", "1", "per lunar cycle"), rate("n", "1", None))  # fmt: skip
    lounge = resource("9", "A", "meeting-room", *prices)
    document = compose(public(location("2", "Zürich", *rooms, lounge), location("1", "Zug")), now=NOW)
    assert [each["name"] for each in document["locations"]] == ["Zug", "Zürich"]
    found = document["locations"][1]["resources"]
    assert [each["name"] for each in found] == ["A", "Zz", "Ä", "room 2", "Room 10", "Zoo"]
    assert [each["id"] for each in found[0]["rates"]] == ["h1", "h2", "q", "m", "s", "n"]


def test_order_of_what_comes_in_does_not_matter() -> None:
    data = samples.demo()
    assert compose(replace(data, locations=data.locations[::-1]), now=NOW) == compose(data, now=NOW)


def test_filters_combine_and_leave_out_locations_without_a_match() -> None:
    document = compose(samples.demo(), now=NOW)

    def ids(**filters: Any) -> dict[str, list[str]]:
        return {each["id"]: [r["id"] for r in each["resources"]] for each in filtered(document, **filters)["locations"]}

    assert ids(location="1301") == {"1301": ["501"]}
    assert ids(types=["hot-desk"]) == {"1301": ["501"], "1198": ["19284"]}
    assert ids(types=["hot-desk", "office"]) == {"1301": ["501"], "1198": ["19284", "19286"]}
    assert ids(location="1198", types=["office"]) == {"1198": ["19286"]}
    assert ids(location="1301", types=["office"]) == ids(types=["spaceship"]) == ids(location="7") == {}
    assert types_in(document) == ["meeting-room", "hot-desk", "dedicated-desk", "office", "floor"]


def test_what_names_no_currency_is_shown_in_the_one_that_is_inherited_now() -> None:
    """Whatever it was when it was read; amounts that rely on that one wait until they are read again."""
    extras = (
        ExtraData("x", "Coffee", Decimal(3), "GBP", inherited=True),
        ExtraData("y", "Tea", Decimal(3), "GBP", inherited=True, relies=True),
    )
    plain = rate("plain", "45.00", inherited=True, deposit=Decimal(5), extras=extras)
    cents = rate("cents", "45.00", inherited=True, relies=True, deposit=Decimal(5))
    own = rate("own", "45.00")
    room = resource("1", "Room", "office", plain, cents, own)
    shown = compose(public(location("1198", "A", room, data=LocationData(currency="EUR"))), now=NOW)
    found = {each["id"]: each for each in shown["locations"][0]["resources"][0]["rates"]}
    assert {id: (each.get("amount"), each["currency"]) for id, each in found.items()} == {
        "plain": ("45.00", "EUR"), "cents": (None, "EUR"), "own": ("45.00", "GBP"),
    }  # fmt: skip
    assert ("deposit" in found["cents"], found["plain"]["deposit"]) == (False, "5.00")
    assert [each.get("amount") for each in found["plain"]["extras"]] == ["3.00", None]


def test_the_location_says_whether_prices_include_tax_where_a_price_does_not() -> None:
    rates = (rate("a"), rate("b", tax_mode="inclusive"), rate("c", tax_disputed=True))
    room = resource("1", "Room", "office", *rates)
    shown = compose(public(location("1198", "A", room, data=LocationData(tax_mode="exclusive"))), now=NOW)
    found = {each["id"]: each.get("taxMode") for each in shown["locations"][0]["resources"][0]["rates"]}
    assert found == {"a": "exclusive", "b": "inclusive", "c": None}
