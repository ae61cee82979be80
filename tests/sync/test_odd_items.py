"""Items that a tidy hub wouldn't send: without identifiers, with extras under another name, with endless decimals."""

from decimal import Decimal
from typing import Any

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


DAILY = {"ID": 2, "price": "250", "unit": "day"}


@pytest.mark.parametrize(
    "unreadable",
    [{"name": "Gift card", "price": "45.-,"}, "45,-", None, [], {"name": "Voucher"}, {"ID": 9, "price": -1}],
)
def test_what_is_gone_goes_although_the_set_holds_an_item_that_can_not_be_read(world: World, unreadable: Any) -> None:
    world.with_room(HOURLY, DAILY)
    world.brings(ROOM_RATES, HOURLY, unreadable)
    assert world.amounts() == {"1": "45.00"}


def test_an_item_that_can_not_be_read_protects_the_price_with_its_own_identifier(world: World) -> None:
    world.with_room(HOURLY, DAILY, {"ID": 3, "price": 5})
    world.brings(ROOM_RATES, HOURLY, {"ID": "2", "price": "1.250"}, {"Id": 7, "price": -1})
    assert world.amounts() == {"1": "45.00", "2": "250.00"}


def test_an_item_without_an_identifier_protects_the_price_that_it_could_be(world: World) -> None:
    world.with_room(
        HOURLY, {"name": "Evening", "unit": "use", "price": 60}, {"name": "Night", "unit": "use", "price": 80}
    )
    world.brings(ROOM_RATES, HOURLY, {"name": "Evening", "unit": "use", "price": "1.250"})
    assert sorted(world.amounts().values()) == ["45.00", "60.00"]


def test_a_set_in_which_nothing_can_be_read_is_held_as_an_empty_one(world: World) -> None:
    world.with_room(HOURLY, DAILY)
    (said,) = world.brings(ROOM_RATES, "junk", {"sorry": "we moved"})
    assert world.amounts() == {"1": "45.00", "2": "250.00"}
    assert "nothing that can be read" in said
    world.brings(ROOM_RATES, {"ID": 1, "price": -1})
    assert world.amounts() == {"1": "45.00"}


def test_rooms_that_are_gone_go_although_an_item_can_not_be_read(world: World) -> None:
    rooms = [{"ID": "901", "resourceId": "7843", "name": "Thames"}, {"ID": "902", "resourceId": "7842", "name": "Desk"}]
    world.brings(RESOURCES, *rooms)
    assert names(world) == ["Desk", "Thames"]
    world.brings(RESOURCES, rooms[0], {"ID": "902", "name": "Desk", "Name": "Table"}, "junk")
    assert names(world) == ["Desk", "Thames"]
    world.brings(RESOURCES, rooms[0], {"resourceId": "7842", "name": "Desk", "Name": "Table"})
    assert names(world) == ["Desk", "Thames"]
    (said,) = world.brings(RESOURCES, "junk")
    assert (names(world), "nothing that can be read" in said) == (["Desk", "Thames"], True)
    world.brings(RESOURCES, rooms[0], "junk")
    assert names(world) == ["Thames"]


def test_an_extra_that_can_not_be_read_keeps_its_last_good_price_and_another_goes(world: World) -> None:
    world.with_room(HOURLY)
    url = f"{ROOM_RATES}/1/extras"
    coffee, van = {"ID": 7, "name": "Coffee", "price": 3}, {"ID": 8, "name": "Van", "price": 90}
    world.hub.answers[url] = [coffee, van]
    world.webhook(url)
    world.work()
    world.hub.answers[url] = [{**coffee, "price": "1.250"}, "junk"]
    world.clock.advance(seconds=1)
    world.webhook(url)
    world.work()
    assert [(extra.name, extra.amount) for extra in world.shown()["1"].extras] == [("Coffee", Decimal("3.00"))]


def names(world: World) -> list[str]:
    """The rooms that visitors see."""
    return sorted(
        resource.data.name or ""
        for location in world.public().locations
        for resource in location.resources
        if resource.data
    )


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
