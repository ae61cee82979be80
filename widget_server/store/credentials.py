"""The hub's tokens: one row, its version, and the lease under which one process refreshes (ARCHITECTURE, "Refresh under
a lease").

`version` grows with every change of the pair, so whoever acts on what it read can tell that it is out of date. A lease
without an owner is a pause: the last refresh failed, and nobody tries again before it ends.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, select, true, update

from widget_server.store.tables import hub_credentials as table

ROW = 1


class HubState(StrEnum):
    DISCONNECTED = "disconnected"
    CONNECTED = "connected"
    NEEDS_RECONNECT = "needs_reconnect"


@dataclass(frozen=True)
class Credentials:
    """The row. Tokens are encrypted; `problem` is a sentence for the operator."""

    state: HubState
    access_token: str | None
    refresh_token: str | None
    access_expires_at: datetime | None
    version: int
    lease_owner: str | None
    lease_until: datetime | None
    connected_at: datetime | None
    refreshed_at: datetime | None
    problem: str | None


@dataclass(frozen=True)
class Pair:
    """Two encrypted tokens, and until when the first is good."""

    access_token: str
    refresh_token: str
    expires_at: datetime


def read(connection: Connection) -> Credentials:
    """The row as it is now."""
    row = connection.execute(select(table).where(table.c.id == ROW)).one()._mapping
    values = {name: row[name] for name in Credentials.__dataclass_fields__}
    return Credentials(**(values | {"state": HubState(row["state"])}))


def take_lease(connection: Connection, version: int, owner: str, now: datetime, until: datetime) -> bool:
    """True for the one that may refresh the pair of `version` until `until`."""
    free = (table.c.lease_until.is_(None)) | (table.c.lease_until <= now)
    return _changed(connection, version, free, lease_owner=owner, lease_until=until)


def pause(connection: Connection, version: int, owner: str, until: datetime, problem: str) -> bool:
    """Give the lease back after a failure; nobody may take it before `until`."""
    mine = table.c.lease_owner == owner
    return _changed(connection, version, mine, lease_owner=None, lease_until=until, problem=problem)


def save_refreshed(connection: Connection, version: int, pair: Pair, now: datetime) -> bool:
    """Put a new pair in the place of the one of `version`, lease or no lease: the old one is spent.

    Also if that was given up meanwhile: whoever found it spent may have found out about this very refresh.
    """
    given_up = (table.c.version == version + 1) & (table.c.state == HubState.NEEDS_RECONNECT.value)
    replaced = (table.c.version == version) | (given_up & table.c.refresh_token.is_(None))
    done = connection.execute(
        update(table).where((table.c.id == ROW) & replaced).values(
            **_pair(pair), version=table.c.version + 1, state=HubState.CONNECTED.value, refreshed_at=now, problem=None,
            lease_owner=None, lease_until=None,
        )
    )  # fmt: skip
    return done.rowcount == 1


def save_connected(connection: Connection, pair: Pair, now: datetime) -> bool:
    """Begin anew with a pair that an authorization code bought, whatever was there. True."""
    done = connection.execute(
        update(table).where(table.c.id == ROW).values(
            **_pair(pair), version=table.c.version + 1, state=HubState.CONNECTED.value, connected_at=now,
            refreshed_at=None, problem=None, lease_owner=None, lease_until=None,
        )
    )  # fmt: skip
    return done.rowcount == 1


def expire(connection: Connection, version: int, now: datetime) -> bool:
    """The access token of `version` is not good any more."""
    return _changed(connection, version, true(), access_expires_at=now)


def end(connection: Connection, version: int, problem: str) -> bool:
    """The pair of `version` buys nothing any more: away with it, only the operator can mend this."""
    return _changed(
        connection, version, true(),
        version=version + 1, state=HubState.NEEDS_RECONNECT.value, problem=problem, access_token=None,
        refresh_token=None, access_expires_at=None, lease_owner=None, lease_until=None,
    )  # fmt: skip


def lock_away(connection: Connection, version: int, problem: str) -> bool:
    """The pair of `version` can't be decrypted. It is kept: the key may come back."""
    state = HubState.NEEDS_RECONNECT.value
    return _changed(connection, version, true(), state=state, problem=problem, lease_owner=None, lease_until=None)


def revive(connection: Connection, version: int) -> bool:
    """The key came back."""
    return _changed(connection, version, true(), state=HubState.CONNECTED.value, problem=None)


def forget(connection: Connection) -> None:
    """No tokens and no connection, as on the first day."""
    connection.execute(
        update(table).where(table.c.id == ROW).values(
            version=table.c.version + 1, state=HubState.DISCONNECTED.value, access_token=None, refresh_token=None,
            access_expires_at=None, connected_at=None, refreshed_at=None, problem=None, lease_owner=None,
            lease_until=None,
        )
    )  # fmt: skip


def _pair(pair: Pair) -> dict[str, object]:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "access_expires_at": pair.expires_at,
    }


def _changed(connection: Connection, seen: int, condition: ColumnElement[bool], /, **values: object) -> bool:
    """Compare and swap: True if the row still had the version `seen` and the condition held."""
    same = (table.c.id == ROW) & (table.c.version == seen) & condition
    return connection.execute(update(table).where(same).values(**values)).rowcount == 1
