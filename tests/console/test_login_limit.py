"""How often logging in may fail: the same rules in the database and in Redis, and when Redis goes away."""

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import redis
from sqlalchemy import func, select

from tests.conftest import FakeClock
from widget_server.console.login_limit import ALLOWED_FAILURES, WINDOW, LoginLimit
from widget_server.errors import StoreUnavailable, TooManyLogins
from widget_server.store import activity
from widget_server.store.engine import Database
from widget_server.store.shared_login_failures import SharedLoginFailures
from widget_server.store.tables import login_failures

HOME, ELSEWHERE = "192.0.2.7", "203.0.113.9"
NOBODY_THERE = "redis://127.0.0.1:1/0"


@pytest.fixture
def prefix(redis_url: str) -> Iterator[str]:
    """Keys of this test's own."""
    found = f"login-limit-test-{uuid.uuid4().hex}:"
    yield found
    server = redis.from_url(redis_url)
    for key in server.scan_iter(f"{found}*"):
        server.delete(key)
    server.close()


@pytest.fixture(params=["database", "redis", "redis that is away"])
def limit(request: pytest.FixtureRequest, database: Database, clock: FakeClock) -> LoginLimit:
    if request.param == "database":
        return LoginLimit(database, clock)
    if request.param == "redis that is away":
        return LoginLimit(database, clock, SharedLoginFailures(NOBODY_THERE, "away:"))
    url, prefix = request.getfixturevalue("redis_url"), request.getfixturevalue("prefix")
    return LoginLimit(database, clock, SharedLoginFailures(url, prefix))


def failed(limit: LoginLimit, times: int, address: str = HOME) -> int:
    """Fail to log in so often; how often that was allowed."""
    allowed = 0
    for _ in range(times):
        try:
            limit.begin(address)
        except TooManyLogins:
            continue
        allowed += 1
    return allowed


def in_database(database: Database) -> int:
    with database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(login_failures)).scalar_one())


def test_attempts_at_the_same_moment_share_the_limit(limit: LoginLimit) -> None:
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: failed(limit, 1), range(30))) == ALLOWED_FAILURES


def test_the_limit_says_when_the_oldest_failure_stops_counting(limit: LoginLimit, clock: FakeClock) -> None:
    for _ in range(ALLOWED_FAILURES):
        limit.begin(HOME)
        clock.advance(seconds=30)
    with pytest.raises(TooManyLogins) as caught:
        limit.begin(HOME)
    assert caught.value.retry_after == timedelta(minutes=10)
    clock.advance(minutes=10)
    assert failed(limit, 3) == 1


def test_nobody_is_locked_out_for_good_however_often_they_guess(limit: LoginLimit, clock: FakeClock) -> None:
    assert failed(limit, 100) == ALLOWED_FAILURES
    clock.advance(seconds=WINDOW.total_seconds() - 1)
    assert failed(limit, 20) == 0
    clock.advance(seconds=1)
    assert failed(limit, 20) == ALLOWED_FAILURES


def test_the_right_password_starts_anew(limit: LoginLimit) -> None:
    assert failed(limit, ALLOWED_FAILURES - 1) == ALLOWED_FAILURES - 1
    limit.begin(HOME)
    limit.succeeded(HOME, "operator@example.com")
    assert failed(limit, ALLOWED_FAILURES - 1) == ALLOWED_FAILURES - 1
    limit.begin(HOME)
    limit.forgive(HOME)
    assert failed(limit, 20) == ALLOWED_FAILURES


def test_another_address_is_not_affected(limit: LoginLimit) -> None:
    failed(limit, 100, ELSEWHERE)
    assert failed(limit, 20) == ALLOWED_FAILURES


def test_a_limit_that_was_reached_is_written_down_once_a_window(
    limit: LoginLimit, database: Database, clock: FakeClock
) -> None:
    def told() -> int:
        with database.read() as connection:
            return [deed.kind for deed in activity.latest(connection, 50)].count("login_limit")

    failed(limit, 30)
    assert told() == 1
    clock.advance(minutes=15)
    failed(limit, 30)
    assert told() == 2


def test_redis_takes_the_counting_from_the_database(
    database: Database, clock: FakeClock, redis_url: str, prefix: str
) -> None:
    limit = LoginLimit(database, clock, SharedLoginFailures(redis_url, prefix))
    another_machine = LoginLimit(database, clock, SharedLoginFailures(redis_url, prefix))
    assert failed(limit, 6) + failed(another_machine, 6) == ALLOWED_FAILURES
    assert in_database(database) == 0


def test_what_redis_remembers_ends_by_itself(redis_url: str, prefix: str, clock: FakeClock) -> None:
    shared = SharedLoginFailures(redis_url, prefix)
    assert shared.take(HOME, clock(), WINDOW, ALLOWED_FAILURES) is None
    server = redis.from_url(redis_url)
    assert 0 < server.pttl(f"{prefix}{HOME}") <= WINDOW / timedelta(milliseconds=1)
    server.close()


def test_while_redis_is_away_the_database_counts(database: Database, clock: FakeClock) -> None:
    limit = LoginLimit(database, clock, SharedLoginFailures(NOBODY_THERE, "away:"))
    assert failed(limit, 30) == ALLOWED_FAILURES
    assert in_database(database) == ALLOWED_FAILURES
    limit.succeeded(HOME, "operator@example.com")
    assert in_database(database) == 0


def test_a_redis_that_holds_something_else_there_is_as_good_as_away(
    database: Database, clock: FakeClock, redis_url: str, prefix: str
) -> None:
    server = redis.from_url(redis_url)
    server.set(f"{prefix}{HOME}", "something else")
    server.close()
    shared = SharedLoginFailures(redis_url, prefix)
    with pytest.raises(StoreUnavailable):
        shared.take(HOME, clock(), WINDOW, ALLOWED_FAILURES)
    assert failed(LoginLimit(database, clock, shared), 30) == ALLOWED_FAILURES
