"""From a hint to the store: coalescing, retries, dead letters, leases. FAULTS rows 1-8, 10, 18, 33."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests import seeding
from tests.console import scene
from tests.sync.conftest import API, ROOM_RATES, World
from widget_server.errors import (
    AccessTokenRejected,
    ForbiddenTarget,
    HubError,
    HubRefused,
    HubUnavailable,
    NeedsReconnect,
    TargetGone,
)
from widget_server.store import by_hand, counters, sync_runs, targets

HOURLY = {"ID": 1, "price": "45", "unit": "hour"}


def test_a_hint_becomes_a_price(world: World) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.webhook()
    assert world.work() == ["1 changed."]
    assert world.amounts() == {"1": "45.00"}
    assert world.states()[-1] == "done"


def test_a_hundred_hints_are_one_fetch(world: World) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    before = len(world.hub.fetched)
    for _ in range(100):
        world.webhook()
    world.work()
    assert len(world.hub.fetched) == before + 1
    assert set(world.states()) == {"done"}


def test_at_most_five_fetches_of_one_target_in_a_second(world: World) -> None:
    world.with_room(HOURLY)
    before = len(world.hub.fetched)
    world.clock.advance(seconds=10)
    for _ in range(100):
        world.webhook()
        world.work()
        world.clock.advance(milliseconds=10)
    assert len(world.hub.fetched) - before == 5


def test_a_hint_during_its_own_fetch_causes_another(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(seconds=1)
    world.webhook()
    job = world.claim()
    assert job is not None
    arrivals = [45, 50]

    def change_at_the_hub() -> None:
        world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": arrivals.pop()}]
        if arrivals:
            world.webhook()

    world.hub.during = change_at_the_hub
    world.jobs.run(job)
    assert world.states()[-2:] == ["done", "waiting"]
    world.clock.advance(milliseconds=200)
    world.work()
    assert world.amounts() == {"1": "45.00"}
    assert world.states()[-1] == "done"


def replayed(world: World) -> None:
    """The operator replays the newest delivery."""
    newest = world.deliveries()[-1].id
    with world.database.write() as connection:
        assert by_hand.replay(connection, newest, world.clock())


def redriven(world: World) -> None:
    """The operator tries all that failed again; one waited for the same target."""
    with world.database.write() as connection:
        dead = {"state": "dead", "target_id": world.target().id, "done_at": world.clock()}
        scene.add_delivery(connection, world.clock(), **dead)
        assert by_hand.redrive_all(connection, world.clock()) == 1


def synced(world: World) -> None:
    """The operator has everything fetched now."""
    with world.database.write() as connection:
        assert sync_runs.begin(connection, world.clock(), "operator@example.com", None, "Fetch all.")


def reconnected(world: World) -> None:
    """The operator connected anew."""
    with world.database.write() as connection:
        assert targets.make_all_due(connection, world.clock(), everything=True)


@pytest.mark.parametrize("asked", [replayed, redriven, synced, reconnected])
@pytest.mark.parametrize("answer", [[HOURLY], HubUnavailable("the hub is away"), TargetGone("404")])
def test_what_the_operator_asked_for_during_a_fetch_is_fetched_again(
    world: World, asked: Callable[[World], None], answer: list[object] | HubError
) -> None:
    world.with_room(HOURLY)
    world.clock.advance(hours=7)
    job = world.claim()
    while job is not None and job.target.key.url != ROOM_RATES:
        world.jobs.run(job)
        job = world.claim()
    assert job is not None
    world.hub.during = lambda: asked(world)
    world.hub.answers[ROOM_RATES] = answer
    world.jobs.run(job)
    world.hub.during = None
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 50}]
    world.clock.advance(milliseconds=200)
    world.work()
    assert world.amounts() == {"1": "50.00"}
    assert set(world.states()) == {"done"}


def test_what_was_asked_for_once_is_fetched_once_more_and_not_for_ever(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(hours=7)
    world.hub.during = lambda: synced(world)
    job = world.claim()
    assert job is not None
    world.jobs.run(job)
    world.hub.during = None
    before = len(world.hub.fetched)
    for _ in range(5):
        world.clock.advance(seconds=1)
        world.work()
    assert len(world.hub.fetched) == before + 2  # the collection and the room's rates


def test_retry_after_holds_what_was_asked_for_during_the_fetch_back(world: World) -> None:
    world.with_room(HOURLY)
    world.clock.advance(seconds=1)
    world.webhook()
    job = world.claim()
    assert job is not None
    world.hub.during = world.webhook
    world.hub.answers[ROOM_RATES] = HubUnavailable("too many requests", retry_after=timedelta(seconds=90))
    world.jobs.run(job)
    world.hub.during = None
    world.clock.advance(seconds=89)
    assert world.work() == []
    world.clock.advance(seconds=2)
    assert len(world.work()) == 1


def test_two_claimers_never_get_the_same_job(world: World) -> None:
    world.webhook()
    assert world.claim() is not None
    assert world.claim() is None


def test_a_job_whose_worker_died_runs_again_after_its_lease(world: World) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.webhook()
    assert world.claim() is not None
    world.clock.advance(seconds=29)
    assert world.work() == []
    world.clock.advance(seconds=2)
    assert world.work() == ["1 changed."]
    assert world.states()[-1] == "done"


def test_a_worker_that_lost_its_lease_changes_nothing(world: World) -> None:
    world.with_room(HOURLY)
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 50}]
    world.clock.advance(seconds=1)
    world.webhook()
    slow = world.claim()
    assert slow is not None
    world.clock.advance(seconds=31)
    world.work()
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 1}]
    assert world.jobs.run(slow) == "Another worker took over."
    assert world.amounts() == {"1": "50.00"}
    assert len(world.history()) == 2


def test_running_again_changes_nothing_and_writes_no_history(world: World) -> None:
    world.with_room(HOURLY)
    for _ in range(3):
        world.brings(ROOM_RATES, HOURLY)
    assert len(world.history()) == 1


def test_an_outage_is_retried_with_growing_pauses_and_never_dies(world: World) -> None:
    world.hub.answers[ROOM_RATES] = HubUnavailable("the hub is away")
    world.webhook()
    pauses = []
    for _ in range(20):
        assert world.work() == ["the hub is away"]
        pauses.append(world.target().due_at - world.clock())
        world.clock.now = world.target().due_at
    assert pauses[:4] == [timedelta(seconds=s) for s in (1, 2, 4, 8)]
    assert max(pauses) == timedelta(hours=1)
    (row,) = world.deliveries()
    assert (row.state, row.attempts, row.outcome) == ("waiting", 0, "the hub is away")


def test_eight_failures_of_its_own_make_a_dead_letter_and_others_go_on(world: World) -> None:
    world.with_room(HOURLY)
    office_rates = f"{API}/resources/902/rates"
    world.hub.answers[office_rates] = HubRefused("the answer is not JSON")
    world.webhook(office_rates, resource=seeding.OFFICE)
    for _ in range(8):
        assert "dead" not in world.states()
        world.work()
        world.clock.advance(hours=1)
    dead = [row for row in world.deliveries() if row.state == "dead"]
    assert [(row.outcome, row.attempts) for row in dead] == [("the answer is not JSON", 8)]
    world.brings(ROOM_RATES, {**HOURLY, "price": 60})
    assert world.amounts() == {"1": "60.00"}


def test_retry_after_is_honoured_even_when_another_webhook_comes(world: World) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = HubUnavailable("too many requests", retry_after=timedelta(seconds=90))
    world.webhook()
    world.work()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.clock.advance(seconds=60)
    world.webhook()
    assert world.work() == []
    world.clock.advance(seconds=31)
    assert world.work() == ["1 changed."]


def test_without_retry_after_a_new_webhook_makes_its_target_due_at_once(world: World) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = HubUnavailable("the hub is away")
    world.webhook()
    for _ in range(6):
        world.work()
        world.clock.now = max(world.target().due_at, world.clock())
    world.work()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.clock.advance(seconds=1)
    assert world.work() == []
    world.webhook()
    assert world.work() == ["1 changed."]


def test_webhooks_during_an_outage_do_not_make_the_pauses_after_it_longer(world: World) -> None:
    world.hub.answers[ROOM_RATES] = HubUnavailable("the hub is away")
    for _ in range(10):
        world.webhook()
        world.work()
        world.clock.advance(seconds=0.5)
    assert world.target().due_at - world.clock() <= timedelta(seconds=1)


def test_a_rejected_access_token_is_refreshed_once(world: World) -> None:
    world.hub.answers[ROOM_RATES] = AccessTokenRejected("401")
    world.webhook()
    world.work()
    assert [token for _, token in world.hub.fetched] == ["token-1", "token-2"]


def test_a_lost_connection_waits_and_drains_after_reconnecting(world: World) -> None:
    world.with_room(HOURLY)
    world.tokens.problem = NeedsReconnect("Syncaroo no longer knows us")
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 50}]
    world.clock.advance(seconds=1)
    world.webhook()
    for _ in range(12):
        world.work()
        world.clock.advance(hours=1)
    assert world.amounts() == {"1": "45.00"}
    assert world.states()[-1] == "waiting"
    world.tokens.problem = None
    with world.database.write() as connection:
        targets.make_all_due(connection, world.clock())
    world.work()
    assert world.amounts() == {"1": "50.00"}


def test_a_forbidden_address_ends_the_delivery_and_is_not_asked_again(world: World) -> None:
    url = "https://evil.example/v1/locations/801/resources/901/rates"
    world.hub.answers[url] = ForbiddenTarget("not one of the configured API origins")
    world.webhook(url)
    world.work()
    (row,) = world.deliveries()
    assert (row.state, row.outcome) == ("refused", "not one of the configured API origins")
    world.clock.advance(hours=24)
    assert world.work() == []


def test_the_sweep_finds_what_no_webhook_told_and_counts_it(world: World) -> None:
    world.with_room(HOURLY)
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 50}]
    world.clock.advance(hours=5)
    assert world.work() == []
    world.clock.advance(hours=2)
    world.work()
    assert world.amounts() == {"1": "50.00"}
    with world.database.read() as connection:
        assert counters.value(connection, "sweep_finds") == 1


def test_the_moment_of_confirmation_never_claims_what_still_waits(world: World) -> None:
    world.with_room(HOURLY)
    world.hub.answers[f"{API}/resources/902/rates"] = HubUnavailable("away")
    world.clock.advance(minutes=5)
    world.webhook(f"{API}/resources/902/rates", resource=seeding.OFFICE)
    told = world.clock()
    world.work()
    world.clock.advance(minutes=30)
    world.brings(ROOM_RATES, HOURLY)
    assert world.public().synced_at == told


def test_a_location_that_was_taken_over_meanwhile_is_left_alone(world: World) -> None:
    world.with_room(HOURLY)
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 1}]
    world.clock.advance(seconds=1)
    world.webhook()
    seeding.connect(world.database, world.clock, "12", seeding.LONDON)
    world.work()
    assert world.amounts() == {"1": "45.00"}


@pytest.mark.parametrize("error", [TargetGone("404"), HubRefused("404")])
def test_only_a_gone_item_is_removed(world: World, error: TargetGone | HubRefused) -> None:
    world.with_room(HOURLY)
    world.hub.answers[f"{ROOM_RATES}/1"] = error
    world.clock.advance(seconds=1)
    world.webhook(f"{ROOM_RATES}/1")
    world.work()
    assert world.amounts() == ({} if isinstance(error, TargetGone) else {"1": "45.00"})
