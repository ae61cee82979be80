"""Sites to take a back-up of and to restore one on, on either engine."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.backup import full
from tests.conftest import FakeClock, emptied
from widget_server import config
from widget_server.backup.contents import kept_tables
from widget_server.backup.reading import AT_HAND
from widget_server.backup.service import Backups, Restored
from widget_server.site_settings import SiteSettings
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database
from widget_server.store.tables import connections

OPERATOR = "operator@example.com"
Rows = list[dict[str, Any]]


class Place:
    """A site, as far as back-ups go: its database, its key, its data folder."""

    def __init__(
        self, database: Database, folder: Path, clock: FakeClock, key: str = full.KEY, **variables: str
    ) -> None:
        self.database = database
        self.clock = clock
        bare = {"WIDGET_DATA_DIR": str(folder), "WIDGET_SECRET_KEY": key, "WIDGET_SITE_URL": "https://old.example.com"}
        self.settings = config.load(bare | variables)
        cipher = Cipher(self.settings.secret_key)
        self.site = SiteSettings(database, cipher, self.settings, clock)
        self.backups = Backups(database, cipher, self.site, self.settings, clock)

    def back_up(self) -> bytes:
        out = io.BytesIO()
        self.backups.write(out, OPERATOR)
        return out.getvalue()

    def restore(self, file: bytes) -> Restored:
        token = self.backups.stage(io.BytesIO(file), AT_HAND)
        done = self.backups.restore(token, OPERATOR)
        assert done is not None
        return done

    def rows(self, table: str) -> Rows:
        (found,) = [each for each in kept_tables() if each.name == table]
        with self.database.read() as connection:
            return [dict(row) for row in connection.execute(select(found).order_by(*found.primary_key)).mappings()]

    def all_rows(self) -> dict[str, Rows]:
        return {table.name: self.rows(table.name) for table in kept_tables()}

    def row(self, table: str) -> dict[str, Any]:
        (found,) = self.rows(table)
        return found

    def change(self, *statements: Any) -> None:
        with self.database.write() as connection:
            for statement in statements:
                connection.execute(statement)

    def connect(self, connection_id: str) -> None:
        """A connection without tokens."""
        self.change(insert(connections).values(id=connection_id, created_at=self.clock()))


@pytest.fixture
def fresh(migrated_sqlite: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Place]:
    """A new site on another machine, with the same key."""
    file = tmp_path / "fresh.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{file}")
    yield Place(database, tmp_path / "fresh", clock)
    database.close()


@pytest.fixture
def place(database: Database, tmp_path: Path, clock: FakeClock) -> Place:
    """A site that has been running for a while, on each engine."""
    full.fill(database, clock)
    return Place(database, tmp_path / "var", clock)


@pytest.fixture
def postgres_place(shared_postgres: Database, tmp_path: Path, clock: FakeClock) -> Place:
    """A new site on PostgreSQL."""
    return Place(emptied(shared_postgres), tmp_path / "postgres", clock)
