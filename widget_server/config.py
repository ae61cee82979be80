"""Settings: the environment, read once by the table in `setting_table.py`, frozen and passed on as `Settings`.

No other module of the product reads the environment. `docs/configuration.md` is generated from the same table
(`flask settings docs > docs/configuration.md`) and a test keeps the two equal.
"""

import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from widget_server.errors import ConfigError
from widget_server.setting_kinds import MINIMUM_KEY_LENGTH, SQLITE
from widget_server.setting_table import SETTINGS, Setting

KEY_FILE = "secret.key"
DATABASE_FILE = "widget.sqlite3"
PASSWORD_IN_URL = re.compile(r"(//[^/@:\s]*):[^/@\s]*@")


@dataclass(frozen=True)
class Settings:
    """All settings, parsed. Made by `load`; tests make their own with `load({...})`."""

    site_url: str
    site_url_is_set: bool
    trusted_proxies: int
    secret_key: tuple[str, ...] = field(repr=False)
    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str | None = field(repr=False)
    operator_email: str | None
    operator_password: str | None = field(repr=False)
    platform_client_id: str | None
    platform_client_secret: str | None = field(repr=False)
    syncaroo_client_id: str | None
    syncaroo_client_secret: str | None = field(repr=False)
    syncaroo_app_url: str
    syncaroo_api_url: tuple[str, ...]
    syncaroo_hash_mode: str
    syncaroo_hash_secret: str | None = field(repr=False)
    syncaroo_hash_algorithm: str
    booking_url: str | None
    allowed_origins: tuple[str, ...]
    workspace_name: str
    locale: str
    languages: tuple[str, ...]
    currency: str | None
    accent: str
    stale_after_hours: int
    sweep_hours: int
    fetches_at_once: int
    metrics_token: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    alert_email: str | None
    alert_url: str | None = field(repr=False)
    given: Mapping[str, str] = field(repr=False)
    """The variables that are set, as text, by their attributes' names: what the console's values are seeded from."""

    @property
    def hash_secret(self) -> str | None:
        """The key of webhooks' hashes (PROTOCOL §3): its own, else Syncaroo's client secret."""
        return self.syncaroo_hash_secret or self.syncaroo_client_secret


DEFAULT_SITE_URL = "http://127.0.0.1:8000"


def environment(env_file: Path | None = None) -> dict[str, str]:
    """The process's environment over a `.env` file in the present folder, if there is one.

    `${NAME}` in the file stands for that variable, as Flask's own commands read it. The only reader of `os.environ`.
    Raises `ConfigError` when the file can't be read.
    """
    file = env_file or Path(".env")
    try:
        found = dotenv_values(file) if file.exists() else {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(str(file), None, f"can't be read: {error}") from None
    return {name: value for name, value in found.items() if value is not None} | dict(os.environ)


def load(env: Mapping[str, str]) -> Settings:
    """Settings from variables `env`; makes the data directory and, when unset, the key file.

    A variable that is empty counts as unset. Raises `ConfigError` naming the variable, its value (never a secret's)
    and what would do.
    """
    values = {setting.attribute: _parsed(setting, env) for setting in SETTINGS}
    _refuse_halves(values)
    data_dir: Path = values["data_dir"]
    _make_folder("WIDGET_DATA_DIR", data_dir)
    values["site_url_is_set"] = values["site_url"] is not None
    values["site_url"] = values["site_url"] or DEFAULT_SITE_URL
    values["secret_key"] = values["secret_key"] or (_kept_key(data_dir / KEY_FILE),)
    values["database_url"] = values["database_url"] or f"{SQLITE}{(data_dir / DATABASE_FILE).absolute()}"
    if values["database_url"].startswith(SQLITE):
        _make_folder("WIDGET_DATABASE_URL", Path(values["database_url"].removeprefix(SQLITE)).parent)
    values["given"] = {each.attribute: env[each.name].strip() for each in SETTINGS if env.get(each.name, "").strip()}
    return Settings(**values)


def _parsed(setting: Setting, env: Mapping[str, str]) -> Any:
    text = env.get(setting.name, "").strip() or setting.default
    if text is None:
        return None
    shown = None if setting.secret else PASSWORD_IN_URL.sub(r"\1:…@", text)
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        raise ConfigError(setting.name, shown, "has control characters or isn't UTF-8: enter it again")
    try:
        return setting.kind.parse(text)
    except ValueError as error:
        raise ConfigError(setting.name, shown, str(error)) from None


def _refuse_halves(values: Mapping[str, Any]) -> None:
    """Pairs of which one alone can't work: say so at start, not at the first log-in."""
    for pair in (
        ("operator_email", "operator_password"),
        ("platform_client_id", "platform_client_secret"),
        ("syncaroo_client_id", "syncaroo_client_secret"),
    ):
        missing = [f"WIDGET_{name.upper()}" for name in pair if values[name] is None]
        given = [f"WIDGET_{name.upper()}" for name in pair if values[name] is not None]
        if missing and given:
            raise ConfigError(missing[0], None, f"set it too, or unset {given[0]}: they go together")


def _make_folder(name: str, folder: Path) -> None:
    """Make `folder`, closed to other users, or raise that setting `name` doesn't give one that can be written to."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(name, str(folder), f"can't be made or used as a folder ({error.strerror})") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise ConfigError(name, str(folder), "this user can't write to the folder: give another, or let it write")


def _kept_key(file: Path) -> str:
    """The key in `file`; made once, readable by its owner only, however many processes start together."""
    try:
        if not file.exists():
            _make_key(file)
        key = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("WIDGET_SECRET_KEY", None, f"set it: the generated key can't be kept: {error}") from None
    if len(key) < MINIMUM_KEY_LENGTH:
        remedy = f"the key kept in {file} is damaged: bring it back from a backup, or delete it and connect again"
        raise ConfigError("WIDGET_SECRET_KEY", None, remedy)
    return key


def _make_key(file: Path) -> None:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        os.link(fresh, file)  # never replaces: the first process wins, the others read its key
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
