"""Who did what when. Written in the transaction that does it, so that neither happens without the other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from widget_server.store.tables import activity


@dataclass(frozen=True)
class Deed:
    """One line. `kind` is a stable name, `subject` what it was done to, `detail` a sentence for the operator."""

    id: int
    at: datetime
    actor: str
    kind: str
    subject: str | None
    detail: str | None


def record(
    connection: Connection,
    at: datetime,
    actor: str,
    kind: str,
    *,
    subject: str | None = None,
    detail: str | None = None,
) -> None:
    """Write down that `actor` (an e-mail address, "Syncaroo", "the server") did it."""
    values = {"at": at, "actor": actor, "kind": kind, "subject": subject, "detail": detail}
    connection.execute(insert(activity).values(**values))


def happened_since(connection: Connection, moment: datetime, kind: str, subject: str) -> bool:
    """Whether a deed of that kind was done to `subject` after `moment`."""
    same = (activity.c.at > moment, activity.c.kind == kind, activity.c.subject == subject)
    return connection.execute(select(activity.c.id).where(*same).limit(1)).first() is not None


def newest_of(connection: Connection, kind: str) -> Deed | None:
    """The last deed of that kind."""
    chosen = select(activity).where(activity.c.kind == kind).order_by(activity.c.id.desc()).limit(1)
    row = connection.execute(chosen).first()
    return None if row is None else _deed(row)


def latest(connection: Connection, limit: int, *, before: int | None = None) -> list[Deed]:
    """The newest `limit` lines, newest first; with `before`, those older than that line."""
    chosen = select(activity).order_by(activity.c.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(activity.c.id < before)
    return [_deed(row) for row in connection.execute(chosen)]


def _deed(row: Row[Any]) -> Deed:
    return Deed(row.id, row.at, row.actor, row.kind, row.subject, row.detail)
