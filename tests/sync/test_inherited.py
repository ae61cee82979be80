"""A price without a currency is in its place's, or the operator's, as these are when it is shown."""

from decimal import Decimal
from typing import Any

import pytest

from tests.sync.conftest import API, ROOM_RATES, World
from widget_server.hub.inherited import read_again
from widget_server.model import RateData
from widget_server.store import overrides, prices
from widget_server.store.overrides import Decision

PLAIN = {"ID": 1, "price": "45.00", "unit": "hour"}
RESOURCES = f"{API}/resources"


def says(world: World, currency: str | None) -> None:
    """The location names that currency from now on."""
    world.brings(API, {"ID": "801", "name": "London", **({"currency": currency} if currency else {})})


def price(world: World, source_id: str = "1") -> tuple[str | None, str | None]:
    rate = world.shown()[source_id]
    return None if rate.amount is None else str(rate.amount), rate.currency


@pytest.mark.parametrize(
    ("item", "in_pounds", "in_yen", "in_euros"),
    [
        (PLAIN, "45.00", "45", "45.00"),
        ({"ID": 1, "priceInCents": 4500}, "45.00", "4500", "45.00"),
        ({"ID": 1, "price": "1.250,00", "deposit": "1.250"}, "1250.00", "1250", "1250.00"),
        ({"ID": 1, "price": 45, "currency": "CHF"}, "45.00 CHF", "45.00 CHF", "45.00 CHF"),
        ({"ID": 1, "price": "£45"}, "45.00 GBP", "45.00 GBP", "45.00 GBP"),
    ],
)
def test_a_price_is_read_again_when_its_place_names_another_currency(
    world: World, item: dict[str, Any], in_pounds: str, in_yen: str, in_euros: str
) -> None:
    world.with_room(item)
    for currency, expected in (("GBP", in_pounds), ("JPY", in_yen), ("EUR", in_euros), (None, in_pounds)):
        says(world, None if currency == "GBP" else currency)
        amount, own = expected.split() if " " in expected else (expected, currency or "GBP")
        assert price(world) == (amount, own)
    lines = [(change.new or {})["currency"] for change in world.history()]
    assert lines == ([own] if " " in in_pounds else ["GBP", "JPY", "EUR", "GBP"])


def test_a_text_that_the_currency_decides_is_read_by_the_one_that_holds(world: World) -> None:
    says(world, "JPY")
    world.with_room({"ID": 1, "price": "1.500"})
    assert price(world) == ("1500", "JPY")
    says(world, "KWD")
    assert price(world) == ("1.500", "KWD")
    says(world, "EUR")
    assert price(world) == (None, "EUR")  # in doubt: no price is better than a wrong one
    with world.database.read() as connection:
        (row,) = prices.of_resource(connection, "7843")
    assert "two ways" in (row.quarantined or "")
    says(world, "JPY")
    assert price(world) == ("1500", "JPY")


def test_a_sign_that_the_new_currency_contradicts_leaves_no_price(world: World) -> None:
    says(world, "USD")
    world.with_room({"ID": 1, "price": "$45"})
    says(world, "CAD")
    assert price(world) == ("45.00", "CAD")
    says(world, "EUR")
    assert price(world) == (None, "EUR")


def test_the_other_prices_of_the_set_decide_again_when_it_is_read_again(world: World) -> None:
    world.with_room({"ID": 1, "price": "1.250"}, {"ID": 2, "price": "12.500,00"})
    says(world, "EUR")
    assert [price(world, source_id) for source_id in "12"] == [("1250.00", "EUR"), ("12500.00", "EUR")]


def test_the_rooms_own_currency_comes_before_its_locations(world: World) -> None:
    world.with_room(PLAIN)
    says(world, "EUR")
    world.brings(RESOURCES, {"ID": "901", "resourceId": "7843", "name": "Thames Room", "currency": "CHF"})
    assert price(world) == ("45.00", "CHF")
    says(world, "USD")
    assert price(world) == ("45.00", "CHF")


def test_the_operators_currency_is_inherited_where_nobody_names_another(world: World) -> None:
    world.with_room({"ID": 1, "priceInCents": 4500}, {"ID": 2, "price": 5, "currency": "EUR"})
    with world.database.write() as connection:
        assert read_again(connection, "JPY", world.clock()) == 1
        assert read_again(connection, "JPY", world.clock()) == 0
    assert price(world) == ("4500", "JPY")
    assert price(world, "2") == ("5.00", "EUR")
    with world.database.write() as connection:
        read_again(connection, None, world.clock())
    assert price(world) == (None, None)


def test_what_the_operator_corrected_is_in_the_currency_that_they_saw(world: World) -> None:
    world.with_room(PLAIN)
    with world.database.write() as connection:
        (row,) = prices.of_resource(connection, "7843")
        overrides.save(connection, row.id, Decision(False, Decimal(40), None), "me@example.com", world.clock())
    assert price(world) == ("40", "GBP")
    assert not world.shown()["1"].inherited
    says(world, "EUR")
    assert price(world) == ("45.00", "EUR")


def test_last_good_values_of_an_item_that_can_not_be_read_move_on_with_the_currency(world: World) -> None:
    world.with_room(PLAIN)
    world.brings(ROOM_RATES, {**PLAIN, "price": -1})
    says(world, "EUR")
    assert price(world) == ("45.00", "EUR")


def test_extras_from_their_own_address_stay(world: World) -> None:
    world.with_room(PLAIN)
    url = f"{ROOM_RATES}/1/extras"
    world.hub.answers[url] = [{"ID": 7, "name": "Coffee", "price": 3}]
    world.webhook(url)
    world.work()
    says(world, "EUR")
    (extra,) = world.shown()["1"].extras
    assert (extra.name, extra.amount, extra.inherited, extra.relies) == ("Coffee", Decimal("3.00"), True, False)


def test_a_rate_says_whether_its_amounts_rely_on_the_currency(world: World) -> None:
    world.with_room(
        PLAIN, {"ID": 2, "priceInCents": 4500}, {"ID": 3, "price": 5, "depositInCents": 100}, {"ID": 4, "price": "POA"},
        {"ID": 5, "price": "0.125"}, {"ID": 6, "price": "5", "currency": "GBP"}, {"ID": 7, "price": "free"},
    )  # fmt: skip

    def facts(rate: RateData) -> tuple[bool, bool]:
        return rate.inherited, rate.relies

    assert {source_id: facts(rate) for source_id, rate in world.shown().items()} == {
        "1": (True, False), "2": (True, True), "3": (True, True), "4": (True, False), "5": (True, False),
        "6": (False, False), "7": (True, False),
    }  # fmt: skip
