"""The database: engine, read and write transactions, migrations at start.

SQLite (ARCHITECTURE, 'SQLite as a production store'): WAL, `synchronous=FULL` since an acknowledged webhook must
survive a power cut, `busy_timeout`, and BEGIN IMMEDIATE for whatever will write. Never hold a write transaction
across an HTTP call.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.pool import QueuePool

from widget_server.errors import StoreUnavailable
from widget_server.store import schema

BUSY_TIMEOUT_MS = 5000
FROZEN_MS = 30_000
"""After so long without a statement PostgreSQL ends a transaction: what a stopped process has locked is free then, as
its leases are."""
MIGRATION_LOCK = 0x57494447
"""PostgreSQL advisory lock that processes starting together queue for ("WIDG")."""
_MIGRATING = threading.Lock()
"""Alembic keeps what it works on in its modules: one migration at a time in a process."""
LOOK_AGAIN_SECONDS = 0.001
"""How often a writer looks whether SQLite's lock is free. SQLite itself would wait longer each time, up to a tenth of a
second, and so come last wherever another process writes often."""
WAL_ATTEMPTS = 50
WAL_PAUSE_SECONDS = 0.1
PRIMARY_CODE = 0xFF
"""The part of SQLite's error codes that says what kind of error it is."""


class Database:
    """One database. `url` is SQLAlchemy's; safe to share between threads, to be made anew in each process.

    `busy_timeout_ms`: how long a write waits for another writer.
    """

    def __init__(self, url: str, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        self.url = url
        self._engine = _engine(url, busy_timeout_ms)
        self._writing = self._engine.execution_options(writes=True)
        self.is_sqlite = self._engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction for reading; every statement in it sees the same moment."""
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with _translated(), self._engine.connect().execution_options(**options) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction for writing, committed at the end, rolled back on any error.

        Raises `StoreUnavailable` when the database is locked for too long, full or away.
        """
        with _translated(), self._writing.begin() as connection:
            yield connection

    def migrate(self, to: str = schema.HEAD) -> None:
        """Bring the schema up to date, or up to the revision `to`. Where it is already, that costs a look.

        Safely called by any number of processes at once: one does it, all wait.
        """
        with self.read() as connection:
            if schema.revision_of(connection) == to:
                return
        with _MIGRATING, self.write() as connection:
            if not self.is_sqlite:
                connection.execute(text("SET LOCAL lock_timeout = 0"))  # the other's migration may take its time
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            schema.upgrade(connection, to)

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


@contextmanager
def _translated() -> Iterator[None]:
    """Whatever means 'not now' becomes `StoreUnavailable`; a bug in a statement stays what it is."""
    try:
        yield
    except (OperationalError, InternalError) as error:  # the latter: PostgreSQL takes no writes, its disk may be full
        raise StoreUnavailable(f"the database can't be used now: {error.orig}") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise StoreUnavailable(f"the database went away: {error.orig}") from error
        raise


def _exact_json(value: object) -> str:
    """Raw items carry exact decimals: they are kept as text."""
    return json.dumps(value, default=str)


def _engine(url: str, busy_timeout_ms: int) -> Engine:
    if not url.startswith("sqlite"):
        waits = f"-c lock_timeout={busy_timeout_ms} -c idle_in_transaction_session_timeout={FROZEN_MS}"
        patience = {"connect_timeout": 5, "options": waits}
        return create_engine(url, pool_pre_ping=True, connect_args=patience, json_serializer=_exact_json)
    file = Path(url.removeprefix("sqlite:///"))
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)  # SQLite gives its other files the mode of this one; it would make it readable to all
    engine = create_engine(
        url, poolclass=QueuePool, connect_args={"check_same_thread": False}, json_serializer=_exact_json
    )
    event.listen(engine, "connect", partial(_set_up_sqlite, busy_timeout_ms))
    event.listen(engine, "begin", partial(_begin_sqlite, busy_timeout_ms))
    return engine


def _set_up_sqlite(busy_timeout_ms: int, connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own BEGIN is deferred and skips DDL
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
    _enter_wal(cursor)
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _enter_wal(cursor: Any) -> None:
    """The switch to WAL ignores `busy_timeout` when two processes start at once, so ask again for a while."""
    for attempt in range(WAL_ATTEMPTS):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except cursor.connection.OperationalError:
            if attempt == WAL_ATTEMPTS - 1:
                raise
            time.sleep(WAL_PAUSE_SECONDS)
        else:
            return


def _begin_sqlite(busy_timeout_ms: int, connection: Connection) -> None:
    if not connection.get_execution_options().get("writes", False):
        connection.exec_driver_sql("BEGIN")
        return
    driver: Any = connection.connection.dbapi_connection
    until = time.monotonic() + busy_timeout_ms / 1000
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while _is_locked(driver) and time.monotonic() < until:
            time.sleep(LOOK_AGAIN_SECONDS)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # says what is wrong
    finally:
        driver.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")


def _is_locked(driver: Any) -> bool:
    """Whether another holds the write lock; else it is ours now, or something else is wrong."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except driver.OperationalError as error:
        return bool(error.sqlite_errorcode & PRIMARY_CODE == sqlite3.SQLITE_BUSY)
    return False
