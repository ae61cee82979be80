"""What the console can set, by name. A row's `seed` says which value of the environment it was last seeded from."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from widget_server.store.tables import site_settings


@dataclass(frozen=True)
class Stored:
    """`value` is text, encrypted where it is a secret; None: set to nothing on purpose."""

    value: str | None
    seed: str | None


def read_all(connection: Connection) -> dict[str, Stored]:
    """Every setting that has ever been seeded or set."""
    return {row.name: Stored(row.value, row.seed) for row in connection.execute(select(site_settings))}


def save(connection: Connection, name: str, value: str | None, now: datetime) -> None:
    """Set by the operator; what it was seeded from stays known."""
    _upsert(connection, name, {"value": value, "updated_at": now})


def seed(connection: Connection, name: str, value: str | None, fingerprint: str, now: datetime) -> None:
    """Set by the environment, whose value is known again by `fingerprint`."""
    _upsert(connection, name, {"value": value, "seed": fingerprint, "updated_at": now})


def reseed(connection: Connection, name: str, fingerprint: str) -> None:
    """Keep its value; the environment's, known by `fingerprint`, is no news to it."""
    connection.execute(update(site_settings).where(site_settings.c.name == name).values(seed=fingerprint))


def _upsert(connection: Connection, name: str, values: dict[str, object]) -> None:
    changed = update(site_settings).where(site_settings.c.name == name).values(**values)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(site_settings).values(name=name, **values))
