"""Client secrets that were made here, on both databases."""

from datetime import timedelta

from tests.conftest import FakeClock
from widget_server.store import platform_secrets
from widget_server.store.engine import Database


def test_the_good_ones_are_told_newest_first_until_they_are_retired(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        platform_secrets.add(connection, "a" * 64, clock())
        platform_secrets.add(connection, "b" * 64, clock() + timedelta(days=1))
        newer, older = platform_secrets.good(connection)
        assert (newer.secret_hash, older.secret_hash) == ("b" * 64, "a" * 64)
        assert platform_secrets.retire(connection, older.id, clock())
        assert not platform_secrets.retire(connection, older.id, clock())
        assert platform_secrets.good(connection) == [newer]
