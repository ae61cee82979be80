"""A page of items: what is kept, what is quarantined, and that nothing ever raises."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.hub.mapping import map_extras, map_locations, map_rates, map_resources
from widget_server.model import ExtraData


def test_one_bad_row_never_sinks_its_page() -> None:
    mapped = map_rates([{"ID": 1, "price": 45}, {"ID": 2, "price": -1}, "junk", {"ID": 3, "price": 5}], "GBP")
    assert [data.item_id for data, _ in mapped.items] == ["1", "3"]
    assert [(row.item_id, row.raw) for row in mapped.quarantined] == [
        ("2", {"ID": 2, "price": -1}),
        (None, {"item": "junk"}),
    ]


def test_a_row_that_comes_twice_is_one_row_and_two_that_differ_are_neither() -> None:
    same = map_rates([{"ID": 1, "price": 45}, {"ID": "1", "price": "45.00"}], "GBP")
    assert len(same.items) == 1
    differing = map_rates([{"ID": 1, "price": 45}, {"ID": 1, "price": 46}, {"ID": 2, "price": 1}], "GBP")
    assert [data.item_id for data, _ in differing.items] == ["2"]
    assert [row.item_id for row in differing.quarantined] == ["1"]


@pytest.mark.parametrize(
    "twice",
    [
        {"price": 45, "Price": 46}, {"price": "45", "PRICE": "54"},
        {"price": 45, "price_per_hour": 5, "pricePerHour": 6},
        {"price": 45, "unit": "hour", "Unit": "day"}, {"price": {"amount": 45, "Amount": 46}},
        {"price": "1.250", "Price": 1250}, {"price": 45, "currency": "GBP", "Currency": "EUR"},
        {"price": 45, "price\x00": 46}, {"price": 45, "validity": {"to": "2026-03-01", "To": "2027-03-01"}},
        {"price": float("nan"), "Price": 5}, {"price": Decimal("sNaN"), "Price": Decimal("sNaN123")},
    ],
)  # fmt: skip
def test_two_spellings_of_one_key_that_differ_quarantine_their_row(twice: dict[str, Any]) -> None:
    mapped = map_rates([{"ID": 1, **twice}, {"ID": 2, "price": 5}], "GBP")
    assert [data.item_id for data, _ in mapped.items] == ["2"]
    assert [row.item_id for row in mapped.quarantined] == ["1"]


def test_two_spellings_that_say_the_same_are_one() -> None:
    item = {"ID": 1, "id": "1", "price": 45, "Price": "45.00", "unit": "", "Unit": "hour", "unit_": None}
    ((data, _),) = map_rates([item], "GBP").items
    assert (data.item_id, str(data.amount), data.unit) == ("1", "45.00", "hour")


def test_an_item_that_contradicts_itself_about_its_id_has_none() -> None:
    assert [row.item_id for row in map_resources([{"ID": 1, "Id": 2}]).quarantined] == [None]
    (price,) = map_rates([{"ID": 1, "Id": 2, "price": 5}], "GBP").quarantined
    assert price.item_id not in {None, "1", "2"}  # that of an item without one
    places = map_locations([{"ID": 1, "Name": "A", "name": "B"}])
    assert [row.item_id for row in places.quarantined] == ["1"]


def test_the_raw_item_is_kept_exactly_and_can_be_stored() -> None:
    item = {
        "ID": 1,
        "price": Decimal("0.1"),
        "x": Decimal("0.12345678901234567890"),
        "n": "a\x00\ud800b",
        "k\x00": 10**30,
    }
    ((_, raw),) = map_rates([item], "GBP").items
    assert raw == {"ID": 1, "price": 0.1, "x": "0.12345678901234567890", "n": "ab", "k": str(10**30)}


def test_an_item_nested_too_deeply_is_quarantined() -> None:
    deep: Any = 1
    for _ in range(500):
        deep = {"price": deep}
    mapped = map_rates([deep], "GBP")
    assert mapped.items == ()
    assert "deep" in mapped.quarantined[0].reason


def test_extras_below_a_rate_are_read() -> None:
    mapped = map_extras([{"ID": 5, "name": "Projector", "price": "12", "unit": "day"}, {"price": 5}], "GBP")
    (extra,) = (data for data, _ in mapped.items)
    assert extra == ExtraData("5", "Projector", Decimal("12.00"), "GBP", "day", inherited=True)
    assert [row.reason for row in mapped.quarantined] == ["it has no name"]


_NUMBERS = st.integers() | st.floats() | st.decimals()
_TEXTS = st.text(max_size=20) | st.sampled_from(["P1M", "£4", "2 hours", "2026-01-01", "free"])
_LEAVES = st.none() | st.booleans() | _NUMBERS | _TEXTS
_KEYS = st.text(max_size=5) | st.sampled_from(
    [
        "ID", "name", "price", "amount", "rate", "priceInCents", "pricePerHour", "net", "gross", "unit", "quantity",
        "from", "currency", "taxRate", "taxMode", "tax", "deposit", "minTerm", "validFrom", "validTo", "validity",
        "extras", "audience", "member", "bookingUrl", "hoursOfOperation", "address", "size", "capacity",
        "description", "TimeZone", "syncOpenStatus", "availableFrom",
    ]
)  # fmt: skip
_JSON = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6), max_leaves=20
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(_KEYS, _JSON, max_size=8) | _JSON, max_size=3), st.sampled_from([None, "GBP", "JPY"]))
def test_no_json_at_all_raises_and_every_raw_item_can_be_written(items: list[Any], currency: str | None) -> None:
    for mapped in (map_locations(items), map_resources(items), map_rates(items, currency), map_extras(items, currency)):
        raws = [raw for _, raw in mapped.items] + [row.raw for row in mapped.quarantined]
        json.dumps(raws, allow_nan=False).encode()


@pytest.mark.parametrize("items", [[None], [[]], [1], ["x"], [True], [{}]])
def test_an_item_that_says_nothing_is_no_price(items: list[Any]) -> None:
    assert map_rates(items, "GBP").items == ()
    assert len(map_rates(items, "GBP").quarantined) == 1
