"""Back-ups of the site: make one, look into one, restore one.

Restoring takes two steps. `stage` tries a file out in a database of its own and says what is in it; `restore` puts that
in the place of what is here, in one transaction that first writes a copy of what it replaces. Until it is committed
nothing has changed, and afterwards the copy can be staged and restored like any other file.
"""

import json
import os
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from widget_server.backup import own_keys
from widget_server.backup.contents import kept_tables
from widget_server.backup.folder import MANIFEST_FILE, STAGED_FILE, BackupFolder, SafetyCopy, create
from widget_server.backup.manifest import About, Manifest, fingerprints
from widget_server.backup.reading import UPLOADED, Limits
from widget_server.backup.replacing import hold, replace
from widget_server.backup.staging import stage
from widget_server.backup.tally import Tally, tally
from widget_server.backup.writing import write
from widget_server.clock import Clock
from widget_server.config import Settings
from widget_server.errors import BackupRefused, CipherError, StoreUnavailable
from widget_server.hub.tokens import UNREADABLE
from widget_server.site_settings import SiteSettings
from widget_server.store import activity, credentials
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database
from widget_server.version import VERSION

HUB_TOKENS = "hub_tokens"
"""Among what is sealed: Syncaroo's tokens; the others go by their settings' names."""


@dataclass(frozen=True)
class Download:
    """A back-up ready to be sent: `source` stands at its beginning and is deleted once closed. `size` in bytes."""

    source: IO[bytes]
    size: int
    name: str
    made_at: datetime


@dataclass(frozen=True)
class Preview:
    """What a staged back-up holds, beside what is here.

    `hub_stays`: this site keeps its own tokens of Syncaroo's; else `has_hub` says whether the file has any. `sealed`:
    what will have to be entered again, since this site's key can't read it.
    """

    token: str
    manifest: Manifest
    theirs: Tally
    here: Tally
    has_same_key: bool
    hub_stays: bool
    has_hub: bool
    sealed: tuple[str, ...]

    @property
    def hub_can_be_read(self) -> bool:
        """Whether the tokens in the file, if there are any, are open to this site's key."""
        return HUB_TOKENS not in self.sealed


@dataclass(frozen=True)
class Restored:
    """What came of it. `copy`: the name of the copy of what was replaced, in the folder for back-ups."""

    manifest: Manifest
    sealed: tuple[str, ...]
    copy: str


class Backups:
    """Safe in any number of threads and processes; staged files are known to the machines that share a data folder."""

    def __init__(
        self, database: Database, cipher: Cipher, site: SiteSettings, settings: Settings, clock: Clock
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._site = site
        self._settings = settings
        self._clock = clock
        self.folder = BackupFolder(settings.data_dir)

    def write(self, out: IO[bytes], actor: str) -> Manifest:
        """Write a back-up of this moment, and a line of that to the activity."""
        with self._database.read() as connection:
            manifest = write(connection, kept_tables(), self._about(), out)
        with self._database.write() as connection:
            told = "Made a back-up of the whole site, without the secret key."
            activity.record(connection, self._clock(), actor, "backup", detail=told)
        return manifest

    def download(self, actor: str) -> Download:
        """A back-up in a file without a name, complete before its first byte is sent: nobody keeps a half one."""
        try:
            source = tempfile.TemporaryFile(dir=self.folder.path)  # noqa: SIM115 -- whoever sends it closes it
            manifest = self.write(source, actor)
        except OSError as error:
            raise StoreUnavailable(f"the back-up can't be written: {error}") from error
        size = source.tell()
        source.seek(0)
        host = self._settings.site_url.partition("//")[2].replace(":", "-")
        name = f"{host}-{manifest.about.made_at:%Y-%m-%d-%H%M}.backup.gz"
        return Download(source, size, name, manifest.about.made_at)

    def stage(self, source: IO[bytes], limits: Limits = UPLOADED) -> str:
        """Try a file out; a token for `preview` and `restore`. Raises `BackupRefused`."""
        token = self.folder.new_stage()
        place = self.folder.path / token
        try:
            manifest = stage(source, limits, place / STAGED_FILE, self._clock())
            (place / MANIFEST_FILE).write_text(json.dumps(manifest.to_json()), encoding="utf-8")
        except OSError as error:
            self.folder.discard(token)
            raise StoreUnavailable(f"the back-up can't be staged: {error}") from error
        except BaseException:
            self.folder.discard(token)
            raise
        return token

    def preview(self, token: str) -> Preview | None:
        """What is staged there; None when that is over."""
        place = self.folder.staged(token)
        if place is None:
            return None
        manifest, file = _manifest(place), _staged(place)
        try:
            with file.read() as theirs, self._database.read() as here:
                hub_stays = own_keys.hub_stays(here, theirs, manifest.about.made_at)
                return Preview(
                    token=token,
                    manifest=manifest,
                    theirs=tally(theirs),
                    here=tally(here),
                    has_same_key=set(manifest.about.keys) <= set(fingerprints(self._settings.secret_key)),
                    hub_stays=hub_stays,
                    has_hub=credentials.read(theirs).refresh_token is not None,
                    sealed=self._to_enter(theirs, hub_stays),
                )
        finally:
            file.close()

    def restore(self, token: str, actor: str) -> Restored | None:
        """Put what is staged there in the place of what is here; None when that is over.

        Raises `StoreUnavailable` when the database or the disk can't, `BackupRefused` when the database won't: then
        nothing has changed.
        """
        place = self.folder.take(token)
        if place is None:
            return None
        now = self._clock()
        copy = self.folder.new_copy(now)
        file = _staged(place)
        try:
            with file.read() as theirs, self._database.write() as live:
                restored = self._restore(live, theirs, _manifest(place), copy, actor, now)
        except BaseException as error:
            self.folder.put_back(token)
            if isinstance(error, OSError):
                raise StoreUnavailable(f"the present state can't be copied: {error}") from error
            if isinstance(error, IntegrityError | DataError):
                raise BackupRefused("This back-up contradicts itself, so it can't be restored.") from error
            raise
        finally:
            file.close()
        self.folder.discard(token)
        self.folder.keep_newest_copies()
        self._site.refresh()
        return restored

    def copies(self) -> list[SafetyCopy]:
        """The newest states that a restore replaced, newest first."""
        return self.folder.copies()

    def _restore(
        self, live: Connection, theirs: Connection, manifest: Manifest, copy: Path, actor: str, now: datetime
    ) -> Restored:
        hold(live)
        try:
            self._keep_copy(live, copy, now)
            return self._replace(live, theirs, manifest, copy, actor, now)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise

    def _keep_copy(self, live: Connection, copy: Path, now: datetime) -> None:
        with create(copy) as out:
            write(live, kept_tables(), self._about(now), out)
            out.flush()
            os.fsync(out.fileno())

    def _replace(
        self, live: Connection, theirs: Connection, manifest: Manifest, copy: Path, actor: str, now: datetime
    ) -> Restored:
        has_taken_tokens = replace(live, theirs, manifest.about.made_at, now)
        self._site.adopt(live)
        sealed = self._sealed(live)
        if has_taken_tokens and HUB_TOKENS in sealed:
            own_keys.lock_away(live, UNREADABLE)
        activity.record(live, now, actor, "restored", detail=_told(manifest))
        return Restored(manifest, sealed, copy.name)

    def _sealed(self, connection: Connection) -> tuple[str, ...]:
        held = credentials.read(connection)
        tokens = [token for token in (held.access_token, held.refresh_token) if token is not None]
        hub = (HUB_TOKENS,) if not all(map(self._opens, tokens)) else ()
        return (*hub, *self._site.sealed(connection))

    def _to_enter(self, theirs: Connection, hub_stays: bool) -> tuple[str, ...]:
        """What is sealed in the file and neither here nor in the environment."""
        sealed = [name for name in self._sealed(theirs) if name not in self._settings.given]
        return tuple(name for name in sealed if not (hub_stays and name == HUB_TOKENS))

    def _opens(self, sealed: str) -> bool:
        try:
            self._cipher.decrypt(sealed)
        except CipherError:
            return False
        return True

    def _about(self, at: datetime | None = None) -> About:
        return About(self._settings.site_url, VERSION, at or self._clock(), fingerprints(self._settings.secret_key))


def _manifest(place: Path) -> Manifest:
    return Manifest.from_json(json.loads((place / MANIFEST_FILE).read_text(encoding="utf-8")))


def _staged(place: Path) -> Database:
    return Database(f"sqlite:///{place / STAGED_FILE}")


def _told(manifest: Manifest) -> str:
    moment = f"{manifest.about.made_at:%Y-%m-%d %H:%M} UTC"
    return f"Restored the back-up of {manifest.about.site} from {moment}. All other sessions ended."
