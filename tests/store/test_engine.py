"""The schema's history ends at the tables in code; processes that start together don't trip over each other."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from tests.conftest import FakeClock
from widget_server.errors import StoreUnavailable
from widget_server.store import schema
from widget_server.store.counters import next_value
from widget_server.store.engine import Database
from widget_server.store.tables import counters, metadata, setup_links


def test_migrations_end_at_the_tables(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_again_changes_nothing(database: Database) -> None:
    database.migrate()
    with database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM publication")).scalar_one() == 1


def test_the_revisions_that_are_known_by_name_are_alembic_s() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))
    scripts = list(ScriptDirectory.from_config(config).walk_revisions())
    assert [script.revision for script in reversed(scripts)] == list(schema.REVISIONS)


def test_a_schema_that_is_up_to_date_is_only_looked_at(sqlite_url: str) -> None:
    database, other = Database(sqlite_url), Database(sqlite_url, busy_timeout_ms=0)
    database.migrate()
    with database.write(), other.read() as connection:
        assert schema.revision_of(connection) == schema.HEAD
        other.migrate()  # without the lock, which it wouldn't get


@pytest.mark.flow
def test_two_processes_that_start_at_once_both_get_the_schema(tmp_path: Path) -> None:
    script = "import sys; from widget_server.store.engine import Database; Database(sys.argv[1]).migrate()"
    url = f"sqlite:///{tmp_path / 'new.sqlite3'}"
    started = [subprocess.Popen([sys.executable, "-c", script, url]) for _ in range(3)]
    assert [process.wait(timeout=60) for process in started] == [0, 0, 0]
    with Database(url).read() as connection:
        assert connection.execute(select(counters.c.value).where(counters.c.name == "revision")).scalar_one() == 1


def test_a_failed_write_leaves_nothing(database: Database, clock: FakeClock) -> None:
    def fail_after_writing() -> None:
        with database.write() as connection:
            connection.execute(insert(setup_links).values(token_hash="x", expires_at=clock()))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_writing()
    with database.read() as connection:
        assert connection.execute(select(setup_links)).all() == []


def test_instants_come_back_aware(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        connection.execute(insert(setup_links).values(token_hash="x", expires_at=clock()))
    with database.read() as connection:
        assert connection.execute(select(setup_links.c.expires_at)).scalar_one() == clock()


def test_reading_then_writing_from_many_threads_never_fails(database: Database) -> None:
    def grow(_: int) -> None:
        with database.write() as connection:
            value = connection.execute(select(counters.c.value).where(counters.c.name == "ticket").with_for_update())
            connection.execute(
                counters.update().where(counters.c.name == "ticket").values(value=value.scalar_one() + 1)
            )

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(grow, range(80)))
    with database.read() as connection:
        assert connection.execute(select(counters.c.value).where(counters.c.name == "ticket")).scalar_one() == 80


def test_a_database_locked_for_too_long_is_unavailable_not_an_error(sqlite_url: str) -> None:
    first, second = Database(sqlite_url), Database(sqlite_url, busy_timeout_ms=50)
    with first.write(), pytest.raises(StoreUnavailable) as caught, second.write():
        pass
    assert caught.value.retry_after.total_seconds() > 0
    first.close()
    second.close()


@pytest.mark.postgres
def test_a_postgresql_that_may_only_be_read_is_unavailable_not_an_error(shared_postgres: Database) -> None:
    """What a stand-by says, and what hosted servers say once their disk is full (FAULTS 30)."""
    statements = "SET TRANSACTION READ ONLY; UPDATE counters SET value = value"
    with pytest.raises(StoreUnavailable), shared_postgres.write() as connection:
        connection.exec_driver_sql(statements)


def test_sqlite_files_are_for_their_owner_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)  # a folder that was there before
    database = Database(f"sqlite:///{tmp_path / 'widget.sqlite3'}")
    database.migrate()
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("widget.sqlite3*")} == {0o600}
    database.close()


def test_sqlite_survives_a_power_cut_after_commit(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with database.read() as connection:
        assert connection.execute(text("PRAGMA journal_mode")).scalar_one() == "wal"
        assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 2
    database.close()


def test_a_write_waits_no_longer_than_it_may_for_another_that_does_not_end(database: Database) -> None:
    impatient = Database(database.url, busy_timeout_ms=50)
    with database.write() as frozen:
        next_value(frozen, "revision")
        with pytest.raises(StoreUnavailable), impatient.write() as connection:
            next_value(connection, "revision")
    with impatient.write() as connection:
        next_value(connection, "revision")
    impatient.close()


@pytest.mark.parametrize("database", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
def test_what_a_frozen_process_holds_is_free_again_after_a_while(database: Database) -> None:
    with database.write() as connection:
        assert connection.execute(text("SHOW idle_in_transaction_session_timeout")).scalar_one() == "30s"
