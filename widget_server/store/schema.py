"""The schema's revisions: which there are, at which one a database is, and bringing it to another."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

MIGRATIONS = Path(__file__).parent / "migrations"
VERSION_TABLE = "alembic_version"
REVISIONS = tuple(file.name.partition("_")[0] for file in sorted((MIGRATIONS / "versions").glob("[0-9]*.py")))
"""Those that this program knows, oldest first: each migration's file begins with the name of its revision."""
HEAD = REVISIONS[-1]


def revision_of(connection: Connection) -> str:
    """The revision that the schema is at; empty before the first."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return ""
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() or ""  # noqa: S608 -- ours


def upgrade(connection: Connection, to: str) -> None:
    """Run the migrations up to revision `to`, in the transaction of `connection`."""
    from alembic import command  # noqa: PLC0415 -- 8 MB and a tenth of a second, needed once for each release
    from alembic.config import Config  # noqa: PLC0415 -- the same

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
