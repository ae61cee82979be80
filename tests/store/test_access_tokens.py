"""Access tokens of programs, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.conftest import FakeClock
from widget_server.model import DataKind
from widget_server.store import access_tokens
from widget_server.store.engine import Database

MINUTE = timedelta(minutes=1)


def add(database: Database, clock: FakeClock, digest: str = "a", *kinds: DataKind) -> int:
    with database.write() as connection:
        return access_tokens.add(connection, digest * 64, "AbC123", f"Token {digest}", kinds, clock())


def use(database: Database, id: int, clock: FakeClock) -> bool:
    with database.write() as connection:
        return access_tokens.mark_used(connection, id, clock(), clock() - MINUTE)


def test_the_good_ones_are_told_newest_first_until_they_are_revoked(database: Database, clock: FakeClock) -> None:
    first = add(database, clock, "a", DataKind.RATES, DataKind.LISTINGS)
    add(database, clock, "b", DataKind.LOCATIONS)
    with database.write() as connection:
        newer, older = access_tokens.good(connection)
        assert (newer.name, newer.kinds) == ("Token b", (DataKind.LOCATIONS,))
        assert (older.name, older.kinds) == ("Token a", (DataKind.LISTINGS, DataKind.RATES))
        assert (older.created_at, older.last_used_at, older.starts_with) == (clock(), None, "AbC123")
        assert access_tokens.find(connection, "a" * 64) == older
        assert access_tokens.revoke(connection, first, clock()) == "Token a"
        assert access_tokens.revoke(connection, first, clock()) is None
        assert access_tokens.good(connection) == [newer]
        assert access_tokens.find(connection, "a" * 64) is None


def test_a_use_is_noted_once_a_minute(database: Database, clock: FakeClock) -> None:
    id = add(database, clock)
    first = clock()
    assert use(database, id, clock)
    clock.advance(seconds=59)
    assert not use(database, id, clock)
    with database.read() as connection:
        assert access_tokens.good(connection)[0].last_used_at == first
    clock.advance(seconds=1)
    assert use(database, id, clock)


def test_no_use_is_noted_of_one_that_was_revoked_meanwhile(database: Database, clock: FakeClock) -> None:
    id = add(database, clock)
    with database.write() as connection:
        access_tokens.revoke(connection, id, clock())
    assert not use(database, id, clock)


def test_a_kind_that_this_release_does_not_know_is_none(database: Database, clock: FakeClock) -> None:
    add(database, clock, "a", DataKind.RATES)
    with database.write() as connection:
        connection.execute(text("""UPDATE access_tokens SET kinds = '["bookings", "rates"]'"""))
        assert access_tokens.good(connection)[0].kinds == (DataKind.RATES,)


def test_no_two_tokens_share_a_digest(database: Database, clock: FakeClock) -> None:
    add(database, clock, "a")
    with pytest.raises(IntegrityError):
        add(database, clock, "a")
