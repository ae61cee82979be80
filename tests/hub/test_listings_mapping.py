"""Location and resource items: known fields, junk, and texts that must be harmless."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from widget_server.hub.mapping import map_locations, map_resources
from widget_server.model import LocationData, ResourceData


def location(item: dict[str, Any]) -> LocationData:
    ((data, _),) = map_locations([item]).items
    return data


def resource(item: dict[str, Any]) -> ResourceData:
    ((data, _),) = map_resources([item]).items
    return data


def test_a_location_is_read_from_the_known_fields() -> None:
    found = location(
        {
            "ID": 8, "Name": " Demo  Workspace\n", "Description": "Bright", "TimeZone": "europe/london",
            "syncOpenStatus": "Open", "address": ["1 High St", "", "London"], "externalId": 1198, "currency": "gbp",
            "hoursOfOperation": ["Mon 9-17"], "url": "https://demo.example/london",
        }
    )  # fmt: skip
    assert found == LocationData(
        source_id="8", hint="1198", name="Demo Workspace", description="Bright", timezone="Europe/London",
        open_status="open", address=("1 High St", "London"), hours=("Mon 9-17",), currency="GBP", url="https://demo.example/london",
    )  # fmt: skip


def test_a_resource_is_read_from_the_known_fields_with_numbers_as_text() -> None:
    found = resource(
        {
            "ID": "9", "resource_id": "7843", "name": "Room 1", "type": "Fixed Desk", "units": "4", "capacity": 8.0,
            "size": Decimal("240.4"), "bookable": "true", "availableFrom": "2026-03-01T09:00:00", "description": None,
        }
    )  # fmt: skip
    assert found == ResourceData(
        source_id="9", hint="7843", name="Room 1", type="dedicated-desk", units=4, capacity=8, area_sqft=240,
        bookable=True, available_from=datetime(2026, 3, 1, 9, tzinfo=UTC),
    )  # fmt: skip
    assert resource({"availableFrom": "2026-03-01"}).available_from == date(2026, 3, 1)


@pytest.mark.parametrize(
    "junk",
    [None, "", [], {}, [[]], {"a": {}}, True, -1, pytest.param(10**5000, id="huge"), float("nan"), "\x00", "x" * 400],
)
def test_junk_in_any_field_leaves_the_field_unknown_and_never_raises(junk: Any) -> None:
    names = ["capacity", "size", "units", "availableFrom", "currency", "url", "hoursOfOperation", "address", "TimeZone"]
    item = dict.fromkeys(names, junk)
    found = resource(item)
    assert (found.capacity, found.area_sqft, found.available_from, found.currency, found.url) == (None,) * 5
    place = location(item)
    assert (place.timezone, place.currency, place.url) == (None, None, None)


def test_a_timezone_must_be_one_that_exists() -> None:
    assert location({"TimeZone": "../../etc/passwd"}).timezone is None
    assert location({"TimeZone": "GMT Standard Time"}).timezone is None


def test_a_listing_status_is_not_taken_for_an_open_status() -> None:
    assert location({"status": "active"}).open_status is None
    assert location({"status": "CLOSED"}).open_status == "closed"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("a < b & c", "a < b & c"),
        ("<p>Bright &amp; quiet</p><p>Two floors</p>", "Bright & quiet\n\nTwo floors"),
        ("One<br>Two", "One\nTwo"),
        ("<script>alert(1)</script>Safe<style>p{}</style>", "Safe"),
        ("&lt;b&gt;", "<b>"),
        ("<![if x]>Shown<![endif]>", "Shown"),
        ("A\r\nB\tC\x07\x00", "A\nB C"),
        ("a\ud800b\u202eevil", "abevil"),
    ],
)
def test_a_description_becomes_plain_text(raw: str, text: str) -> None:
    assert resource({"description": raw}).description == text


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff \u2060", "\u200d\u200c", "\u3164", "\u00ad", "\u2800", "\u115f"])
def test_a_text_that_nobody_sees_is_none(unseen: str) -> None:
    found = resource({"name": unseen, "title": "Room 1", "description": unseen, "about": f"Bright{unseen}"})
    assert (found.name, found.description) == ("Room 1", f"Bright{unseen}".strip())
    assert resource({"name": unseen}).name is None


@pytest.mark.parametrize("name", ["\N{MAN}\u200d\N{WOMAN}", "क्\u200dष", "☎", "+", "۱", "½", "·"])
def test_a_name_of_few_strokes_is_one(name: str) -> None:
    assert resource({"name": name}).name == name


def test_texts_are_capped() -> None:
    found = resource({"name": "n" * 10_000, "description": "d" * 100_000})
    assert (len(found.name or ""), len(found.description or "")) == (300, 5_000)


def test_hostile_markup_is_read_in_reasonable_steps() -> None:
    assert resource({"description": "<p>" + "<!--" * 20_000}).name is None


@pytest.mark.parametrize(
    ("hours", "lines"),
    [
        ([{"day": "monday", "open": "09:00", "close": "17:30"}], ("Monday 09:00–17:30",)),
        ([{"DayOfWeek": "Tue", "openTime": "09:00:00", "closeTime": "17:30:00"}], ("Tue 09:00–17:30",)),
        ([{"day": "Sunday", "closed": True}, {"day": "Sat", "isOpen": False}], ("Sunday closed", "Sat closed")),
        ([{"day": "Monday", "allDay": True}], ("Monday 00:00–24:00",)),
        ([{"day": "Monday", "hours": "9-17"}], ("Monday 9-17",)),
        ({"monday": "9-17", "tuesday": {"open": "9:00", "close": "12:00"}}, ("Monday 9-17", "Tuesday 9:00–12:00")),
        ({"mon": [{"open": "9", "close": "12"}, {"open": "13", "close": "17"}]}, ("Mon 9–12, 13–17",)),
        ({"sun": False}, ("Sun closed",)),
        ("Mon-Fri 9-17\nSat closed", ("Mon-Fri 9-17", "Sat closed")),
        (["Mon 9-17", {}, None, 5, [], {"day": "Tue"}], ("Mon 9-17", "5")),
        (7, ()),
        ([{"day": "Monday", "open": 0, "close": 24}], ("Monday 00:00–24:00",)),
        ([{"day": "Monday", "open": "0", "close": "24"}], ("Monday 0–24",)),
        ([{"day": "Monday", "open": 9, "close": 17}], ("Monday 09:00–17:00",)),
        ([{"day": "Monday", "open": 1, "close": 5}], ("Monday 01:00–05:00",)),
        (
            [{"day": "Monday", "open": 0}, {"day": "Tuesday", "open": False, "close": 17}],
            ("Monday closed", "Tuesday closed"),
        ),
        ([{"day": "Monday", "open": True, "from": "9:00", "to": "12:00"}], ("Monday 9:00–12:00",)),
        ([{"day": 4, "open": "09:00", "close": "17:00"}], ("Thursday 09:00–17:00",)),
        (
            [{"dayOfWeek": "0", "open": 9, "close": 12}, {"dayOfWeek": "6", "closed": True}],
            ("Sunday 09:00–12:00", "Saturday closed"),
        ),
        ([{"day": 1, "hours": "9-17"}, {"day": 7, "hours": "10-14"}], ("Monday 9-17", "Sunday 10-14")),
        ([{"day": 0, "hours": "9-17"}, {"day": 7, "hours": "10-14"}], ()),
        ([{"day": 8, "hours": "9-17"}, {"day": 1, "hours": "10-14"}], ()),
        ({"1": {"open": 9, "close": 17}, "2": "9-12"}, ("Monday 09:00–17:00", "Tuesday 9-12")),
        ({"0": {"day": "Monday", "hours": "9-17"}, "1": {"day": "Friday", "hours": "9"}}, ("Monday 9-17", "Friday 9")),
        ({"0": {"open": 9, "close": 17}, "7": "9-12"}, ()),
        ({}, ()),
    ],
)  # fmt: skip
def test_opening_hours_become_readable_lines(hours: Any, lines: tuple[str, ...]) -> None:
    assert location({"hoursOfOperation": hours}).hours == lines


@pytest.mark.parametrize(
    ("address", "lines"),
    [
        ({"City": "London", "street": "1 High St", "postCode": "N1"}, ("1 High St", "London", "N1")),
        ([{"line1": "1 High St"}, "London"], ("1 High St", "London")),
        ("1 High St\nLondon", ("1 High St", "London")),
        ({"x": "Somewhere"}, ("Somewhere",)),
        (5, ()),
    ],
)
def test_an_address_becomes_lines(address: Any, lines: tuple[str, ...]) -> None:
    assert location({"address": address}).address == lines
