"""A state is good for one session, once, for ten minutes; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.conftest import FakeClock
from widget_server.store import hub_states
from widget_server.store.engine import Database

LIFETIME = timedelta(minutes=10)


def save(database: Database, clock: FakeClock, state: str = "state") -> None:
    with database.write() as connection:
        hub_states.save(connection, state, "session", clock() + LIFETIME, clock())


def consume(database: Database, clock: FakeClock, state: str = "state", session: str = "session") -> bool:
    with database.write() as connection:
        return hub_states.consume(connection, state, session, clock())


def test_a_state_is_good_once(database: Database, clock: FakeClock) -> None:
    save(database, clock)
    assert consume(database, clock)
    assert not consume(database, clock)


def test_of_five_at_once_one_gets_it(database: Database, clock: FakeClock) -> None:
    save(database, clock)
    with ThreadPoolExecutor(5) as pool:
        assert sorted(pool.map(lambda _: consume(database, clock), range(5))) == [False] * 4 + [True]


def test_another_session_neither_uses_it_nor_uses_it_up(database: Database, clock: FakeClock) -> None:
    save(database, clock)
    assert not consume(database, clock, session="other")
    assert consume(database, clock)


def test_it_ends_at_its_tenth_minute(database: Database, clock: FakeClock) -> None:
    save(database, clock)
    clock.advance(minutes=10)
    assert not consume(database, clock)


def test_a_new_one_leaves_others_that_are_under_way(database: Database, clock: FakeClock) -> None:
    save(database, clock, "first")
    clock.advance(minutes=9)
    save(database, clock, "second")
    assert consume(database, clock, "first")
    assert consume(database, clock, "second")
