"""Settings: one table of name, kind, default and help; read once, frozen, passed on as `Settings`.

`SETTINGS` is the single source. `docs/configuration.md` is generated from it
(`flask settings docs > docs/configuration.md`) and a test keeps the two equal. No other module reads the environment.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dotenv import dotenv_values

from widget_server import setting_kinds as kinds
from widget_server.errors import ConfigError

KEY_FILE = "secret.key"
DATABASE_FILE = "widget.sqlite3"


@dataclass(frozen=True)
class Setting:
    """One row of the table. `default` is the text that stands in for an unset variable; None means unset."""

    name: str
    kind: kinds.Kind
    default: str | None
    help: str
    secret: bool = False

    @property
    def attribute(self) -> str:
        """`WIDGET_SITE_URL` → `site_url`."""
        return self.name.removeprefix("WIDGET_").lower()


SETTINGS: tuple[Setting, ...] = (
    Setting("WIDGET_SITE_URL", kinds.origin, None,
            "Where this site is reached, such as `https://prices.example.com`. Every absolute URL comes from it, never "
            "from a Host header. Required unless the server listens on loopback only."),
    Setting("WIDGET_TRUSTED_PROXIES", kinds.whole_number(0, 10), "0",
            "How many reverse proxies in front of the site to believe for scheme and client address."),
    Setting("WIDGET_SECRET_KEY", kinds.secret_keys, None,
            "Comma-separated keys of at least 32 characters. The first signs and encrypts, the others still read: put "
            "a new one in front to rotate. Unset: generated on first start and kept in the data directory.",
            secret=True),
    Setting("WIDGET_DATA_DIR", kinds.path, "var",
            "Folder for the SQLite database, the generated key and the file cache."),
    Setting("WIDGET_DATABASE_URL", kinds.database_url, None,
            "`sqlite:///…` or `postgresql://user@host/name`. Unset: SQLite in the data directory.", secret=True),
    Setting("WIDGET_REDIS_URL", kinds.redis_url, None,
            "`redis://host:6379/0`: where published documents are cached when there are several machines. Unset: files "
            "in the data directory.", secret=True),
    Setting("WIDGET_OPERATOR_EMAIL", kinds.email, None,
            "The operator's e-mail address for logging in. Together with the password it makes or updates the account "
            "at start. Unset: a one-time set-up link is printed at first start."),
    Setting("WIDGET_OPERATOR_PASSWORD", kinds.password, None,
            "The operator's password, 10 characters or more.", secret=True),
    Setting("WIDGET_PLATFORM_CLIENT_ID", kinds.text, None,
            "The client id that you enter in Syncaroo's portal (`yourClientId`): Syncaroo calls this site with it."),
    Setting("WIDGET_PLATFORM_CLIENT_SECRET", kinds.text, None,
            "The client secret that you enter in Syncaroo's portal (`yourClientSecret`).", secret=True),
    Setting("WIDGET_SYNCAROO_CLIENT_ID", kinds.text, None,
            "The client id that Syncaroo's developer portal gave you: this site calls Syncaroo with it."),
    Setting("WIDGET_SYNCAROO_CLIENT_SECRET", kinds.text, None,
            "The client secret that Syncaroo's developer portal gave you.", secret=True),
    Setting("WIDGET_SYNCAROO_APP_URL", kinds.origin, "https://app.syncaroo.com",
            "Where Syncaroo's own site is: connecting starts and ends there."),
    Setting("WIDGET_SYNCAROO_API_URL", kinds.origins, "https://api.syncaroo.com",
            "Comma-separated origins of Syncaroo's API. No other host is ever sent a token."),
    Setting("WIDGET_SYNCAROO_HASH_MODE", kinds.one_of("auto", "enforce", "observe", "off"), "auto",
            "What the `hash` of a webhook decides. `auto`: observe until one delivery of the connection has verified, "
            "enforce from then on. `enforce`: refuse what doesn't match. `observe`: accept and record. `off`: don't "
            "look."),
    Setting("WIDGET_SYNCAROO_HASH_SECRET", kinds.text, None,
            "Key of the webhooks' `hash`. Unset: Syncaroo's client secret.", secret=True),
    Setting("WIDGET_SYNCAROO_HASH_ALGORITHM", kinds.one_of("sha256", "sha1", "sha384", "sha512"), "sha256",
            "Digest of the webhooks' `hash`."),
    Setting("WIDGET_ALLOWED_ORIGINS", kinds.frame_origins, "*",
            "Who may show the hosted page in a frame: `*` or comma-separated origins."),
    Setting("WIDGET_WORKSPACE_NAME", kinds.text, "Our workspace",
            "The workspace's name, as visitors read it."),
    Setting("WIDGET_LOCALE", kinds.locale, "en-GB",
            "Language and region of the widget where a page doesn't say, such as `en-GB` or `de-DE`."),
    Setting("WIDGET_CURRENCY", kinds.currency, None,
            "Three-letter currency for prices that come without one. Unset: such prices aren't shown."),
    Setting("WIDGET_ACCENT", kinds.colour, "#0b6e4f",
            "Accent colour of the widget, `#rrggbb`."),
    Setting("WIDGET_STALE_AFTER_HOURS", kinds.whole_number(1, 24 * 30), "24",
            "After how many hours without confirmation prices count as old."),
    Setting("WIDGET_SWEEP_HOURS", kinds.whole_number(1, 24), "6",
            "How often everything known is fetched again, in case a webhook never came."),
    Setting("WIDGET_METRICS_TOKEN", kinds.text, None,
            "Bearer token for `/metrics`. Unset: `/metrics` answers on loopback only.", secret=True),
    Setting("WIDGET_SMTP_URL", kinds.smtp_url, None,
            "`smtp://user:password@host:587`, for alerts by e-mail. Checked at start; alerts are not sent yet.",
            secret=True),
    Setting("WIDGET_ALERT_EMAIL", kinds.email, None,
            "Who gets alerts by e-mail. Checked at start; alerts are not sent yet."),
    Setting("WIDGET_ALERT_URL", kinds.web_url, None,
            "A webhook of a chat tool for alerts. Checked at start; alerts are not sent yet.", secret=True),
)  # fmt: skip


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
    allowed_origins: tuple[str, ...]
    workspace_name: str
    locale: str
    currency: str | None
    accent: str
    stale_after_hours: int
    sweep_hours: int
    metrics_token: str | None = field(repr=False)
    smtp_url: str | None = field(repr=False)
    alert_email: str | None
    alert_url: str | None = field(repr=False)

    @property
    def hash_secret(self) -> str | None:
        """The key of webhooks' hashes (PROTOCOL §3): its own, else Syncaroo's client secret."""
        return self.syncaroo_hash_secret or self.syncaroo_client_secret


DEFAULT_SITE_URL = "http://127.0.0.1:8000"


def environment(env_file: Path | None = None) -> dict[str, str]:
    """The process's environment over a `.env` file, if there is one. The only reader of `os.environ`."""
    found = dotenv_values(env_file or Path(".env"))
    return {name: value for name, value in found.items() if value is not None} | dict(os.environ)


def load(env: Mapping[str, str]) -> Settings:
    """Settings from variables `env`; makes the data directory and, when unset, the key file.

    Raises `ConfigError` naming the variable, its value (never a secret's) and what would do.
    """
    values = {setting.attribute: _parsed(setting, env) for setting in SETTINGS}
    _refuse_halves(values)
    data_dir: Path = values["data_dir"]
    _make_folder(data_dir)
    values["site_url_is_set"] = values["site_url"] is not None
    values["site_url"] = values["site_url"] or DEFAULT_SITE_URL
    values["secret_key"] = values["secret_key"] or (_kept_key(data_dir / KEY_FILE),)
    values["database_url"] = values["database_url"] or f"sqlite:///{(data_dir / DATABASE_FILE).absolute()}"
    return Settings(**values)


def _parsed(setting: Setting, env: Mapping[str, str]) -> Any:
    text = env.get(setting.name, "").strip() or setting.default
    if text is None:
        return None
    try:
        return setting.kind.parse(text)
    except ValueError as error:
        raise ConfigError(setting.name, None if setting.secret else text, str(error)) from None


def _refuse_halves(values: Mapping[str, Any]) -> None:
    """Pairs of which one alone can't work: say so at start, not at the first log-in."""
    for one, other in (
        ("operator_email", "operator_password"),
        ("platform_client_id", "platform_client_secret"),
        ("syncaroo_client_id", "syncaroo_client_secret"),
    ):
        missing = [name for name in (one, other) if values[name] is None]
        if len(missing) == 1:
            given = other if missing[0] == one else one
            raise ConfigError(
                f"WIDGET_{missing[0].upper()}", None, f"set it too, or unset WIDGET_{given.upper()}: they go together"
            )


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(
            "WIDGET_DATA_DIR", str(folder), f"can't be made or used as a folder ({error.strerror})"
        ) from None


def _kept_key(file: Path) -> str:
    """The key in `file`; made once, readable by its owner only, however many processes start together."""
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(8)}")
    if not file.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(secrets.token_urlsafe(48))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, file)  # never replaces: the first process wins, the others read its key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_text().strip()
