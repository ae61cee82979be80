"""The worker as a whole: it notices, works, publishes, survives what breaks, and stops when it is told to."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.console import scene
from tests.sync.conftest import API, ROOM_RATES, World
from widget_server.clock import system_clock
from widget_server.errors import HubRefused, StoreUnavailable
from widget_server.model import RefusalReason
from widget_server.store import refusals
from widget_server.store.refusals import Refused
from widget_server.sync.job import LEASE
from widget_server.sync.jobs import Jobs
from widget_server.sync.worker import Worker

PATIENCE_SECONDS = 20
HOURLY = {"ID": 1, "price": "45", "unit": "hour"}


@dataclass
class Publishing:
    """Counts; `wait_for` awaits the next one at which visitors would see an amount."""

    world: World
    seen: threading.Condition = field(default_factory=threading.Condition)
    amounts: list[dict[str, str]] = field(default_factory=list)
    again_at: datetime | None = None

    def __call__(self) -> datetime | None:
        with self.seen:
            self.amounts.append(self.world.amounts())
            self.seen.notify_all()
        return self.again_at

    def wait_for(self, amounts: dict[str, str]) -> bool:
        with self.seen:
            return self.seen.wait_for(lambda: amounts in self.amounts, PATIENCE_SECONDS)


@pytest.fixture
def publishing(world: World) -> Publishing:
    world.clock.now = system_clock()  # the worker's own clock runs
    return Publishing(world)


@contextmanager
def working(worker: Worker) -> Iterator[threading.Event]:
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


def eventually(check: Callable[[], bool]) -> bool:
    """Whether it comes true while somebody is patient."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not (found := check()) and time.monotonic() < until:
        time.sleep(0.01)
    return found


def made(
    world: World, publishing: Callable[[], datetime | None], stop_within: timedelta = timedelta(seconds=7)
) -> Worker:
    jobs = Jobs(world.database, world.hub, world.tokens, system_clock, currency=lambda: "GBP", sweep=timedelta(hours=6))
    return Worker(world.database, jobs, publishing, system_clock, stop_within)


def test_a_webhook_ends_in_a_published_price(world: World, publishing: Publishing) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    with working(made(world, publishing)):
        world.webhook()
        assert publishing.wait_for({"1": "45.00"})


def test_a_change_that_is_not_the_workers_is_published_too(world: World, publishing: Publishing) -> None:
    world.with_room(HOURLY)
    with working(made(world, publishing)):
        assert publishing.wait_for({"1": "45.00"})
        world.webhook(action="unmapped")
        assert publishing.wait_for({})


def test_it_publishes_again_when_a_validity_date_passes(world: World, publishing: Publishing) -> None:
    publishing.again_at = system_clock()
    with working(made(world, publishing)), publishing.seen:
        assert publishing.seen.wait_for(lambda: len(publishing.amounts) > 1, PATIENCE_SECONDS)


def test_documents_that_can_not_be_made_do_not_keep_prices_from_the_store(world: World, publishing: Publishing) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]

    def broken() -> datetime | None:
        publishing()
        raise KeyError("of a template")

    with working(made(world, broken)):
        world.webhook()
        assert publishing.wait_for({"1": "45.00"})


def test_documents_that_the_database_was_too_busy_for_are_made_soon_after(world: World, publishing: Publishing) -> None:
    def busy_at_first() -> datetime | None:
        publishing()
        if len(publishing.amounts) == 1:
            raise StoreUnavailable("the database is locked")
        return None

    with working(made(world, busy_at_first)), publishing.seen:
        assert publishing.seen.wait_for(lambda: len(publishing.amounts) == 2, PATIENCE_SECONDS)


def test_a_job_that_breaks_counts_and_the_others_go_on(world: World, publishing: Publishing) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    with working(made(world, publishing)):
        world.webhook(f"{API}/a-url-that-the-fake-hub-breaks-on")
        world.webhook()
        assert publishing.wait_for({"1": "45.00"})
    broken = world.target(f"{API}/a-url-that-the-fake-hub-breaks-on")
    assert (broken.failures, broken.problem) == (1, "an error of this site: KeyError")


def test_leases_are_renewed_although_the_clock_was_set_back(world: World, publishing: Publishing) -> None:
    world.hub.answers[ROOM_RATES] = [HOURLY]
    began, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        world.clock.advance(minutes=-10)
        began.set()
        go_on.wait(PATIENCE_SECONDS)

    world.hub.during = hold
    world.webhook()
    worker = Worker(world.database, world.jobs, publishing, world.clock)
    with working(worker):
        try:
            assert began.wait(PATIENCE_SECONDS)
            assert eventually(lambda: world.target().lease_until == world.clock() + LEASE)
        finally:
            go_on.set()


def test_asked_to_stop_it_finishes_its_job(world: World, publishing: Publishing) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    began, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        go_on.wait(PATIENCE_SECONDS)

    world.hub.during = hold
    with working(made(world, publishing)) as stop:
        world.webhook()
        assert began.wait(PATIENCE_SECONDS)
        stop.set()
        go_on.set()
    assert world.states()[-1] == "done"


def test_a_job_that_does_not_end_is_given_back(world: World, publishing: Publishing) -> None:
    world.with_room()
    world.hub.answers[ROOM_RATES] = [HOURLY]
    began, go_on = threading.Event(), threading.Event()

    def hang() -> None:
        began.set()
        go_on.wait(PATIENCE_SECONDS)

    world.hub.during = hang
    with working(made(world, publishing, stop_within=timedelta(milliseconds=20))) as stop:
        world.webhook()
        assert began.wait(PATIENCE_SECONDS)
        stop.set()
    assert (world.states()[-1], world.target().lease_owner) == ("waiting", None)
    world.hub.during = None
    go_on.set()
    world.clock.now = system_clock() + timedelta(seconds=1)
    world.work()
    assert world.states()[-1] == "done"


def test_sync_now_works_off_what_is_due_and_says_how_far_it_is(world: World, publishing: Publishing) -> None:
    world.with_room(HOURLY)
    world.hub.answers[f"{API}/x"] = HubRefused("the answer is not JSON")
    world.webhook(f"{API}/x")
    worker = made(world, publishing)
    progress = list(worker.sync_now(everything=True))
    assert [(done, total) for done, total, _ in progress] == [(1, 3), (2, 3), (3, 3)]
    assert any("the answer is not JSON" in sentence for _, _, sentence in progress)
    assert publishing.amounts[-1] == {"1": "45.00"}


def test_what_was_turned_away_is_forgotten_with_them(world: World, publishing: Publishing) -> None:
    old = world.clock() - timedelta(days=31)
    refusals.keep(world.database, [Refused(RefusalReason.NO_BEARER, None, 1, old, old, 401)])

    def is_forgotten() -> bool:
        with world.database.read() as connection:
            return refusals.page(connection, refusals.Wanted(), 1) == []

    assert not is_forgotten()
    with working(Worker(world.database, world.jobs, publishing, world.clock)):
        assert eventually(is_forgotten)


def test_old_deliveries_are_forgotten_when_it_starts_and_every_hour(world: World, publishing: Publishing) -> None:
    def ended_a_month_ago() -> int:
        with world.database.write() as connection:
            old = world.clock() - timedelta(days=30, seconds=1)
            return scene.add_delivery(connection, old, state="ignored", done_at=old)

    def is_forgotten(delivery_id: int) -> bool:
        return delivery_id not in [row.id for row in world.deliveries()]

    first, waiting = ended_a_month_ago(), world.webhook()
    with working(Worker(world.database, world.jobs, publishing, world.clock)):
        assert eventually(lambda: is_forgotten(first))
        second = ended_a_month_ago()
        world.status("open")  # the newest of all is never forgotten
        world.clock.advance(hours=1)
        assert eventually(lambda: is_forgotten(second))
    assert not is_forgotten(waiting)
