"""A run from the operator's word to its end, worked off by the worker's own jobs; on both databases."""

import pytest

from tests import seeding
from tests.sync.conftest import API, ROOM_RATES, FakeHub, FakeTokens, World, world
from widget_server.console.syncing.progress import Progress, progress
from widget_server.console.syncing.runs import SyncRuns
from widget_server.errors import HubUnavailable
from widget_server.store import activity, sync_runs

__all__ = ["FakeHub", "FakeTokens", "world"]  # the fixture is the worker's
HOURLY = {"ID": 1, "price": "45", "unit": "hour"}
ME = "operator@example.com"


@pytest.fixture
def runs(world: World) -> SyncRuns:
    """Two targets are known: the location's resources and the room's rates."""
    world.with_room(HOURLY)
    world.clock.advance(minutes=1)
    return SyncRuns(world.database, world.clock, ME)


def seen(world: World) -> Progress:
    with world.database.read() as connection:
        run = sync_runs.latest(connection)
        assert run is not None
        return progress(sync_runs.facts(connection, run), run.at, world.clock())


def counts(world: World) -> tuple[int, int, int, int]:
    found = seen(world)
    return found.succeeded, found.failed, found.under_way, found.total


def work_one(world: World) -> None:
    world.clock.advance(seconds=1)
    job = world.claim()
    assert job is not None
    world.jobs.run(job)


def test_the_bar_fills_as_targets_are_fetched(world: World, runs: SyncRuns) -> None:
    assert runs.begin(None) == 2
    assert counts(world) == (0, 0, 0, 2)
    work_one(world)
    assert counts(world) == (1, 0, 0, 2)
    world.clock.advance(seconds=1)
    job = world.claim()
    assert job is not None
    assert counts(world) == (1, 0, 1, 2)
    world.jobs.run(job)
    assert counts(world) == (2, 0, 0, 2)
    assert seen(world).over


def test_what_fails_is_told_with_its_reason_until_a_later_try_succeeds(world: World, runs: SyncRuns) -> None:
    runs.begin(None)
    world.hub.answers[ROOM_RATES] = HubUnavailable("Syncaroo answered 503.")
    work_one(world)
    work_one(world)
    assert counts(world) == (1, 1, 0, 2)
    assert seen(world).problems == ("Syncaroo answered 503.",)
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.clock.advance(hours=1)
    world.work()
    assert counts(world) == (2, 0, 0, 2)


def test_targets_that_come_later_are_not_the_runs(world: World, runs: SyncRuns) -> None:
    runs.begin(None)
    world.hub.answers[f"{API}/new"] = []
    world.webhook(f"{API}/new")
    assert counts(world) == (0, 0, 0, 2)
    world.clock.advance(seconds=1)
    world.work()
    assert counts(world) == (2, 0, 0, 2)


def test_a_fetch_that_was_under_way_does_not_leave_the_bar_hanging(world: World, runs: SyncRuns) -> None:
    world.webhook()
    job = world.claim()
    assert job is not None
    world.clock.advance(seconds=1)
    runs.begin(None)
    assert counts(world) == (0, 0, 1, 2)
    world.jobs.run(job)
    assert counts(world) == (0, 0, 0, 2)
    world.clock.advance(milliseconds=200)
    world.work()
    assert counts(world) == (2, 0, 0, 2)


def test_one_location_is_fetched_without_the_others(world: World, runs: SyncRuns) -> None:
    assert runs.begin(seeding.BERLIN) == 0
    assert runs.begin(seeding.LONDON) == 2
    with world.database.read() as connection:
        run = sync_runs.latest(connection)
        told = activity.newest_of(connection, "sync")
        assert sync_runs.known(connection) == {seeding.LONDON: 2}
    assert run is not None
    assert run.location_id == seeding.LONDON
    assert told is not None
    assert (told.actor, told.detail) == (ME, "Had Demo Workspace - London fetched anew.")


def test_a_run_of_nothing_is_no_run(world: World) -> None:
    assert SyncRuns(world.database, world.clock, ME).begin(None) == 0
    with world.database.read() as connection:
        assert sync_runs.latest(connection) is None


def test_a_location_whose_name_is_odd_is_found_again(world: World, runs: SyncRuns) -> None:
    with world.database.write() as connection:
        connection.exec_driver_sql("UPDATE targets SET location_id = 'a of b, targets up to 9'")
    assert runs.begin("a of b, targets up to 9") == 2
    assert counts(world) == (0, 0, 0, 2)
