"""Jobs worked off several at a time: what they share, and what one of them can't do to the others."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, update

from tests import seeding
from tests.sync.conftest import API, ROOM_RATES, World
from tests.sync.test_worker import eventually
from widget_server.clock import system_clock
from widget_server.store import targets as target_rows
from widget_server.store.tables import targets
from widget_server.sync.crew import AHEAD, Crew
from widget_server.sync.jobs import Jobs

PATIENCE_SECONDS = 20
HOURLY = {"ID": 1, "price": "45", "unit": "hour"}
OFFICE_RATES = f"{API}/resources/902/rates"


def crew_of(world: World, at_once: int = 4, done: Callable[[], None] = lambda: None) -> Crew:
    jobs = Jobs(world.database, world.hub, world.tokens, system_clock, currency=lambda: "GBP", sweep=timedelta(hours=6))
    within = timedelta(seconds=7)
    return Crew(world.database, jobs, system_clock, at_once=at_once, stop_within=within, done=done)


@contextmanager
def at_work(crew: Crew) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=crew.work, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


@pytest.fixture(autouse=True)
def known_rooms(world: World) -> None:
    world.clock.now = system_clock() - timedelta(minutes=1)
    world.with_room()
    world.clock.now = system_clock()


def single_rates(world: World, count: int) -> list[str]:
    """So many addresses of one rate each, which the hub knows and tells of."""
    urls = [f"{ROOM_RATES}/{number}" for number in range(count)]
    for number, url in enumerate(urls):
        world.hub.answers[url] = [{"ID": number, "price": 10 + number, "unit": "hour"}]
        world.webhook(url)
    return urls


def test_all_that_is_due_is_worked_off_and_each_target_once(world: World) -> None:
    urls = single_rates(world, 50)
    before = len(world.hub.fetched)
    with at_work(crew_of(world)):
        assert eventually(lambda: len(world.amounts()) == len(urls))
    assert sorted(url for url, _ in world.hub.fetched[before:]) == sorted(urls)
    assert set(world.states()) == {"done"}


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_are_fetched_at_once_than_the_setting_says(world: World, at_once: int) -> None:
    single_rates(world, 4 * at_once)
    running, most, lock, go_on = [0], [0], threading.Lock(), threading.Event()
    all_there = threading.Event()

    def hold() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
            if running[0] == at_once:
                all_there.set()
        go_on.wait(PATIENCE_SECONDS)
        with lock:
            running[0] -= 1

    world.hub.during = hold
    with at_work(crew_of(world, at_once)):
        assert all_there.wait(PATIENCE_SECONDS)
        assert eventually(lambda: leased(world) == AHEAD * at_once)
        go_on.set()
        assert eventually(lambda: len(world.amounts()) == 4 * at_once)
    assert most[0] == at_once


def test_what_was_not_begun_is_given_back_at_once_by_a_stop(world: World) -> None:
    single_rates(world, 8)
    began, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        began.set()
        go_on.wait(PATIENCE_SECONDS)

    world.hub.during = hold
    crew, stop = crew_of(world, at_once=1), threading.Event()
    thread = threading.Thread(target=crew.work, args=(stop,))
    thread.start()
    assert began.wait(PATIENCE_SECONDS)
    stop.set()
    assert eventually(lambda: leased(world) == 1)
    go_on.set()
    thread.join(PATIENCE_SECONDS)
    assert sorted(world.states()[-8:]) == ["done"] + ["waiting"] * 7


def test_one_that_breaks_takes_nothing_from_those_that_end_with_it(world: World) -> None:
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.hub.answers[OFFICE_RATES] = [HOURLY]
    world.webhook()
    world.webhook(OFFICE_RATES, resource=seeding.OFFICE)
    (first,), (second,) = world.jobs.claim("a"), world.jobs.claim("b")
    ended = [world.jobs.fetch(first), world.jobs.fetch(second)]

    def break_the_office(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("INSERT INTO rates") and seeding.OFFICE in repr(parameters):
            raise ValueError("a bug of ours")

    with listening(break_the_office):
        with pytest.raises(ValueError, match="a bug"):
            world.jobs.complete(ended)
        assert world.amounts() == {}
        with world.database.write() as connection:
            target_rows.release(connection, {job.target.id: job.owner for job in (first, second)}, world.clock())
        with at_work(crew_of(world)):
            assert eventually(lambda: world.target(OFFICE_RATES).failures == 1)
            assert eventually(lambda: world.amounts() == {"1": "45.00"})
    assert world.target().failures == 0


def test_of_several_that_end_together_the_lost_lease_alone_changes_nothing(world: World) -> None:
    world.hub.answers[ROOM_RATES] = [HOURLY]
    world.hub.answers[OFFICE_RATES] = [HOURLY]
    world.webhook()
    world.webhook(OFFICE_RATES, resource=seeding.OFFICE)
    jobs = world.jobs.claim("me", 2)
    ended = [world.jobs.fetch(job) for job in jobs]
    with world.database.write() as connection:
        _take_lease(connection, "somebody else", OFFICE_RATES)
    sentences = world.jobs.complete(ended)
    assert sorted(sentences) == ["1 changed.", "Another worker took over."]
    assert (world.amounts(), world.shown(seeding.OFFICE)) == ({"1": "45.00"}, {})


def test_an_older_fetch_of_a_target_that_ends_with_a_newer_one_changes_nothing(world: World) -> None:
    world.hub.answers[ROOM_RATES] = [{**HOURLY, "price": 1}]
    world.webhook()
    (slow,) = world.jobs.claim("slow")
    old = world.jobs.fetch(slow)
    world.clock.advance(seconds=31)
    (quick,) = world.jobs.claim("quick")
    world.hub.answers[ROOM_RATES] = [HOURLY]
    new = world.jobs.fetch(quick)
    assert world.jobs.complete([old, new]) == ["Another worker took over.", "1 changed."]
    assert world.amounts() == {"1": "45.00"}
    assert len(world.history()) == 1


def leased(world: World) -> int:
    with world.database.read() as connection:
        held = targets.select().where(targets.c.lease_owner.is_not(None))
        return len(connection.execute(held).all())


def _take_lease(connection: Connection, owner: str, url: str) -> None:
    connection.execute(update(targets).where(targets.c.url == url).values(lease_owner=owner))


@contextmanager
def listening(listener: Callable[..., None]) -> Iterator[None]:
    event.listen(Engine, "before_cursor_execute", listener)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", listener)
