"""Settings that the console can change: the environment's values with the console's over them.

PROTOCOL §6: what the console can also set is only seeded from the environment; its value holds until the variable's
own value changes. So each start compares the variables with what was last seeded, by fingerprint, and what the console
set stays otherwise. The values are kept as the texts that the variables would have, and go through the same parsers.
"""

import hashlib
import hmac
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.config import Settings
from widget_server.errors import CipherError, StoreUnavailable
from widget_server.hub.inherited import read_again
from widget_server.setting_table import SETTINGS, Setting
from widget_server.store import counters, publication, site_settings
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database
from widget_server.store.site_settings import Stored

EDITABLE: Mapping[str, Setting] = {
    setting.attribute: setting
    for setting in SETTINGS
    if setting.attribute
    in {
        "workspace_name", "locale", "languages", "currency", "accent", "booking_url", "allowed_origins",
        "syncaroo_client_id", "syncaroo_client_secret", "platform_client_id",
        "smtp_url", "alert_email", "alert_url", "stale_after_hours",
    }
}  # fmt: skip
"""By attribute of `Settings`."""

LOOK_EVERY_SECONDS = 1.0
"""How long a process may go on with values that another has changed."""

log = logging.getLogger(__name__)


class Source(StrEnum):
    """Where a value comes from: nobody set it, a variable did, or the operator did here."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    CONSOLE = "console"


class SiteSettings:
    """What holds now. Threads may share it; each process has its own over the same database."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        settings: Settings,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._settings = settings
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._current = settings
        self._look_at = float("-inf")

    def seed(self) -> None:
        """Take over the variables whose values are new since they were last taken over. Once, at start.

        What holds then is `known`: the first page already has the name that the operator chose.
        """
        with self._database.write() as connection:
            held, before = site_settings.read_all(connection), self.as_of(connection)
            for name, text in self._settings.given.items():
                if name in EDITABLE and (name not in held or not self._is_seed(held[name].seed, name, text)):
                    site_settings.seed(connection, name, self._kept(name, text), self._seed(name, text), self._clock())
                    publication.mark_changed(connection)
            self._current = self.as_of(connection)
            self._inherit(connection, before)

    def current(self) -> Settings:
        """The settings that hold now; a database that is away changes nothing."""
        if self._monotonic() >= self._look_at and self._lock.acquire(blocking=self._look_at == float("-inf")):
            try:
                self._look()
            except StoreUnavailable as error:
                log.warning("the console's settings can't be read now: %s", error)
            finally:
                self._look_at = self._monotonic() + LOOK_EVERY_SECONDS
                self._lock.release()
        return self._current

    def as_of(self, connection: Connection) -> Settings:
        """The settings that hold in this transaction, whenever another process has set them."""
        held = site_settings.read_all(connection)
        found = {name: self._value(name, stored) for name, stored in held.items() if name in EDITABLE}
        return replace(self._settings, **found)

    def newest(self) -> Settings:
        """As `current`, but not a moment old. A database that is away changes nothing."""
        try:
            with self._database.read() as connection:
                return self.as_of(connection)
        except StoreUnavailable as error:
            log.warning("the console's settings can't be read now: %s", error)
            return self._current

    @property
    def known(self) -> Settings:
        """What `current` answered last, without a look: for pages that must not wait for the database."""
        return self._current

    def sources(self) -> dict[str, Source]:
        """Where each editable setting's value comes from, by name. Asks the database."""
        with self._database.read() as connection:
            held = site_settings.read_all(connection)
        return {name: self._source(name, held.get(name)) for name in EDITABLE}

    def change(self, connection: Connection, texts: Mapping[str, str]) -> None:
        """Set these; an empty text unsets. Raises KeyError for what can't be set here, ValueError saying what would do.

        In the caller's transaction; `refresh` makes them hold in this process at once.
        """
        before = self.as_of(connection)
        for name, text in texts.items():
            setting = EDITABLE[name]
            stripped = text.strip()
            if stripped:
                setting.kind.parse(stripped)
            kept = self._kept(name, stripped) if stripped else None
            site_settings.save(connection, name, kept, self._clock())
        self._inherit(connection, before)
        publication.mark_changed(connection)

    def adopt(self, connection: Connection) -> None:
        """Settings were restored from elsewhere: they hold until a variable's own value changes from what it is now.

        What can't be read with this site's key is taken from the environment, where that has it.
        """
        held = site_settings.read_all(connection)
        for name, text in self._settings.given.items():
            if name not in EDITABLE:
                continue
            if name in held and not self._is_sealed(name, held[name]):
                site_settings.reseed(connection, name, self._seed(name, text))
            else:
                site_settings.seed(connection, name, self._kept(name, text), self._seed(name, text), self._clock())
        read_again(connection, self.as_of(connection).currency, self._clock())

    def sealed(self, connection: Connection) -> list[str]:
        """The settings whose stored values can't be read with this site's key, by name."""
        return [name for name, stored in site_settings.read_all(connection).items() if self._is_sealed(name, stored)]

    def _inherit(self, connection: Connection, before: Settings) -> None:
        """Prices that name no currency are in the operator's where their place names none either."""
        currency = self.as_of(connection).currency
        if currency != before.currency:
            counters.take_turns(connection)
            read_again(connection, currency, self._clock())

    def refresh(self) -> None:
        """Read anew with the next `current`."""
        self._look_at = 0.0

    def _look(self) -> None:
        with self._database.read() as connection:
            self._current = self.as_of(connection)

    def _value(self, name: str, stored: Stored) -> Any:
        """The parsed value; the environment's where the stored one can't be read or no longer does."""
        setting = EDITABLE[name]
        if stored.value is None:
            return setting.kind.parse(setting.default) if setting.default else None
        try:
            text = self._cipher.decrypt(stored.value) if setting.secret else stored.value
            return setting.kind.parse(text)
        except (CipherError, ValueError) as error:
            log.warning("the stored value of %s is of no use: %s", setting.name, type(error).__name__)
            return getattr(self._settings, name)

    def _is_sealed(self, name: str, stored: Stored) -> bool:
        if name not in EDITABLE or not EDITABLE[name].secret or stored.value is None:
            return False
        try:
            self._cipher.decrypt(stored.value)
        except CipherError:
            return True
        return False

    def _source(self, name: str, stored: Stored | None) -> Source:
        if stored is None:
            return Source.DEFAULT
        if stored.value is None or stored.seed is None:
            return Source.CONSOLE
        try:
            text = self._cipher.decrypt(stored.value) if EDITABLE[name].secret else stored.value
        except CipherError:  # what holds then is the environment's
            return Source.ENVIRONMENT
        return Source.ENVIRONMENT if self._is_seed(stored.seed, name, text) else Source.CONSOLE

    def _kept(self, name: str, text: str) -> str:
        return self._cipher.encrypt(text) if EDITABLE[name].secret else text

    def _seed(self, name: str, text: str) -> str:
        return _fingerprint(self._settings.secret_key[0], name, text)

    def _is_seed(self, seed: str | None, name: str, text: str) -> bool:
        """Whether `text` is what was seeded last, under any of the keys: rotating keys seeds nothing anew."""
        candidates = (_fingerprint(key, name, text) for key in self._settings.secret_key)
        return seed is not None and any(hmac.compare_digest(seed, each) for each in candidates)


def _fingerprint(key: str, name: str, text: str) -> str:
    """Under the site's key, so that a stolen database doesn't let anybody try guesses at a secret."""
    return hmac.new(key.encode(), f"{name}={text}".encode(), hashlib.sha256).hexdigest()
