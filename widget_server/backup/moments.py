"""When things in a file are said to have happened: never after the moment at which somebody brings it.

Restoring lets the newer side win, and takes away what came from elsewhere. A row from the future would win for ever,
and no later restore could take it away again.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, update

from widget_server.backup.manifest import About
from widget_server.errors import BackupRefused
from widget_server.store.tables import metadata

CLOCKS_DIFFER = timedelta(days=1)
"""At most, and by time zones at that."""
DECIDE: Mapping[str, tuple[str, ...]] = {
    "connections": ("created_at", "connected_at", "checked_at", "hash_verified_at", "last_webhook_at"),
    "token_families": ("created_at",),
    "platform_secrets": ("created_at",),
    "access_tokens": ("created_at",),
    "hub_credentials": ("connected_at", "refreshed_at"),
    "site_settings": ("updated_at",),
}
"""Table → its moments by which the two sides are compared."""


def check_made(about: About, now: datetime) -> None:
    """Raises `BackupRefused` for a back-up that is still to be made."""
    if about.made_at > now + CLOCKS_DIFFER:
        raise BackupRefused(
            f"This back-up says that it was made on {about.made_at:%Y-%m-%d}, which is still to come. Check this "
            "server's clock."
        )


def settle(connection: Connection, now: datetime) -> None:
    """What is said to have happened later happened `now`. `connection`: the staged rows."""
    for name, columns in DECIDE.items():
        table = metadata.tables[name]
        for column in columns:
            connection.execute(update(table).where(table.c[column] > now).values({column: now}))
