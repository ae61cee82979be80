"""Settings: what stops the start and how it is said, the generated key, `.env`, and the manual."""

import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from widget_server import config
from widget_server.config_manual import manual
from widget_server.errors import ConfigError
from widget_server.setting_table import SECTIONS, SETTINGS

ROOT = Path(__file__).parents[1]

WRONG_VALUES = {
    "WIDGET_SITE_URL": ["prices.example.com", "ftp://a.example", "https://a.example/path", "https://a.example?x=1",
                        "https://user@a.example", "https://evil\\@a.example", "http://a.example", "https://a.example:0",
                        "https://a.example:99999", "https://", "https://a..example:x", "https://-a.example", "a\x00b",
                        "https://a..example", "https://a.-b.example", f"https://{'a' * 64}.example", "https://a."],
    "WIDGET_TRUSTED_PROXIES": ["-1", "one", "11", "1.5", "٣"],
    "WIDGET_SECRET_KEY": ["short", ",", "k" * 40 + ",short"],
    "WIDGET_DATA_DIR": ["/dev/null", "/dev/null/inside", "~nobody-of-that-name/x", "/proc/1/x"],
    "WIDGET_DATABASE_URL": ["mysql://h/d", "sqlite://", "sqlite:///", "sqlite:///:memory:", "postgresql://",
                            "postgresql://h:port/d", "postgresql://h", "sqlite:////dev/null/x.sqlite3"],
    "WIDGET_REDIS_URL": ["localhost:6379", "redis://", "redis://h:port/0", "unix://"],
    "WIDGET_OPERATOR_EMAIL": ["operator", "a@b@c", "a b@c", "\u0130" * 64 + "@" + "\u0130" * 190],
    "WIDGET_OPERATOR_PASSWORD": ["too-short"],
    "WIDGET_PLATFORM_CLIENT_ID": ["a\tb"],
    "WIDGET_PLATFORM_CLIENT_SECRET": ["a\x01b"],
    "WIDGET_SYNCAROO_CLIENT_ID": ["a\udc80b"],
    "WIDGET_SYNCAROO_CLIENT_SECRET": ["a\x7fb"],
    "WIDGET_SYNCAROO_APP_URL": ["app.syncaroo.com", "http://app.syncaroo.com"],
    "WIDGET_SYNCAROO_API_URL": ["https://api.syncaroo.com, api2.syncaroo.com", "http://api.syncaroo.com", ","],
    "WIDGET_SYNCAROO_HASH_MODE": ["strict"],
    "WIDGET_SYNCAROO_HASH_SECRET": ["a\x00b"],
    "WIDGET_SYNCAROO_HASH_ALGORITHM": ["md5"],
    "WIDGET_SWEEP_HOURS": ["0", "25"],
    "WIDGET_FETCHES_AT_ONCE": ["0", "33", "four"],
    "WIDGET_WORKSPACE_NAME": ["a\x00b", "caf\udce9"],
    "WIDGET_LOCALE": ["english", "en-XQ", "-"],
    "WIDGET_LANGUAGES": ["it", "en, it", "*, en", ",", "English", "en;de"],
    "WIDGET_CURRENCY": ["POUNDS", "XX1"],
    "WIDGET_ACCENT": ["green", "#fff", "#12345g"],
    "WIDGET_STALE_AFTER_HOURS": ["0", "721", "day"],
    "WIDGET_BOOKING_URL": ["book.example.com", "javascript:alert({rate})", "https://{location}.example/", "https://",
                           "https://b.example/{room}", "https://b.example/{rate", "https://b.example/a b", "ftp://a.example",
                           "https://user@b.example/", "https://b.example:port/", "https://b.example\\@evil.example/",
                           "mailto:", "tel:{rate}", "https://b.example/" + "x" * 1_000],
    "WIDGET_ALLOWED_ORIGINS": ["*.example.com", "*, https://a.example", ",", "https://a.example/x"],
    "WIDGET_METRICS_TOKEN": ["a\nb"],
    "WIDGET_SMTP_URL": ["mail.example.com", "smtp://", "smtp://h:port"],
    "WIDGET_ALERT_EMAIL": ["nobody"],
    "WIDGET_ALERT_URL": ["chat.example.com/hook", "ftp://chat.example.com", "https:///hook", "https://a b/"],
}  # fmt: skip


def refusal(env: Mapping[str, str]) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        config.load(env)
    return caught.value


# Wrong values


def test_every_setting_has_wrong_values_to_test() -> None:
    assert set(WRONG_VALUES) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, some in WRONG_VALUES.items() for value in some])
def test_a_wrong_value_stops_the_start_and_says_which(settings_env: dict[str, str], name: str, value: str) -> None:
    error = refusal(settings_env | {name: value})
    secret = next(setting.secret for setting in SETTINGS if setting.name == name)
    assert error.name == name
    assert str(error).startswith(name if secret else f"{name} is {value!r}") or name == "WIDGET_DATA_DIR"
    assert len(error.remedy.split()) > 2
    str(error).encode()
    assert not secret or repr(value) not in str(error)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WIDGET_SECRET_KEY", "hunter2"),
        ("WIDGET_OPERATOR_PASSWORD", "hunter2"),
        ("WIDGET_SYNCAROO_CLIENT_SECRET", "hunter2\x00"),
        ("WIDGET_DATABASE_URL", "mysql://me:hunter2@host/name"),
        ("WIDGET_DATABASE_URL", "postgresql://me:hunter2@host:port/name"),
        ("WIDGET_REDIS_URL", "redis://:hunter2@host:port"),
        ("WIDGET_SMTP_URL", "smtp://me:hunter2@host:port"),
        ("WIDGET_ALERT_URL", "https://host:port/hunter2"),
        ("WIDGET_SITE_URL", "https://me:hunter2@prices.example.com"),
        ("WIDGET_SYNCAROO_API_URL", "https://api.syncaroo.com, https://me:hunter2@api.example.com"),
    ],
)
def test_a_secret_is_never_repeated(settings_env: dict[str, str], name: str, value: str) -> None:
    error = refusal(settings_env | {name: value})
    assert error.name == name
    assert "hunter2" not in f"{error!s} {error!r} {error.__cause__!r}"


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ("WIDGET_OPERATOR_EMAIL", "WIDGET_OPERATOR_PASSWORD"),
        ("WIDGET_OPERATOR_PASSWORD", "WIDGET_OPERATOR_EMAIL"),
        ("WIDGET_PLATFORM_CLIENT_ID", "WIDGET_PLATFORM_CLIENT_SECRET"),
        ("WIDGET_SYNCAROO_CLIENT_SECRET", "WIDGET_SYNCAROO_CLIENT_ID"),
    ],
)
def test_half_of_a_pair_stops_the_start_and_names_both(settings_env: dict[str, str], given: str, lacking: str) -> None:
    error = refusal(settings_env | {lacking: ""})
    assert error.name == lacking
    assert given in error.remedy


# Right values


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("WIDGET_SITE_URL", "HTTPS://Prices.Example.com:443/", "https://prices.example.com"),
        ("WIDGET_SITE_URL", "http://localhost:8000", "http://localhost:8000"),
        ("WIDGET_SITE_URL", "http://[::1]:8000/", "http://[::1]:8000"),
        ("WIDGET_SYNCAROO_API_URL", "https://a.example, https://b.example:8443", ("https://a.example", "https://b.example:8443")),
        ("WIDGET_ALLOWED_ORIGINS", "http://intranet, https://a.example", ("http://intranet", "https://a.example")),
        ("WIDGET_ALLOWED_ORIGINS", "*", ("*",)),
        ("WIDGET_DATABASE_URL", "postgres://u:p@h/name", "postgresql+psycopg://u:p@h/name"),
        ("WIDGET_SYNCAROO_HASH_MODE", "Enforce", "enforce"),
        ("WIDGET_OPERATOR_EMAIL", " Me@Example.com ", "me@example.com"),
        ("WIDGET_SECRET_KEY", f"{'n' * 32}, {'o' * 32}", ("n" * 32, "o" * 32)),
        ("WIDGET_LOCALE", "de_DE", "de-DE"),
        ("WIDGET_LANGUAGES", "*", ("*",)),
        ("WIDGET_LANGUAGES", "DE, en,de", ("de", "en")),
        ("WIDGET_CURRENCY", "eur", "EUR"),
        ("WIDGET_ACCENT", "#0B6E4F", "#0b6e4f"),
        ("WIDGET_WORKSPACE_NAME", "  Büro & Söhne ", "Büro & Söhne"),
        ("WIDGET_ALERT_URL", "https://chat.example.com/hooks/1?x=2", "https://chat.example.com/hooks/1?x=2"),
        ("WIDGET_SMTP_URL", "smtp://user:p@mail.example.com:587", "smtp://user:p@mail.example.com:587"),
    ],
)  # fmt: skip
def test_a_value_is_read_in_its_plain_form(settings_env: dict[str, str], name: str, text: str, value: object) -> None:
    attribute = next(setting.attribute for setting in SETTINGS if setting.name == name)
    assert getattr(config.load(settings_env | {name: text}), attribute) == value


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    found = config.load({"WIDGET_DATA_DIR": str(tmp_path / "var")})
    assert found.site_url == "http://127.0.0.1:8000"
    assert not found.site_url_is_set
    assert found.database_url == f"sqlite:///{tmp_path}/var/widget.sqlite3"
    assert found.syncaroo_api_url == ("https://api.syncaroo.com",)


def test_an_empty_variable_counts_as_unset(settings_env: dict[str, str]) -> None:
    assert config.load(settings_env | {"WIDGET_CURRENCY": " ", "WIDGET_LOCALE": ""}).locale == "en-GB"


def test_the_table_and_the_settings_name_the_same_things() -> None:
    attributes = {field.name for field in fields(config.Settings)} - {"site_url_is_set", "given"}
    assert attributes == {setting.attribute for setting in SETTINGS}


def test_secrets_are_not_in_the_printed_form(settings_env: dict[str, str]) -> None:
    secrets = {setting.name for setting in SETTINGS if setting.secret} & set(settings_env)
    printed = repr(config.load(settings_env))
    assert len(secrets) >= 4
    assert [name for name in secrets if settings_env[name] in printed] == []


# The generated key


def test_the_generated_key_is_kept_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    env = {"WIDGET_DATA_DIR": str(tmp_path / "var")}
    first = config.load(env).secret_key
    assert config.load(env).secret_key == first
    assert len(first[0]) >= 32
    assert stat.S_IMODE((tmp_path / "var" / config.KEY_FILE).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


@pytest.mark.flow
def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import sys; from widget_server import config; sys.stdin.read(); "
        f"print(config.load({{'WIDGET_DATA_DIR': {str(tmp_path / 'var')!r}}}).secret_key[0])"
    )
    command = [sys.executable, "-c", program]
    started = [
        subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(4)
    ]
    for process in started:
        assert process.stdin
        process.stdin.close()  # the starting shot
    keys = {process.stdout.read() for process in started if process.stdout}
    assert [process.wait() for process in started] == [0] * 4
    for process in started:
        assert process.stdout
        process.stdout.close()
    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "var").iterdir()] == [config.KEY_FILE]


@pytest.mark.parametrize("kept", [b"", b"short", b"\xff" * 40])
def test_a_damaged_key_file_stops_the_start(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / config.KEY_FILE).write_bytes(kept)
    error = refusal({"WIDGET_DATA_DIR": str(tmp_path)})
    assert error.name == "WIDGET_SECRET_KEY"
    assert (tmp_path / config.KEY_FILE).read_bytes() == kept


# Where variables come from


def test_the_environment_wins_over_the_env_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".env"
    file.write_text("WIDGET_LOCALE=de-DE\nWIDGET_CURRENCY=EUR\nWIDGET_ALERT_EMAIL\n# a comment\n")
    monkeypatch.setenv("WIDGET_CURRENCY", "GBP")
    found = config.environment(file)
    assert (found["WIDGET_LOCALE"], found["WIDGET_CURRENCY"]) == ("de-DE", "GBP")
    assert "WIDGET_ALERT_EMAIL" not in found


def test_the_env_file_reads_as_flasks_own_commands_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLDER", "/srv")
    (tmp_path / ".env").write_text("WIDGET_DATA_DIR=${FOLDER}/widget\nWIDGET_OPERATOR_PASSWORD=pa$$word\n")
    read = config.environment(tmp_path / ".env")
    assert (read["WIDGET_DATA_DIR"], read["WIDGET_OPERATOR_PASSWORD"]) == ("/srv/widget", "pa$$word")


def test_no_env_file_is_fine_and_a_broken_one_is_named(tmp_path: Path) -> None:
    assert config.environment(tmp_path / "none")
    (tmp_path / ".env").write_bytes(b"\xff\xfe=1")
    with pytest.raises(ConfigError, match="can't be read"):
        config.environment(tmp_path / ".env")


# The manual


def test_the_manual_says_what_the_table_says() -> None:
    assert (ROOT / "docs" / "configuration.md").read_text() == manual(SECTIONS), (
        "run: flask settings docs > docs/configuration.md"
    )
