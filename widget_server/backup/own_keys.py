"""What this site holds of others: Syncaroo's tokens, and the settings that belong to them. And its own account."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from widget_server.backup.copying import Row, add, parts_of
from widget_server.store.credentials import HubState
from widget_server.store.tables import hub_credentials, operators, site_settings

KEY_SETTINGS: Sequence[tuple[str, ...]] = (("syncaroo_client_id", "syncaroo_client_secret"), ("platform_client_id",))
"""Settings that somebody else must agree to: what was entered after the back-up was made stays, a pair as a pair."""
MINUTE_SECONDS = 60


def restore_settings(live: Connection, file: Connection, made_at: datetime) -> None:
    """The file's settings in the place of those that are there, keys that were changed since apart."""
    here = {row["name"]: dict(row) for row in live.execute(select(site_settings)).mappings()}
    kept = dict[str, Row | None]()
    for names in KEY_SETTINGS:
        if any(name in here and here[name]["updated_at"] > made_at for name in names):
            kept |= {name: here.get(name) for name in names}
    live.execute(delete(site_settings))
    for part in parts_of(file, site_settings):
        add(live, site_settings, [row for row in part if row["name"] not in kept])
    add(live, site_settings, [row for row in kept.values() if row is not None])


def hub_stays(live: Connection, file: Connection, made_at: datetime) -> bool:
    """Whether this site keeps the tokens of Syncaroo's that it has: of one connection the pair that was refreshed last
    is the good one, and a connection that was made after the back-up is, too."""
    here, theirs = _hub(live), _hub(file)
    connected: datetime | None = here["connected_at"]
    if connected is None:
        return theirs["connected_at"] is None and bool(theirs["state"] == here["state"])
    if connected == theirs["connected_at"]:
        return _refreshed(here) >= _refreshed(theirs)
    return connected > made_at


def restore_hub(live: Connection, file: Connection, made_at: datetime) -> bool:
    """Take the file's tokens; False when those that are here stay. These aren't touched: they may be refreshed right
    now."""
    if hub_stays(live, file, made_at):
        return False
    here, theirs = _hub(live), _hub(file)
    beyond = max(here["version"], theirs["version"]) + 2  # one more than whoever refreshes now could take for its own
    free = {"version": beyond, "lease_owner": None, "lease_until": None}
    live.execute(update(hub_credentials).values(**theirs | free))
    return True


def lock_away(live: Connection, problem: str) -> None:
    """The tokens can't be read with this site's key; they are kept, since the key may come back."""
    values = {"state": HubState.NEEDS_RECONNECT.value, "problem": problem}
    live.execute(update(hub_credentials).values(**values))


def restore_operator(live: Connection, file: Connection, now: datetime) -> None:
    """The account that is there stays; without one, the file's. Either way all sessions that ever began are over.

    The new epoch grows with time, so it is one that no site which knew this account can have given out before.
    """
    theirs = file.execute(select(operators)).mappings().one_or_none()
    here = live.execute(select(operators)).mappings().one_or_none()
    epochs = [row["session_epoch"] + 1 for row in (here, theirs) if row is not None]
    epoch = max([int(now.timestamp()) // MINUTE_SECONDS, *epochs])
    if here is None and theirs is not None:
        live.execute(insert(operators).values(**dict(theirs) | {"session_epoch": epoch}))
    live.execute(update(operators).values(session_epoch=epoch))


def _hub(connection: Connection) -> dict[str, Any]:
    return dict(connection.execute(select(hub_credentials)).mappings().one())


def _refreshed(row: dict[str, Any]) -> datetime:
    found: datetime = row["refreshed_at"] or row["connected_at"]
    return found
