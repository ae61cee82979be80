"""What a fetch does to the store: whose item it is, what is gone, what is held. PROTOCOL §4; FAULTS rows 6, 19, 23."""

from decimal import Decimal
from typing import Any

import pytest

from tests import seeding
from tests.sync.conftest import API, ROOM_RATES, World

HOURLY = {"ID": 1, "price": "45", "unit": "hour"}
DAILY = {"ID": 2, "price": "300", "unit": "day"}
RESOURCES = f"{API}/resources"
ROOM = {"ID": "901", "resourceId": seeding.MEETING_ROOM, "name": "Thames Room", "capacity": "8"}
OFFICE = {"ID": "902", "externalId": seeding.OFFICE, "name": "Office 1"}


def test_a_changed_price_is_written_down_with_old_and_new(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(ROOM_RATES, {**HOURLY, "price": "50"})
    first, second = world.history()
    assert (first.old, first.new and first.new["amount"]) == (None, "45.00")
    assert (second.old and second.old["amount"], second.new and second.new["amount"]) == ("45.00", "50.00")
    assert second.at == world.clock()


def test_what_is_gone_from_a_whole_set_is_gone_and_stays_in_history(world: World) -> None:
    world.with_room(HOURLY, DAILY)
    world.brings(ROOM_RATES, HOURLY)
    assert world.amounts() == {"1": "45.00"}
    assert world.history("2")[-1].new is None
    world.brings(ROOM_RATES, HOURLY, DAILY)
    assert world.history("2")[-1].old is None


def test_a_filtered_set_removes_nothing(world: World) -> None:
    world.with_room(HOURLY, DAILY)
    filtered = f"{ROOM_RATES}?audience=member"
    world.hub.answers[filtered] = [{**HOURLY, "price": "40"}]
    world.clock.advance(seconds=1)
    world.webhook(filtered)
    world.work()
    assert world.amounts() == {"1": "40.00", "2": "300.00"}


def test_a_single_rate_touches_only_itself(world: World) -> None:
    world.with_room(HOURLY, DAILY)
    world.hub.answers[f"{ROOM_RATES}/2"] = [{"price": "310", "unit": "day"}]
    world.clock.advance(seconds=1)
    world.webhook(f"{ROOM_RATES}/2")
    world.work()
    assert world.amounts() == {"1": "45.00", "2": "310.00"}


def test_one_bad_row_keeps_its_last_good_price_and_sinks_nothing(world: World) -> None:
    world.with_room(HOURLY, DAILY)
    (sentence,) = world.brings(ROOM_RATES, {**HOURLY, "price": "-1"}, {**DAILY, "price": "310"})
    assert world.amounts() == {"1": "45.00", "2": "310.00"}
    assert "1 not taken over" in sentence


def test_an_empty_set_where_rates_exist_is_held(world: World) -> None:
    world.with_room(HOURLY)
    (sentence,) = world.brings(ROOM_RATES)
    assert world.amounts() == {"1": "45.00"}
    assert "kept until you confirm" in sentence
    assert (world.target().held_count, world.target().held_since) == (1, world.clock())


def test_a_held_set_that_fills_again_is_forgotten(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(ROOM_RATES)
    world.brings(ROOM_RATES, HOURLY)
    assert world.target().held_since is None


def test_a_confirmed_empty_set_is_carried_out_once(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(ROOM_RATES)
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE targets SET empty_confirmed = true")
    world.brings(ROOM_RATES)
    assert world.amounts() == {}
    world.brings(ROOM_RATES, HOURLY)
    world.brings(ROOM_RATES)
    assert world.amounts() == {"1": "45.00"}


def test_an_item_is_ours_by_our_id_in_it_then_by_the_hubs_id(world: World) -> None:
    world.brings(RESOURCES, ROOM, OFFICE)
    renamed = {"ID": "901", "name": "River Room"}
    world.brings(RESOURCES, renamed, OFFICE)
    (location,) = world.public().locations
    names = {resource.listing.id: resource.data and resource.data.name for resource in location.resources}
    assert names == {seeding.MEETING_ROOM: "River Room", seeding.OFFICE: "Office 1"}


def test_the_hubs_id_met_in_a_webhook_wins_over_an_id_in_the_item(world: World) -> None:
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.webhook(syncaroo_id="777")
    world.brings(RESOURCES, {"ID": "777", "resourceId": seeding.OFFICE, "name": "Thames Room"})
    assert set(world.shown()) == {"1"}
    assert world.shown(seeding.OFFICE) == {}


def test_an_item_that_is_nobodys_waits_for_approval_once(world: World) -> None:
    studio = {"ID": "903", "name": "Podcast Studio", "type": "meeting-room"}
    world.brings(RESOURCES, ROOM, studio)
    world.brings(RESOURCES, ROOM, studio)
    (pending,) = world.listings("pending")
    assert (pending.name, pending.type, pending.source_id) == ("Podcast Studio", "meeting-room", "903")
    assert "Podcast Studio" not in repr(world.public())


def test_a_resource_gone_from_the_whole_set_is_no_longer_shown(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(RESOURCES, ROOM, OFFICE)
    world.brings(RESOURCES, OFFICE)
    assert world.shown() == {}
    world.brings(RESOURCES, ROOM, OFFICE)
    assert world.amounts() == {"1": "45.00"}


def test_all_resources_gone_at_once_is_held(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(RESOURCES)
    assert world.amounts() == {"1": "45.00"}
    assert world.target(RESOURCES).held_count == 1


def test_an_unmapped_resource_shows_again_with_the_next_data(world: World) -> None:
    world.with_room(HOURLY)
    world.webhook(action="unmapped")
    assert world.shown() == {}
    world.brings(ROOM_RATES, HOURLY)
    assert world.amounts() == {"1": "45.00"}


def test_an_unmapping_that_came_after_the_data_webhook_stays(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(seconds=1)
    world.webhook()
    world.webhook(action="unmapped")
    world.work()
    assert world.shown() == {}


def test_a_fetch_that_began_earlier_never_overwrites_a_later_one(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(seconds=1)
    world.hub.answers[f"{ROOM_RATES}/1"] = [{**HOURLY, "price": "60"}]
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.webhook()
    slow = world.claim()
    assert slow is not None
    world.webhook(f"{ROOM_RATES}/1")
    world.work()
    world.jobs.run(slow)
    assert world.amounts() == {"1": "60.00"}


def test_a_location_gets_its_facts_and_open_status(world: World) -> None:
    world.brings(API, {"ID": "801", "Name": "London", "TimeZone": "Europe/London", "syncOpenStatus": "open"})
    (location,) = world.public().locations
    assert location.data is not None
    assert (location.data.name, location.data.timezone, location.data.open_status) == (
        "London",
        "Europe/London",
        "open",
    )


def test_a_status_webhook_after_the_fetch_began_wins(world: World) -> None:
    world.hub.answers[API] = [{"ID": "801", "Name": "London", "syncOpenStatus": "open"}]
    world.webhook(API, "locations", None)
    world.hub.during = lambda: world.status("closed")
    world.work()
    (location,) = world.public().locations
    assert location.data is not None
    assert location.data.open_status == "closed"


def test_the_currency_is_the_locations_before_the_operators(world: World) -> None:
    world.with_room(HOURLY)
    assert world.shown()["1"].currency == "GBP"
    world.brings(API, {"ID": "801", "Name": "London", "currency": "EUR"})
    world.brings(ROOM_RATES, {**HOURLY, "price": "46"})
    assert world.shown()["1"].currency == "EUR"


def test_extras_from_their_own_address_stay_when_the_rate_changes(world: World) -> None:
    world.with_room(HOURLY)
    extras = f"{ROOM_RATES}/1/extras"
    world.hub.answers[extras] = [{"ID": 5, "name": "Projector", "price": "10"}]
    world.clock.advance(seconds=1)
    world.webhook(extras)
    world.work()
    world.brings(ROOM_RATES, {**HOURLY, "price": "50"})
    (extra,) = world.shown()["1"].extras
    assert (extra.name, extra.amount) == ("Projector", Decimal("10.00"))


@pytest.mark.parametrize("name", ["Thames\x00Room", "Thames\ud800Room"])
def test_characters_that_no_database_keeps_are_cleaned(world: World, name: str) -> None:
    world.brings(RESOURCES, {**ROOM, "name": name})
    (location,) = world.public().locations
    assert location.resources[0].data
    assert location.resources[0].data.name == "ThamesRoom"


def test_hidden_listings_are_never_public(world: World) -> None:
    seeding.connect(world.database, world.clock, "99", seeding.LONDON, seeding.NEW_YORK, seeding.BERLIN)
    world.with_room(HOURLY)
    world.brings(f"{API}/resources/905", {"ID": "905", "name": "Nobody's room"})
    assert [location.listing.id for location in world.public().locations] == [seeding.LONDON]


def test_items_of_any_shape_break_nothing(world: World) -> None:
    world.with_room(HOURLY)
    junk: list[Any] = [None, 5, "text", [], {}, {"ID": {}}, {"price": []}, {"ID": 9, "price": {"a": 1}}]
    world.brings(ROOM_RATES, *junk, HOURLY)
    assert world.amounts()["1"] == "45.00"
    world.brings(RESOURCES, *junk, ROOM)
    assert world.amounts()["1"] == "45.00"
