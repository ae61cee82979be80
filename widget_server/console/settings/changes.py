"""Settings that the operator changes, each time one transaction with its record."""

from collections.abc import Mapping

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.console.settings import fields
from widget_server.console.settings.fields import Field
from widget_server.site_settings import SiteSettings
from widget_server.store import activity, counters
from widget_server.store.engine import Database


class SettingsChanges:
    """`actor`: the operator's address, written down."""

    def __init__(self, database: Database, site: SiteSettings, clock: Clock, actor: str) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._actor = actor

    def save(self, asked: tuple[Field, ...], texts: Mapping[str, str]) -> bool:
        """Set what differs from what holds; `texts` are without problems. False when nothing does."""
        changed = fields.changes(texts, self._site.current())
        if changed:
            self.set(changed, fields.told(asked, changed))
        return bool(changed)

    def save_along(self, connection: Connection, asked: tuple[Field, ...], texts: Mapping[str, str]) -> None:
        """As `save`, in the transaction of a caller who has taken their turn. They hold here after `site.refresh()`."""
        changed = fields.changes(texts, self._site.as_of(connection))
        if changed:
            self._write(connection, changed, fields.told(asked, changed))

    def set(self, changed: Mapping[str, str], told: str) -> None:
        """Set these, with `told` as the record's sentence; they hold in this process at once."""
        with self._database.write() as connection:
            counters.take_turns(connection)
            self._write(connection, changed, told)
        self._site.refresh()

    def _write(self, connection: Connection, changed: Mapping[str, str], told: str) -> None:
        self._site.change(connection, changed)
        activity.record(connection, self._clock(), self._actor, "settings", detail=told)
