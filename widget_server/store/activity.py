"""Who did what when. Written in the transaction that does it, so that neither happens without the other."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

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


def latest(connection: Connection, limit: int, *, before: int | None = None) -> list[Deed]:
    """The newest `limit` lines, newest first; with `before`, those older than that line."""
    chosen = select(activity).order_by(activity.c.id.desc()).limit(limit)
    if before is not None:
        chosen = chosen.where(activity.c.id < before)
    return [Deed(row.id, row.at, row.actor, row.kind, row.subject, row.detail) for row in connection.execute(chosen)]
