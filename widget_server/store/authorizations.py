"""What we issue to Syncaroo: codes, token families, tokens; and the connections that they stand for (PROTOCOL §1).

Codes and tokens are known here by their SHA-256 only. Each function that decides does so with one conditional UPDATE
inside of the caller's write transaction, so that of any number of callers at once exactly one wins, on SQLite and on
PostgreSQL alike.

A *family* is all token pairs that came from one code; each refresh makes the next *generation*. `used_generation` is
the newest generation that was presented. A refresh token is good while its generation isn't below it: when the
answer to a refresh is lost, the same token may be presented again, until one of its successors is used. One that is
older than that is a replay and ends the family. Refresh tokens have no date of expiry: a connection lasts until it is
replaced or revoked, since operators forget about it for years.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, insert, select, true, update
from sqlalchemy.exc import IntegrityError

from widget_server.store import activity, counters, listings
from widget_server.store.tables import authorization_codes as codes
from widget_server.store.tables import connections
from widget_server.store.tables import issued_tokens as tokens
from widget_server.store.tables import token_families as families

FIRST_GENERATION = 1
"""A family starts with `used_generation` 0: nothing of it was presented yet."""


@dataclass(frozen=True)
class NewCode:
    """An operator's approval that waits to be exchanged. `location_ids`: what the connection is to sync."""

    code_hash: str
    connection_id: str
    client_id: str
    redirect_uri: str
    operator_id: int
    location_ids: Sequence[str]
    expires_at: datetime


@dataclass(frozen=True)
class StoredCode:
    """Whom a code was made for; whether it is still good is decided by `redeem` alone."""

    client_id: str
    redirect_uri: str


@dataclass(frozen=True)
class TokenPair:
    """SHA-256 of an access token and of the refresh token that goes with it."""

    access_hash: str
    refresh_hash: str
    access_expires_at: datetime


@dataclass(frozen=True)
class AccessToken:
    """An access token as found: who it speaks for, and what decides whether it still does."""

    connection_id: str
    operator_id: int
    family_id: int
    generation: int
    used_generation: int
    expires_at: datetime
    revoked: bool


def save_code(connection: Connection, code: NewCode, now: datetime) -> None:
    """Keep a new code; codes that expired without having been used are forgotten."""
    unused = and_(codes.c.redeemed_at.is_(None), codes.c.expires_at <= now)
    connection.execute(delete(codes).where(unused))
    values = {**vars(code), "location_ids": list(code.location_ids)}
    connection.execute(insert(codes).values(**values))


def find_code(connection: Connection, code_hash: str) -> StoredCode | None:
    """The code, used or not, expired or not; None when there never was one."""
    row = connection.execute(select(codes).where(codes.c.code_hash == code_hash)).first()
    return None if row is None else StoredCode(client_id=row.client_id, redirect_uri=row.redirect_uri)


def redeem(connection: Connection, code_hash: str, pair: TokenPair, now: datetime) -> bool:
    """Exchange a code: the connection exists, syncs the approved locations, and `pair` is its only family.

    False when the code is unknown, expired or used; a used one takes the family that it bought with it (RFC 6749
    §4.1.2). Commit in both cases.
    """
    counters.take_turns(connection)
    fresh = and_(codes.c.code_hash == code_hash, codes.c.redeemed_at.is_(None), codes.c.expires_at > now)
    row = connection.execute(update(codes).where(fresh).values(redeemed_at=now).returning(*codes.c)).first()
    if row is None:
        _revoke_bought(connection, code_hash, now)
        return False
    _connect(connection, row.connection_id, now)
    revoke_connection(connection, row.connection_id, "replaced by a new connection", now)
    family_id = _found_family(connection, row, now)
    connection.execute(update(codes).where(codes.c.code_hash == code_hash).values(family_id=family_id))
    _save_pair(connection, family_id, FIRST_GENERATION, pair, now)
    listings.take_over(connection, row.location_ids, row.connection_id)
    told = f"Exchanged the approval of connection {row.connection_id} for access."
    activity.record(connection, now, "Syncaroo", "connection_exchanged", subject=row.connection_id, detail=told)
    return True


def refresh(connection: Connection, refresh_hash: str, pair: TokenPair, now: datetime) -> bool:
    """Exchange a refresh token for `pair`, the next generation.

    False when it is unknown, its family is revoked, or its successor was used already; the last is a replay and
    revokes the family. Commit in all cases.
    """
    query = select(tokens.c.family_id, tokens.c.generation).where(tokens.c.refresh_hash == refresh_hash)
    presented = connection.execute(query).first()
    if presented is None:
        return False
    if _use(connection, presented.family_id, presented.generation):
        _save_pair(connection, presented.family_id, presented.generation + 1, pair, now)
        return True
    family = families.c.id == presented.family_id
    _revoke(connection, family, "an old refresh token was presented", now)
    return False


def find_access(connection: Connection, access_hash: str) -> AccessToken | None:
    """The access token behind a hash, whatever its state."""
    return find_accesses(connection, (access_hash,)).get(access_hash)


def find_accesses(connection: Connection, access_hashes: Collection[str]) -> dict[str, AccessToken]:
    """The access tokens behind these hashes, whatever their state."""
    rows = connection.execute(_ACCESS, {"hashes": list(access_hashes)})
    return {row[0]: AccessToken(*row[1:-1], revoked=row[-1] is not None) for row in rows}


_ACCESS = (
    select(
        tokens.c.access_hash,
        families.c.connection_id,
        families.c.operator_id,
        tokens.c.family_id,
        tokens.c.generation,
        families.c.used_generation,
        tokens.c.access_expires_at,
        families.c.revoked_at,
    )
    .join(families, families.c.id == tokens.c.family_id)
    .where(tokens.c.access_hash.in_(bindparam("hashes", expanding=True)))
)
"""In the order of `AccessToken`'s fields."""


def mark_used(connection: Connection, token: AccessToken) -> bool:
    """`token` was presented: refresh tokens of earlier generations end here. False when its family was revoked."""
    if _use(connection, token.family_id, token.generation):
        return True
    alive = and_(families.c.id == token.family_id, families.c.revoked_at.is_(None))
    return bool(connection.execute(select(exists().where(alive))).scalar_one())


def revoke_connection(connection: Connection, connection_id: str, reason: str, now: datetime) -> None:
    """All tokens of a connection end now. Its listings stay its own, and so do their data."""
    _revoke(connection, families.c.connection_id == connection_id, reason, now)


def revoke_all(connection: Connection, reason: str, now: datetime) -> None:
    """Every token of every connection ends now, and with them the approvals that were never exchanged."""
    connection.execute(delete(codes).where(codes.c.redeemed_at.is_(None)))
    _revoke(connection, true(), reason, now)
    connection.execute(update(connections).values(connected_at=None))


def mark_checked(connection: Connection, connection_id: str, now: datetime) -> None:
    """Syncaroo asked for the connection's listings."""
    connection.execute(update(connections).where(connections.c.id == connection_id).values(checked_at=now))


def connected_since(connection: Connection) -> dict[str, datetime]:
    """When each connection was last connected, by its identifier."""
    query = select(connections.c.id, connections.c.connected_at, connections.c.created_at)
    return {row.id: row.connected_at or row.created_at for row in connection.execute(query)}


def only_connection(connection: Connection) -> str | None:
    """The connection that new listings join: the only one there is (PROTOCOL §1.7), else None."""
    found = connection.execute(select(connections.c.id).limit(2)).scalars().all()
    return found[0] if len(found) == 1 else None


def _use(connection: Connection, family_id: int, generation: int) -> bool:
    """Present `generation`: True unless the family is revoked or a later generation was presented before."""
    good = and_(families.c.id == family_id, families.c.revoked_at.is_(None), families.c.used_generation <= generation)
    used = update(families).where(good).values(used_generation=generation).returning(families.c.id)
    return connection.execute(used).first() is not None


def _connect(connection: Connection, connection_id: str, now: datetime) -> None:
    """The connection's row; it stays locked until the end, so that two codes for one connection take turns."""
    connected = update(connections).where(connections.c.id == connection_id).values(connected_at=now)
    if connection.execute(connected.returning(connections.c.id)).first() is not None:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(connections).values(id=connection_id, created_at=now, connected_at=now))
    except IntegrityError:  # PostgreSQL: somebody else's first code for it was exchanged a moment ago
        connection.execute(connected)


def _found_family(connection: Connection, code: Row[Any], now: datetime) -> int:
    values = {"connection_id": code.connection_id, "operator_id": code.operator_id, "created_at": now}
    return int(connection.execute(insert(families).values(**values).returning(families.c.id)).scalar_one())


def _save_pair(connection: Connection, family_id: int, generation: int, pair: TokenPair, now: datetime) -> None:
    connection.execute(insert(tokens).values(family_id=family_id, generation=generation, created_at=now, **vars(pair)))


def _revoke_bought(connection: Connection, code_hash: str, now: datetime) -> None:
    bought = select(codes.c.family_id).where(codes.c.code_hash == code_hash).scalar_subquery()
    _revoke(connection, families.c.id == bought, "its code was presented again", now)


def _revoke(connection: Connection, which: Any, reason: str, now: datetime) -> None:
    alive = and_(which, families.c.revoked_at.is_(None))
    connection.execute(update(families).where(alive).values(revoked_at=now, revoked_reason=reason))
