"""Access tokens of programs that read our data, by their SHA-256. A revoked one stays as a row and is never found."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from widget_server.model import DataKind
from widget_server.store.tables import access_tokens as tokens


@dataclass(frozen=True)
class AccessToken:
    """One that is good. Its text is known to nobody here but for how it starts; `last_used_at` is right to a minute."""

    id: int
    name: str
    starts_with: str
    kinds: tuple[DataKind, ...]
    created_at: datetime
    last_used_at: datetime | None


def good(connection: Connection) -> list[AccessToken]:
    """Those that aren't revoked, newest first."""
    chosen = select(tokens).where(tokens.c.revoked_at.is_(None)).order_by(tokens.c.id.desc())
    return [_token(row) for row in connection.execute(chosen)]


def find(connection: Connection, token_hash: str) -> AccessToken | None:
    """The good one with that SHA-256."""
    held = (tokens.c.token_hash == token_hash, tokens.c.revoked_at.is_(None))
    row = connection.execute(select(tokens).where(*held)).first()
    return None if row is None else _token(row)


def add(
    connection: Connection, token_hash: str, starts_with: str, name: str, kinds: Iterable[DataKind], now: datetime
) -> int:
    """Keep a new one; answers its number."""
    values = {"token_hash": token_hash, "starts_with": starts_with, "name": name, "kinds": list(kinds)}
    made = insert(tokens).values(**values, created_at=now)
    return int(connection.execute(made.returning(tokens.c.id)).scalar_one())


def revoke(connection: Connection, id: int, now: datetime) -> str | None:
    """It is good no more; answers its name. None when it wasn't anyhow."""
    held = (tokens.c.id == id, tokens.c.revoked_at.is_(None))
    ended = update(tokens).where(*held).values(revoked_at=now).returning(tokens.c.name)
    return connection.execute(ended).scalar_one_or_none()


def mark_used(connection: Connection, id: int, now: datetime, unless_after: datetime) -> bool:
    """Note that it was used now. False when a use after `unless_after` is noted already, or it was revoked."""
    stale = or_(tokens.c.last_used_at.is_(None), tokens.c.last_used_at <= unless_after)
    held = (tokens.c.id == id, tokens.c.revoked_at.is_(None), stale)
    return connection.execute(update(tokens).where(*held).values(last_used_at=now)).rowcount == 1


def _token(row: Row[Any]) -> AccessToken:
    kinds = tuple(kind for kind in DataKind if kind in row.kinds)
    return AccessToken(row.id, row.name, row.starts_with, kinds, row.created_at, row.last_used_at)
