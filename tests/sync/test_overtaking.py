"""What is overtaken: slow fetches, turned clocks, an operator who decides while a fetch is under way."""

from datetime import timedelta

import pytest

from tests.sync.conftest import API, ROOM_RATES, World
from widget_server.errors import ForbiddenTarget, HubError, HubRefused, HubUnavailable
from widget_server.store import by_hand

HOURLY = {"ID": 1, "price": "45", "unit": "hour"}
LOCATIONS = "https://api.syncaroo.com/v1/locations"


def test_a_slow_fetch_does_not_turn_the_open_status_back(world: World) -> None:
    world.hub.answers[LOCATIONS] = [{"ID": "801", "locationId": "1198", "syncOpenStatus": "open"}]
    world.hub.answers[API] = [{"ID": "801", "syncOpenStatus": "closed"}]
    world.webhook(LOCATIONS, "locations", None)
    world.clock.advance(seconds=1)
    world.webhook(API, "locations", None)
    slow, newest = world.claim(), world.claim()
    assert slow is not None
    assert newest is not None
    world.jobs.run(newest)
    world.jobs.run(slow)
    (location,) = world.public().locations
    assert location.data is not None
    assert location.data.open_status == "closed"


def test_a_webhook_after_the_clock_was_set_back_is_not_late(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(minutes=-10)
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": "50"}]
    world.webhook()
    world.clock.advance(seconds=1)
    world.work()
    assert world.amounts() == {"1": "50.00"}


def test_a_hint_during_a_fetch_in_which_the_clock_was_set_back_is_not_late(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(seconds=1)
    world.webhook()
    job = world.claim()
    assert job is not None

    def set_back_and_hint() -> None:
        world.clock.advance(minutes=-10)
        world.hub.during = None
        world.webhook()

    world.hub.during = set_back_and_hint
    world.jobs.run(job)
    assert world.target().due_at - world.clock() <= timedelta(seconds=1)


def test_an_empty_set_that_is_confirmed_while_it_is_fetched_again_is_carried_out(world: World) -> None:
    world.with_room(HOURLY)
    world.brings(ROOM_RATES)
    world.clock.advance(seconds=1)
    world.webhook()
    job = world.claim()
    assert job is not None
    with world.database.write() as connection:
        assert by_hand.remove_held(connection, job.target.id, world.clock())
    world.jobs.run(job)
    assert world.amounts() == {}


@pytest.mark.parametrize(
    ("error", "soon"),
    [
        (HubUnavailable("the hub is away"), True),
        (HubRefused("the answer is not JSON"), True),
        (ForbiddenTarget("its next page is elsewhere"), True),
        (HubUnavailable("too many requests", retry_after=timedelta(minutes=5)), False),
    ],
)
def test_a_hint_during_a_fetch_that_fails_is_due_at_once_unless_retry_after_holds(
    world: World, error: HubError, soon: bool
) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = HubUnavailable("the hub is away")
    world.webhook()
    for _ in range(8):
        world.work()
        world.clock.now = world.target().due_at
    job = world.claim()
    assert job is not None
    world.hub.answers[ROOM_RATES] = error

    def hint_and_mend() -> None:
        world.hub.during = None
        world.webhook()

    world.hub.during = hint_and_mend
    world.jobs.run(job)
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.clock.advance(seconds=1)
    world.work()
    assert (world.amounts() == {"1": "45.00"}) is soon


def test_what_is_confirmed_but_no_newer_than_before_makes_no_new_version(world: World) -> None:
    world.with_room(HOURLY)
    world.hub.answers[f"{ROOM_RATES}/1"] = HubUnavailable("away")
    world.clock.advance(seconds=1)
    world.webhook(f"{ROOM_RATES}/1")
    world.work()
    world.clock.advance(minutes=5)
    world.brings(ROOM_RATES, HOURLY)
    before = world.public()
    world.clock.advance(minutes=5)
    world.brings(ROOM_RATES, HOURLY)
    assert (world.public().version, world.public().synced_at) == (before.version, before.synced_at)


def test_fetches_in_quick_succession_still_move_on_what_visitors_are_told(world: World) -> None:
    world.with_room(HOURLY)
    before = world.public()
    for _ in range(10):
        world.clock.advance(seconds=29)
        world.brings(ROOM_RATES, HOURLY)
    after = world.public()
    assert after.version != before.version
    assert after.synced_at is not None
    assert after.synced_at >= world.clock() - timedelta(minutes=1)
