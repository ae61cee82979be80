"""Items that a tidy hub wouldn't send: without identifiers, with extras under another name, with endless decimals."""

from decimal import Decimal

import pytest

from tests.sync.conftest import API, ROOM_RATES, World

HOURLY = {"ID": 1, "price": "45", "unit": "hour"}
RESOURCES = f"{API}/resources"


@pytest.mark.parametrize(
    "studio",
    [{"name": "Podcast Studio"}, {"name": "Podcast Studio", "resourceId": "of-somebody-else"}, {"capacity": 4}],
)
def test_a_nobodys_item_without_the_hubs_id_waits_for_approval_once(world: World, studio: dict[str, object]) -> None:
    world.brings(RESOURCES, studio)
    before = world.listings("pending")
    world.brings(RESOURCES, {**studio, "capacity": 5})
    world.brings(RESOURCES, studio)
    assert len(before) == 1
    assert world.listings("pending") == before


def test_two_nobodys_items_without_an_id_wait_each_by_its_name(world: World) -> None:
    for _ in range(2):
        world.brings(RESOURCES, {"name": "Studio A"}, {"name": "Studio B"})
    assert [row.name for row in world.listings("pending")] == ["Studio A", "Studio B"]


@pytest.mark.parametrize("name", ["extras", "addOns", "rate_extras"])
def test_extras_inside_a_rate_are_taken_over_under_each_of_their_names(world: World, name: str) -> None:
    world.with_room({**HOURLY, name: [{"ID": 7, "name": "Projector", "price": "10"}]})
    (extra,) = world.shown()["1"].extras
    assert (extra.name, extra.amount) == ("Projector", Decimal("10.00"))
    world.brings(ROOM_RATES, {**HOURLY, name: []})
    assert world.shown()["1"].extras == ()


def test_a_type_that_grows_in_lower_case_is_cut(world: World) -> None:
    world.brings(RESOURCES, {"ID": "903", "name": "Studio", "type": "\u0130" * 64})
    assert [len(row.type) for row in world.listings("pending")] == [64]


@pytest.mark.parametrize("number", ["1E-999999999999", "1E+999999999999", "0E-999999999999", "-1E-999999999999"])
def test_a_number_that_can_not_be_written_out_sinks_nothing(world: World, number: str) -> None:
    endless = Decimal(number)
    everywhere = dict.fromkeys(("name", "description", "unit", "quantity", "taxRate", "deposit", "validFrom"), endless)
    world.with_room(HOURLY, {**everywhere, "ID": 2, "price": 1}, {"ID": 3, "price": endless, "unit": "hour"})
    world.brings(RESOURCES, {**everywhere, "ID": "901", "resourceId": "7843", "capacity": endless, "size": endless})
    assert world.amounts()["1"] == "45.00"
