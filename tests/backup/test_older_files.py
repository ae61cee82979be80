"""Years later: files of older schemas, and of the first release that made any."""

import io
from pathlib import Path

import pytest
from sqlalchemy import MetaData

from tests.backup.conftest import Place
from tests.conftest import FakeClock
from tests.store.test_upgrade import FIRST, ROWS
from widget_server.backup.contents import LEFT_OUT
from widget_server.backup.manifest import About
from widget_server.backup.writing import write
from widget_server.public_model import STALE_AFTER, PublicWorkspace
from widget_server.store.engine import Database
from widget_server.store.public import public_data

GOLDEN = Path(__file__).parents[1] / "fixtures" / "backup-of-schema-0004.backup.gz"
"""Written by the first release that had back-ups. Never to be made again."""


def shown(place: Place) -> list[str]:
    with place.database.read() as connection:
        public = public_data(connection, PublicWorkspace("Demo"), STALE_AFTER)
    return [
        f"{location.listing.id} {resource.listing.id} {rate.data.amount}"
        for location in public.locations
        for resource in location.resources
        for rate in resource.rates
    ]


def of_the_first_schema(file: Path, clock: FakeClock) -> bytes:
    database = Database(f"sqlite:///{file}")
    database.migrate(FIRST)
    out = io.BytesIO()
    tables = MetaData()
    with database.write() as connection:
        for statement in ROWS:
            connection.exec_driver_sql(statement)
        tables.reflect(bind=connection)
        kept = [each for each in tables.sorted_tables if each.name not in {*LEFT_OUT, "alembic_version"}]
        write(connection, kept, About("https://old.example.com", "0.0.1", clock(), ()), out)
    database.close()
    return out.getvalue()


def test_a_file_of_the_first_schema_is_brought_up_to_date(place: Place, clock: FakeClock, tmp_path: Path) -> None:
    place.restore(of_the_first_schema(tmp_path / "old.sqlite3", clock))
    assert shown(place) == ["1198 7843 45.00"]
    assert {row["own_name"] for row in place.rows("listings")} == {None}


@pytest.mark.parametrize("engine", ["fresh", pytest.param("postgres_place", marks=pytest.mark.postgres)])
def test_the_first_release_s_file_is_restored(request: pytest.FixtureRequest, engine: str) -> None:
    place: Place = request.getfixturevalue(engine)
    place.restore(GOLDEN.read_bytes())
    assert shown(place) == ["1198 7843 48.00", "1198 7843 300.00"]
    assert len(place.rows("price_changes")) == 3
