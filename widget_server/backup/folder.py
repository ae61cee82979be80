"""The folder for back-ups in the data directory: copies from before a restore, and what is staged. Its owner's only."""

import os
import re
import secrets
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from widget_server.backup.manifest import Manifest
from widget_server.backup.reading import AT_HAND, BackupReader
from widget_server.errors import BackupRefused, StoreUnavailable

FOLDER = "backups"
COPIES_KEPT = 3
STAGED_SECONDS = 3600.0
"""How long a preview waits for its confirmation."""
MOST_STAGED = 3
"""Previews that wait at the same time: each takes as much room as a whole site."""
COPY_NAME = re.compile(r"before-restore-\d{8}T\d{6}Z-[0-9a-f]{8}\.backup\.gz", re.ASCII)
TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
TAKEN = ".taken"
"""Behind a token's folder while it is restored, so that nobody else does so at the same time."""
STAGED_FILE, MANIFEST_FILE = "staged.sqlite3", "manifest.json"


@dataclass(frozen=True)
class SafetyCopy:
    """The site as it was when a restore replaced it; `manifest` says when that was."""

    name: str
    manifest: Manifest


class BackupFolder:
    """All below `data_dir`. Whatever the disk refuses is a `StoreUnavailable`."""

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FOLDER

    @property
    def path(self) -> Path:
        """The folder; made if it isn't there."""
        try:
            self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StoreUnavailable(f"no folder for back-ups can be made: {error}") from error
        return self._path

    def new_stage(self) -> str:
        """An empty place to stage a back-up in; its token. Of what was staged before only the newest stays."""
        self.tidy()
        for older in self._complete()[MOST_STAGED - 1 :]:
            self.discard(older)
        token = secrets.token_hex(16)
        (self.path / token).mkdir(mode=0o700)
        return token

    def staged(self, token: str) -> Path | None:
        """The folder of that token; None when it is over, or never was."""
        found = self.path / token
        return found if TOKEN.fullmatch(token) and found.is_dir() else None

    def take(self, token: str) -> Path | None:
        """The folder of that token for one caller: nobody else finds it until it is `put_back`."""
        found = self.staged(token)
        if found is None:
            return None
        try:
            return found.rename(found.with_name(token + TAKEN))
        except FileNotFoundError:  # another one was first
            return None

    def put_back(self, token: str) -> None:
        """What was taken can be taken again."""
        (self.path / (token + TAKEN)).rename(self.path / token)

    def discard(self, token: str) -> None:
        """Forget what is staged there."""
        if TOKEN.fullmatch(token):
            for name in (token, token + TAKEN):
                shutil.rmtree(self.path / name, ignore_errors=True)

    def tidy(self) -> None:
        """Forget what was staged long ago: it holds as much as the site itself."""
        for each in self.path.iterdir():
            token = each.name.removesuffix(TAKEN)
            if TOKEN.fullmatch(token) and _age_seconds(each) > STAGED_SECONDS:
                self.discard(token)

    def new_copy(self, at: datetime) -> Path:
        """Where a copy of the present state is to be written."""
        return self.path / f"before-restore-{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}.backup.gz"

    def copies(self) -> list[SafetyCopy]:
        """Those that there are, newest first."""
        found = []
        for file in self._copy_files():
            try:
                with file.open("rb") as source:
                    found.append(SafetyCopy(file.name, BackupReader(source, AT_HAND).manifest))
            except (OSError, BackupRefused):
                continue
        return found

    def copy(self, name: str) -> Path | None:
        """The file of that copy; None when there is none by that name."""
        file = self.path / name
        return file if COPY_NAME.fullmatch(name) and file.is_file() else None

    def keep_newest_copies(self) -> None:
        """All but the newest few go."""
        for file in self._copy_files()[COPIES_KEPT:]:
            file.unlink(missing_ok=True)

    def _complete(self) -> list[str]:
        """The tokens of what is staged and waits, newest first."""
        found = [file.parent for file in self.path.glob(f"*/{MANIFEST_FILE}") if TOKEN.fullmatch(file.parent.name)]
        return [folder.name for folder in sorted(found, key=_age_seconds)]

    def _copy_files(self) -> list[Path]:
        found = [file for file in self.path.iterdir() if COPY_NAME.fullmatch(file.name)]
        return sorted(found, key=lambda file: (file.name[:32], file.stat().st_mtime_ns), reverse=True)


def _age_seconds(file: Path) -> float:
    """0 for one that has just gone."""
    try:
        return time.time() - file.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def create(file: Path) -> IO[bytes]:
    """Open a new file for writing that only its owner may read. Raises OSError, FileExistsError too."""
    return os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
