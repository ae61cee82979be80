"""A price's history by pieces: a price that changes every minute has a long one, and no page shows all of it."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from widget_server.store.activity import Deed
from widget_server.store.prices import PriceChange
from widget_server.store.tables import activity, price_changes


def newest(connection: Connection, rate_id: int, limit: int) -> list[PriceChange]:
    """The `limit` changes that came last, oldest of them first."""
    chosen = select(price_changes).where(price_changes.c.rate_id == rate_id)
    rows = connection.execute(chosen.order_by(price_changes.c.id.desc()).limit(limit))
    return [PriceChange(row.at, row.old, row.new) for row in rows][::-1]


def newest_deeds(connection: Connection, subject: str, limit: int) -> list[Deed]:
    """The `limit` things that operators did to `subject` last, oldest of them first."""
    chosen = select(activity).where(activity.c.subject == subject).order_by(activity.c.id.desc()).limit(limit)
    rows = connection.execute(chosen)
    return [Deed(row.id, row.at, row.actor, row.kind, row.subject, row.detail) for row in rows][::-1]


def count(connection: Connection, rate_id: int, subject: str) -> int:
    """How many changes and deeds there are together."""
    changes = select(func.count()).where(price_changes.c.rate_id == rate_id).scalar_subquery()
    deeds = select(func.count()).where(activity.c.subject == subject).scalar_subquery()
    return int(connection.execute(select(changes + deeds)).scalar_one())


def after(connection: Connection, rate_id: int, last: int, limit: int) -> tuple[Sequence[PriceChange], int]:
    """The `limit` changes that follow row `last` (0: from the first on), and the row that the next piece follows."""
    chosen = select(price_changes).where(price_changes.c.rate_id == rate_id, price_changes.c.id > last)
    rows = connection.execute(chosen.order_by(price_changes.c.id).limit(limit)).all()
    return [PriceChange(row.at, row.old, row.new) for row in rows], rows[-1].id if rows else last
