"""Many listings at once: what a file brings is written in a few statements, however long the file is."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Update, bindparam, func, insert, select, update

from widget_server.model import Listing, ListingKind
from widget_server.store import counters, publication
from widget_server.store.tables import listings


def newest_revision(connection: Connection) -> int:
    """What no listing's name, status, type or place has changed since, while it stays the same; 0 without listings."""
    return int(connection.execute(select(func.coalesce(func.max(listings.c.revision), 0))).scalar_one())


def take_over(connection: Connection, new: Sequence[Listing], changed: Sequence[Listing], now: datetime) -> None:
    """Write listings that aren't there, and over those that are, each with a revision of its own in this order.

    What the hub told us and who syncs a listing stay as they are. Of a changed one, `own_name` None says nothing. The
    caller has taken its turn (`take_turns`).
    """
    if not new and not changed:
        return
    first = counters.value(connection, "revision") + 1
    counters.add(connection, "revision", len(new) + len(changed))
    if new:
        connection.execute(insert(listings), [_row(one, first + at, now) for at, one in enumerate(new)])
    if changed:
        first += len(new)
        connection.execute(_over(), [_facts(one, first + at) for at, one in enumerate(changed)])
    publication.mark_changed(connection)


def _over() -> Update:
    return (
        update(listings)
        .where(listings.c.kind == bindparam("of_kind"), listings.c.id == bindparam("of_id"))
        .values(
            name=bindparam("to_name"),
            status=bindparam("to_status"),
            type=bindparam("to_type"),
            location_id=bindparam("to_location"),
            own_name=func.coalesce(bindparam("to_own_name", type_=listings.c.own_name.type), listings.c.own_name),
            revision=bindparam("to_revision"),
        )
    )


def _facts(one: Listing, revision: int) -> dict[str, object]:
    return {
        "of_kind": one.kind, "of_id": one.id, "to_name": one.name, "to_status": one.status, "to_type": one.type,
        "to_location": one.location_id, "to_own_name": one.own_name, "to_revision": revision,
    }  # fmt: skip


def _row(one: Listing, revision: int, now: datetime) -> dict[str, object]:
    return {
        "kind": one.kind, "id": one.id, "name": one.name, "own_name": one.own_name, "status": one.status,
        "type": one.type, "location_id": one.location_id, "source_id": one.source_id, "position": revision,
        "connection_id": one.connection_id if one.kind is ListingKind.LOCATION else None,
        "revision": revision, "created_at": now,
    }  # fmt: skip
