"""What is overtaken: slow fetches, turned clocks, an operator who decides while a fetch is under way."""

from datetime import timedelta

from tests.sync.conftest import API, ROOM_RATES, World
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
