"""Failed log-ins by address. Each function works inside of the caller's transaction."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, text

from widget_server.store.tables import login_failures


def hold(connection: Connection) -> None:
    """Make others who count wait until this transaction ends, so that no two take the same last place."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE login_failures IN SHARE ROW EXCLUSIVE MODE"))


def take(connection: Connection, address: str, now: datetime, window: timedelta, allowed: int) -> datetime | None:
    """Count one more failure of `address`; what is older than `window` is dropped, whatever the address.

    When `allowed` count already, nothing is added: the answer is the moment of the oldest of them.
    """
    hold(connection)
    connection.execute(delete(login_failures).where(login_failures.c.at <= now - window))
    moments = _moments(connection, address)
    if len(moments) >= allowed:
        return moments[allowed - 1]
    connection.execute(insert(login_failures).values(address=address, at=now))
    return None


def forget(connection: Connection, address: str) -> None:
    """Drop all failures of `address`."""
    connection.execute(delete(login_failures).where(login_failures.c.address == address))


def _moments(connection: Connection, address: str) -> list[datetime]:
    """When log-ins from `address` failed, newest first."""
    found = select(login_failures.c.at).where(login_failures.c.address == address).order_by(login_failures.c.at.desc())
    return list(connection.execute(found).scalars())
