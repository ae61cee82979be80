"""Staged rows in the place of the site's own: one transaction, the caller's.

Readers never see a step back, nor two states under one number: the publication gets a new epoch, counters go on from
where the higher side stands, and every restored row has a revision beyond all that were ever read here.
"""

import secrets
from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from widget_server.backup import held_keys, own_keys
from widget_server.backup.contents import kept_tables, replaced_tables
from widget_server.backup.copying import Row, advance_sequences, copy, lock
from widget_server.backup.lines import merge_activity
from widget_server.model import DeliveryState
from widget_server.store import counters as counting
from widget_server.store.tables import counters, deliveries, publication, targets

REVISION = "revision"
EPOCH_BYTES = 6


def hold(live: Connection) -> None:
    """From here to its end the transaction is alone with the tables; to be its first statement."""
    counting.take_turns(live)
    lock(live, kept_tables())


def replace(live: Connection, file: Connection, made_at: datetime, now: datetime) -> bool:
    """Restore what `file`, staged and sound, holds as of `made_at`. True when Syncaroo's tokens come from it."""
    before = held_keys.syncing(live)
    shift = counting.value(live, REVISION)
    own_keys.restore_settings(live, file, made_at)
    for table in reversed(replaced_tables()):
        if table.name != "site_settings":
            live.execute(delete(table))
    held_keys.merge(live, file, made_at)
    for table in replaced_tables():
        if table.name != "site_settings":
            copy(file, live, table, _changed(shift))
    held_keys.keep_syncing(live, before)
    has_taken_tokens = own_keys.restore_hub(live, file, made_at)
    own_keys.restore_operator(live, file, now)
    _restore_counters(live, file, shift)
    _restore_publication(live, file)
    merge_activity(live, file)
    _fetch_anew(live, now)
    advance_sequences(live, kept_tables())
    return has_taken_tokens


def _changed(shift: int) -> Callable[[Row], Row]:
    """Rows with their revisions beyond those of here, and under nobody's lease: what was under way then is over."""

    def change(row: Row) -> Row:
        if REVISION in row:
            row[REVISION] += shift
        if "lease_owner" in row:
            row["lease_owner"] = None
        if "lease_until" in row:
            row["lease_until"] = None
        return row

    return change


def _fetch_anew(live: Connection, now: datetime) -> None:
    """Restored prices are old ones: everything known is due, and deliveries that were claimed wait again."""
    claimed = deliveries.c.state == DeliveryState.CLAIMED
    live.execute(update(deliveries).where(claimed).values(state=DeliveryState.WAITING))
    live.execute(update(targets).where(targets.c.due_at.is_not(None)).values(due_at=now))


def _restore_counters(live: Connection, file: Connection, shift: int) -> None:
    here = {row.name: row.value for row in live.execute(select(counters))}
    for row in file.execute(select(counters)):
        if row.name not in here:
            live.execute(insert(counters).values(name=row.name, value=row.value))
        else:
            value = row.value + shift if row.name == REVISION else max(row.value, here[row.name])
            live.execute(update(counters).where(counters.c.name == row.name).values(value=value))


def _restore_publication(live: Connection, file: Connection) -> None:
    here, theirs = (side.execute(select(publication)).one() for side in (live, file))
    values = {
        "epoch": secrets.token_hex(EPOCH_BYTES),
        "version": max(here.version, theirs.version) + 1,
        "synced_at": theirs.synced_at,
    }
    live.execute(update(publication).values(**values))
