"""FAULTS row 37: a database of the first release comes up to date with all that is in it."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from widget_server import setting_kinds
from widget_server.public_model import STALE_AFTER, PublicWorkspace
from widget_server.store import access_tokens
from widget_server.store.engine import Database
from widget_server.store.public import public_data

FIRST = "0001"
ROWS = (
    "INSERT INTO connections (id, created_at) VALUES ('99', '2026-01-01 00:00:00.000000')",
    """INSERT INTO listings (kind, id, name, status, connection_id, unmapped, mapping_delivery, open_status_delivery,
       position, revision, created_at)
       VALUES ('location', '1198', 'London', 'active', '99', false, 0, 0, 1, 1, '2026-01-01 00:00:00.000000')""",
    """INSERT INTO listings (kind, id, name, status, type, location_id, unmapped, mapping_delivery,
       open_status_delivery, position, revision, created_at)
       VALUES ('resource', '7843', 'Room', 'active', 'meeting-room', '1198', false, 0, 0, 2, 2,
       '2026-01-01 00:00:00.000000')""",
    """INSERT INTO resources (listing_id, location_id, source_id, data, raw, ticket, fetched_at, revision)
       VALUES ('7843', '1198', '901', '{"source_id": "901", "name": "Thames Room"}', '{}', 1,
       '2026-01-01 00:00:00.000000', 3)""",
    """INSERT INTO rates (resource_id, item_id, source_id, data, raw, ticket, fetched_at, revision)
       VALUES ('7843', '1', '1',
       '{"source_id": "1", "item_id": "1", "amount": "45.00", "currency": "GBP", "unit": "hour"}', '{}', 1,
       '2026-01-01 00:00:00.000000', 4)""",
)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def old_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """As the first release left it."""
    if request.param == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        found.migrate(FIRST)
        yield found
        found.close()
        return
    url = request.getfixturevalue("postgres_url")
    name = f"widget_upgrade_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        found = Database(setting_kinds.database_url.parse(f"{url.rpartition('/')[0]}/{name}"))
        found.migrate(FIRST)
        yield found
        found.close()
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_an_upgrade_loses_nothing(old_database: Database) -> None:
    with old_database.write() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
    old_database.migrate()
    with old_database.read() as connection:
        public = public_data(connection, PublicWorkspace("Demo"), STALE_AFTER)
        assert connection.execute(text("SELECT count(*) FROM listings")).scalar_one() == 2
        assert access_tokens.good(connection) == []
    (location,) = public.locations
    (resource,) = location.resources
    assert location.listing.id == "1198"
    assert [str(rate.data.amount) for rate in resource.rates] == ["45.00"]
