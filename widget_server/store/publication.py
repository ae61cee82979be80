"""What version of the public data is current. Whoever changes something that visitors may see says `mark_changed`."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from widget_server.store.tables import publication


@dataclass(frozen=True)
class Publication:
    """`version` is one of a kind in time and among databases: "9f2c41d07a3b.17".

    `synced_at`: until when the data is known to equal the hub's.
    """

    version: str
    synced_at: datetime | None


def current(connection: Connection) -> Publication:
    """The one row."""
    row = connection.execute(select(publication)).one()
    return Publication(f"{row.epoch}.{row.version}", row.synced_at)


def version(connection: Connection) -> str:
    """The version alone: cheap enough to be asked many times a second."""
    row = connection.execute(select(publication.c.epoch, publication.c.version)).one()
    return f"{row.epoch}.{row.version}"


def mark_changed(connection: Connection) -> None:
    """Visitors may see something new once this transaction is committed."""
    connection.execute(update(publication).values(version=publication.c.version + 1))


def set_synced(connection: Connection, at: datetime) -> None:
    """The data equals the hub's as of `at`."""
    connection.execute(update(publication).values(synced_at=at))
