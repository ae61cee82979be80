"""Failed log-ins by address. Each function works inside of the caller's transaction."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, text

from widget_server.store.tables import login_failures


def hold(connection: Connection) -> None:
    """Make others who count wait until this transaction ends, so that no two take the same last place."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE login_failures IN SHARE ROW EXCLUSIVE MODE"))


def forget_before(connection: Connection, moment: datetime) -> None:
    """Drop what is too old to count, whatever the address."""
    connection.execute(delete(login_failures).where(login_failures.c.at <= moment))


def forget(connection: Connection, address: str) -> None:
    """Drop all failures of `address`."""
    connection.execute(delete(login_failures).where(login_failures.c.address == address))


def add(connection: Connection, address: str, at: datetime) -> None:
    """Record one failure."""
    connection.execute(insert(login_failures).values(address=address, at=at))


def moments(connection: Connection, address: str) -> list[datetime]:
    """When log-ins from `address` failed, newest first."""
    found = select(login_failures.c.at).where(login_failures.c.address == address).order_by(login_failures.c.at.desc())
    return list(connection.execute(found).scalars())
