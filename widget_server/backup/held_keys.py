"""What others hold keys to: connections, the tokens that we issued, our client secrets, tokens of programs.

It isn't turned back, since the other side wasn't. What either side knows is known afterwards: a token that was renewed
since the back-up is good, and one that was ended since stays ended. Only what the file, made later, doesn't know
came from elsewhere and goes, such as another site's connections that were restored by mistake.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from widget_server.backup.copying import Row, add, largest_id, parts_of
from widget_server.store.tables import connections, issued_tokens, listings, metadata, token_families

CONNECTED_ANEW = ("connected_at",)
NEWER_OF = ("checked_at", "hash_verified_at", "last_webhook_at")

ENDED_BY: Mapping[str, tuple[str, str]] = {
    "platform_secrets": ("secret_hash", "retired_at"),
    "access_tokens": ("token_hash", "revoked_at"),
}
"""Table → the column by which a row is known on both sides, and the one that says when it was ended."""


def syncing(connection: Connection) -> dict[str, str]:
    """Location → the connection that syncs it now."""
    held = listings.c.connection_id.is_not(None)
    found = select(listings.c.id, listings.c.connection_id).where(listings.c.kind == "location", held)
    return {row.id: row.connection_id for row in connection.execute(found)}


def merge(live: Connection, file: Connection, made_at: datetime) -> None:
    """Bring both sides together in `live`, which has no listings now: they refer to connections."""
    _forget_foreign_connections(live, file, made_at)
    _merge_connections(live, file)
    _merge_tokens(live, file, _merge_families(live, file))
    _settle_connected(live)
    for name, (known_by, ended) in ENDED_BY.items():
        _merge_ended(live, file, metadata.tables[name], known_by, ended, made_at)


def keep_syncing(live: Connection, before: Mapping[str, str]) -> None:
    """Where a restored location's connection has ended and the one that synced it `before` hasn't, that goes on."""
    alive = _living(live)
    for location, connection_id in syncing(live).items():
        present = before.get(location)
        if present in alive and connection_id not in alive:
            this = (listings.c.kind == "location", listings.c.id == location)
            live.execute(update(listings).where(*this).values(connection_id=present))


def _forget_foreign_connections(live: Connection, file: Connection, made_at: datetime) -> None:
    known = set(file.execute(select(connections.c.id)).scalars())
    older = select(connections.c.id).where(connections.c.created_at <= made_at)
    foreign = [each for each in live.execute(older).scalars() if each not in known]
    families = select(token_families.c.id).where(token_families.c.connection_id.in_(foreign))
    live.execute(delete(issued_tokens).where(issued_tokens.c.family_id.in_(families)))
    live.execute(delete(token_families).where(token_families.c.connection_id.in_(foreign)))
    live.execute(delete(connections).where(connections.c.id.in_(foreign)))


def _merge_connections(live: Connection, file: Connection) -> None:
    here = {row["id"]: row for row in live.execute(select(connections)).mappings()}
    for part in parts_of(file, connections):
        add(live, connections, [row for row in part if row["id"] not in here])
        for row in part:
            if row["id"] in here:
                newer = {name: _later(row[name], here[row["id"]][name]) for name in NEWER_OF + CONNECTED_ANEW}
                live.execute(update(connections).where(connections.c.id == row["id"]).values(**newer))


def _merge_families(live: Connection, file: Connection) -> dict[int, int]:
    """The file's family ids → those of the same families here."""
    here = {(row.connection_id, row.created_at): row for row in live.execute(select(token_families))}
    beyond = largest_id(live, token_families)
    same = dict[int, int]()
    for part in parts_of(file, token_families):
        for row in part:
            found = here.get((row["connection_id"], row["created_at"]))
            same[row["id"]] = row["id"] + beyond if found is None else found.id
            if found is None:
                live.execute(insert(token_families).values(**row | {"id": same[row["id"]]}))
            else:
                live.execute(update(token_families).where(token_families.c.id == found.id).values(**_both(row, found)))
    return same


def _both(row: Row, here: Any) -> Row:
    ended = here.revoked_at is None and row["revoked_at"] is not None
    return {
        "used_generation": max(row["used_generation"], here.used_generation),
        "revoked_at": row["revoked_at"] if ended else here.revoked_at,
        "revoked_reason": row["revoked_reason"] if ended else here.revoked_reason,
    }


def _merge_tokens(live: Connection, file: Connection, same: Mapping[int, int]) -> None:
    beyond = largest_id(live, issued_tokens)
    for part in parts_of(file, issued_tokens):
        known = _known(live, issued_tokens, "access_hash", part)
        new = [row for row in part if row["access_hash"] not in known]
        add(live, issued_tokens, [
            row | {"id": row["id"] + beyond, "family_id": same[row["family_id"]]} for row in new
        ])  # fmt: skip


def _settle_connected(live: Connection) -> None:
    """A connection whose tokens have all ended isn't one."""
    ended = select(token_families.c.connection_id).distinct()
    alive = _living(live)
    for connection_id in live.execute(ended).scalars().all():
        if connection_id not in alive:
            live.execute(update(connections).where(connections.c.id == connection_id).values(connected_at=None))


def _merge_ended(
    live: Connection, file: Connection, table: Table, known_by: str, ended: str, made_at: datetime
) -> None:
    beyond = largest_id(live, table)
    here = {row[known_by]: row for row in live.execute(select(table)).mappings()}
    theirs = set[str]()
    for part in parts_of(file, table):
        theirs |= {row[known_by] for row in part}
        add(live, table, [row | {"id": row["id"] + beyond} for row in part if row[known_by] not in here])
        for row in part:
            if row[known_by] in here and here[row[known_by]][ended] is None and row[ended] is not None:
                live.execute(update(table).where(table.c[known_by] == row[known_by]).values({ended: row[ended]}))
    foreign = [key for key, row in here.items() if key not in theirs and row["created_at"] <= made_at]
    live.execute(delete(table).where(table.c[known_by].in_(foreign)))


def _living(live: Connection) -> set[str]:
    alive = select(token_families.c.connection_id).where(token_families.c.revoked_at.is_(None))
    return set(live.execute(alive).scalars())


def _known(live: Connection, table: Table, column: str, rows: Iterable[Row]) -> set[str]:
    asked = [row[column] for row in rows]
    return set(live.execute(select(table.c[column]).where(table.c[column].in_(asked))).scalars())


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((each for each in (one, other) if each is not None), default=None)
