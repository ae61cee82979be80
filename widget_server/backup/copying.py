"""Rows from one database into another, a few hundred at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Table, Text, cast, func, insert, literal, select, text

ROWS_AT_ONCE = 500
CHARACTERS_AT_ONCE = 16 * 1024 * 1024
"""In memory together, whatever is in the rows: one may have as many."""

Row = dict[str, Any]


def parts_of(connection: Connection, table: Table) -> Iterator[list[Row]]:
    """All rows of `table` by their key, `rows_at_once` at a time."""
    found, most = select(table).order_by(*table.primary_key), rows_at_once(connection, table)
    rows = connection.execute(found, execution_options={"yield_per": most}).mappings()
    for part in rows.partitions(most):
        yield [dict(row) for row in part]


def rows_at_once(connection: Connection, table: Table) -> int:
    """How many rows of `table` are read at a time: up to `ROWS_AT_ONCE`, fewer where long ones are among them."""
    lengths = [func.coalesce(func.length(cast(each, Text)), 0) for each in table.c if _may_be_long(each)]
    if not lengths:
        return ROWS_AT_ONCE
    longest = connection.execute(select(func.max(sum(lengths, literal(0))))).scalar_one() or 1
    return max(1, min(ROWS_AT_ONCE, CHARACTERS_AT_ONCE // max(1, int(longest))))


def _may_be_long(column: Column[Any]) -> bool:
    return isinstance(column.type, JSON) or (isinstance(column.type, String) and column.type.length is None)


def add(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert `rows`, if there are any."""
    if found := list(rows):
        connection.execute(insert(table), found)


def copy(source: Connection, target: Connection, table: Table, changed: Callable[[Row], Row]) -> None:
    """Every row of `source`, as `changed` makes it."""
    for part in parts_of(source, table):
        add(target, table, map(changed, part))


def largest_id(connection: Connection, table: Table) -> int:
    """The largest id that a row has, 0 without rows."""
    return int(connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one())


def lock(connection: Connection, tables: Iterable[Table]) -> None:
    """Nobody else writes to `tables` until this transaction ends; reading goes on. SQLite has one writer anyhow."""
    if connection.dialect.name == "postgresql":
        names = ", ".join(table.name for table in tables)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


def advance_sequences(connection: Connection, tables: Iterable[Table]) -> None:
    """PostgreSQL hands out ids by sequences, which know nothing of rows that came with an id; they never step back."""
    if connection.dialect.name != "postgresql":
        return
    for table in tables:
        if "id" not in table.c or not table.c.id.primary_key or len(table.primary_key) > 1:
            continue
        sequence = connection.execute(select(func.pg_get_serial_sequence(table.name, "id"))).scalar_one()
        if sequence is not None:
            least = text(
                f"SELECT setval(:sequence, greatest(last_value, :largest)) FROM {sequence} "  # noqa: S608 -- ours
                "WHERE :largest > 0"
            )
            connection.execute(least, {"sequence": sequence, "largest": largest_id(connection, table)})
