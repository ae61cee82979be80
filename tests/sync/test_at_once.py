"""Many jobs and webhooks for the same rows at the same moment: nobody waits for anybody who waits for them."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from tests import seeding
from tests.sync.conftest import API, ROOM_RATES, World
from widget_server.store import targets
from widget_server.store.engine import Database

ROUNDS = 20
PATIENCE_SECONDS = 30
RESOURCES = f"{API}/resources"
ROOM_IDS = ("901", "902")


pytestmark = pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
"""SQLite lets one write at a time and has nothing to go wrong here."""


def all_at_once(*calls: Callable[[], object]) -> None:
    """Run them in threads that start together; raises what the first that failed did."""
    gate, errors = threading.Barrier(len(calls)), list[Exception]()

    def run(call: Callable[[], object]) -> None:
        gate.wait(PATIENCE_SECONDS)
        try:
            call()
        except Exception as error:  # noqa: BLE001 -- raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
    if errors:
        raise errors[0]


def test_one_claim_takes_one_target_however_the_database_goes_about_it(world: World, database: Database) -> None:
    for number in range(5):
        world.webhook(f"{ROOM_RATES}/{number}")
    with database.write() as connection:
        for way in ("hashagg", "hashjoin", "mergejoin", "sort", "material"):
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        assert len(targets.claim(connection, "me", world.clock(), timedelta(seconds=30))) == 1
        leased = connection.exec_driver_sql("SELECT count(*) FROM targets WHERE lease_owner = 'me'")
        assert leased.scalar_one() == 1


def item(hub_id: str, number: int) -> dict[str, object]:
    ours = dict(zip(ROOM_IDS, (seeding.MEETING_ROOM, seeding.OFFICE), strict=True))
    return {"ID": hub_id, "resourceId": ours[hub_id], "name": f"Room {hub_id} in round {number}"}


def test_a_collection_and_its_items_are_applied_at_once(world: World) -> None:
    for number in range(ROUNDS):
        world.hub.answers[RESOURCES] = [item(hub_id, number) for hub_id in ROOM_IDS]
        world.hub.answers |= {f"{RESOURCES}/{hub_id}": [item(hub_id, -number)] for hub_id in ROOM_IDS}
        world.webhook(RESOURCES, "resources", None)
        for hub_id in ROOM_IDS:
            world.webhook(f"{RESOURCES}/{hub_id}", "resources", str(item(hub_id, 0)["resourceId"]))
        jobs = [job for _ in range(3) if (job := world.claim())]
        all_at_once(*(partial(world.jobs.run, job) for job in jobs))
        assert len(jobs) == 3
        world.clock.advance(seconds=1)
    assert set(world.states()) == {"done"}


def test_webhooks_come_while_their_fetch_is_applied(world: World) -> None:
    for number in range(ROUNDS):
        new = {"ID": f"new-{number}", "name": f"Studio {number}"}
        world.hub.answers[RESOURCES] = [item("901", number), new]
        world.webhook(RESOURCES, "resources", None)
        job = world.claim()
        assert job is not None
        all_at_once(
            partial(world.jobs.run, job),
            partial(world.webhook, RESOURCES, "resources", "1", action="new", syncaroo_id=f"new-{number}"),
            partial(world.webhook, ROOM_RATES, syncaroo_id=f"9{number}1"),
            partial(world.webhook, action="unmapped"),
            partial(world.status, f"status {number}"),
        )
        world.hub.answers[ROOM_RATES] = []
        world.clock.advance(seconds=1)
        world.work()
        world.clock.advance(seconds=1)
    assert len(world.listings("pending")) == ROUNDS
