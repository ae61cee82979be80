"""The activity: no line is ever taken away, so the file's are added to those that are there."""

from sqlalchemy import Connection, update

from widget_server.backup.copying import Row, add, largest_id, parts_of
from widget_server.store.tables import activity


def merge_activity(live: Connection, file: Connection) -> None:
    """Lines that both have stay; the file's others come after these, and what only this site did comes last."""
    last = largest_id(file, activity)
    common = _common(live, file)
    if common == last:
        return
    later, beyond = activity.c.id > common, last + largest_id(live, activity)
    live.execute(update(activity).where(later).values(id=activity.c.id + beyond))
    for part in parts_of(file, activity):
        add(live, activity, [row for row in part if row["id"] > common])


def _common(live: Connection, file: Connection) -> int:
    """Up to which id the file's lines are those that are here."""
    common = 0
    for part in parts_of(file, activity):
        ids = [row["id"] for row in part]
        chosen = activity.select().where(activity.c.id.between(ids[0], ids[-1]))
        here: dict[int, Row] = {row["id"]: dict(row) for row in live.execute(chosen).mappings()}
        for row in part:
            if here.get(row["id"]) != row:
                return common
            common = row["id"]
    return common
