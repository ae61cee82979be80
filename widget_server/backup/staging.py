"""A file into a database beside the site's own, where it is tried out: nothing of the site changes.

The rows go into a SQLite database at the revision that they were written at, and the usual migrations bring it up to
date. So a file of any age and of either engine ends as tables of today, with their constraints held.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import JSON, BigInteger, Column, Connection, Integer, MetaData, Table, delete, insert
from sqlalchemy.exc import IntegrityError

from widget_server.backup.contents import LEFT_OUT
from widget_server.backup.manifest import Manifest
from widget_server.backup.moments import check_made, settle
from widget_server.backup.reading import ALTERED, MEBIBYTE, BackupReader, Limits
from widget_server.backup.soundness import check_meaning
from widget_server.backup.values import from_json
from widget_server.errors import BackupRefused
from widget_server.store.engine import Database
from widget_server.store.schema import REVISIONS
from widget_server.store.tables import metadata

ROWS_AT_ONCE, BYTES_AT_ONCE = 1000, 16 * MEBIBYTE
"""In memory together, whichever is reached first."""
NEWER = "This back-up was made by a newer version of this program. Update this site first, then restore it."
CONTRADICTS = "This back-up contradicts itself, so it can't be restored: see its {table}."
LONGEST_SHOWN = 60


def stage(source: IO[bytes], limits: Limits, file: Path, now: datetime) -> Manifest:
    """Fill a new SQLite database `file` with what `source` holds. Raises `BackupRefused`; `file` is of no use then."""
    try:
        reader = BackupReader(source, limits)
        check_made(reader.manifest.about, now)
        database = Database(f"sqlite:///{file}")
        try:
            _fill(database, reader, now)
        finally:
            database.close()
    except RecursionError:
        raise BackupRefused(ALTERED) from None
    return reader.manifest


def _fill(database: Database, reader: BackupReader, now: datetime) -> None:
    if reader.manifest.schema not in REVISIONS:
        raise BackupRefused(NEWER)
    database.migrate(reader.manifest.schema)
    with database.write() as connection:
        tables = _tables(connection)
        _check_names(reader.manifest, tables)
        for name in reversed(list(reader.manifest.parts)):  # what migrations put there
            connection.execute(delete(tables[name]))
        _insert(connection, tables, reader)
    database.migrate()
    with database.write() as connection:
        check_meaning(connection)
        settle(connection, now)


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables as they were at that revision."""
    found = MetaData()
    found.reflect(bind=connection)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = True
            elif isinstance(column.type, Integer):
                column.type = BigInteger()  # SQLite doesn't tell which of them may be large; today's tables do
    return {name: table for name, table in found.tables.items() if name != "alembic_version"}


def _check_names(manifest: Manifest, tables: dict[str, Table]) -> None:
    for name, part in manifest.parts.items():
        if name not in tables:
            raise BackupRefused(f"This back-up has a table {name[:LONGEST_SHOWN]!r}, which there never was.")
        differing = sorted(set(part.columns) ^ set(tables[name].c.keys()))
        if differing:
            raise BackupRefused(
                f"The {name} of this back-up have other columns than they had: {differing[0][:LONGEST_SHOWN]!r}."
            )
    needed = {name for name in metadata.tables if name in tables and name not in LEFT_OUT}
    for name in sorted(needed - set(manifest.parts)):
        raise BackupRefused(f"This back-up lacks the table {name!r}.")


def _insert(connection: Connection, tables: dict[str, Table], reader: BackupReader) -> None:
    name, part, begun = "", list[dict[str, Any]](), reader.unpacked
    for table, values in reader.rows():
        if table != name or len(part) == ROWS_AT_ONCE or reader.unpacked - begun > BYTES_AT_ONCE:
            _insert_part(connection, tables.get(name), part)
            name, part, begun = table, [], reader.unpacked
        part.append(_row(tables[name], reader.manifest.parts[name].columns, values))
    _insert_part(connection, tables.get(name), part)


def _row(table: Table, names: Iterable[str], values: list[Any]) -> dict[str, Any]:
    found = {}
    for name, value in zip(names, values, strict=True):
        found[name] = _value(table.c[name], value)
    return found


def _value(column: Column[Any], value: Any) -> Any:
    try:
        return from_json(column, value)
    except ValueError as error:
        raise BackupRefused(f"In its {column.table.name}, a value of {column.name!r} {error}.") from None


def _insert_part(connection: Connection, table: Table | None, rows: list[dict[str, Any]]) -> None:
    if table is None or not rows:
        return
    try:
        connection.execute(insert(table), rows)
    except IntegrityError:
        raise BackupRefused(CONTRADICTS.format(table=table.name)) from None
