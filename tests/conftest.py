"""Fixtures that every part shares: a clock to turn, settings, and a database on each engine that we support."""

import hashlib
import os
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

import psycopg
import pytest
import redis
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Browser as RealBrowser
from playwright.sync_api import sync_playwright
from sqlalchemy import BigInteger
from werkzeug.test import TestResponse

from widget_server import config, create_app, services, setting_kinds
from widget_server.console.account import OperatorAccounts
from widget_server.store.engine import Database
from widget_server.store.tables import metadata

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
POSTGRES = "postgresql://postgres@127.0.0.1:5432"
REDIS = "redis://127.0.0.1:6379/13"
QUICK_HASH = "pbkdf2:sha256:1"
SEED_ROWS = (
    "INSERT INTO counters (name, value) VALUES ('revision', 1), ('ticket', 0), ('listing', 0), ('sweep_finds', 0)",
    "INSERT INTO publication (id, epoch, version) VALUES (1, 'test', 1)",
    "INSERT INTO hub_credentials (id, state, version) VALUES (1, 'disconnected', 1)",
)


WHOLE_SITE = {"site", "browser", "operator_browser", "fresh", "unset_browser", "site_env"}
"""Fixtures that make the whole site: what uses them tests HTTP through all layers and is no unit test."""


MEMORY = Path("/dev/shm")


def pytest_configure(config: pytest.Config) -> None:
    """Temporary folders in memory where that can be had: every commit waits for the disk, thousands of them a run."""
    is_worker = hasattr(config, "workerinput")
    if not is_worker and config.option.basetemp is None and os.access(MEMORY, os.W_OK):
        config.option.basetemp = tempfile.mkdtemp(prefix="widget-tests-", dir=MEMORY)
        config.add_cleanup(partial(shutil.rmtree, config.option.basetemp, ignore_errors=True))


DATABASES = {"database", "database_url", "filled_sqlite", "sqlite_url", "postgres_url"}
"""Fixtures that bring a database."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function):
            if WHOLE_SITE & set(item.fixturenames):
                item.add_marker(pytest.mark.site)
            if DATABASES & set(item.fixturenames):
                item.add_marker(pytest.mark.store)


class CompiledTemplates(BytecodeCache):
    """Keeps what Jinja made of each template; by its checksum, a changed one is compiled anew."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if code := self._code.get(bucket.key):
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def compiled_templates() -> Iterator[None]:
    """Sites compile each template once in a process, not once in each test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": CompiledTemplates()})
        yield


@pytest.fixture(scope="session", autouse=True)
def derived_keys() -> Iterator[None]:
    """The same password with the same salt is derived once in a process: scrypt is slow so that guessing is, and each
    site derives the operator's seed when it starts."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hashlib, "scrypt", lru_cache(maxsize=64)(hashlib.scrypt))
        yield


class FakeClock:
    """A clock that stands still until a test advances it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def environment_of_a_site(folder: Path) -> dict[str, str]:
    """Variables of a site that is fully set up, with its data below `folder`."""
    return {
        "WIDGET_DATA_DIR": str(folder / "var"),
        "WIDGET_SITE_URL": "http://127.0.0.1:8000",
        "WIDGET_SECRET_KEY": "k" * 40,
        "WIDGET_OPERATOR_EMAIL": "operator@example.com",
        "WIDGET_OPERATOR_PASSWORD": "correct horse battery",
        "WIDGET_PLATFORM_CLIENT_ID": "xyz1243",
        "WIDGET_PLATFORM_CLIENT_SECRET": "platform-secret",
        "WIDGET_SYNCAROO_CLIENT_ID": "xxyyzz",
        "WIDGET_SYNCAROO_CLIENT_SECRET": "syncaroo-secret",
        "WIDGET_SYNCAROO_APP_URL": "https://app.syncaroo.com",
        "WIDGET_SYNCAROO_API_URL": "https://api.syncaroo.com",
        "WIDGET_WORKSPACE_NAME": "Demo Workspace",
        "WIDGET_CURRENCY": "GBP",
    }


@pytest.fixture
def settings_env(tmp_path: Path) -> dict[str, str]:
    """Variables of a site that is fully set up; tests add to them and call `config.load`."""
    return environment_of_a_site(tmp_path)


@pytest.fixture
def settings(settings_env: dict[str, str]) -> config.Settings:
    return config.load(settings_env)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An empty database of this run's own. Without a server: a failure in CI, a skip elsewhere."""
    name = f"widget_test_{uuid.uuid4().hex[:12]}"
    try:
        admin = psycopg.connect(f"{POSTGRES}/postgres", autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        if os.environ.get("CI"):
            pytest.fail(f"PostgreSQL must answer in CI: {error}")
        pytest.skip("no PostgreSQL at 127.0.0.1:5432")
    with admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield f"{POSTGRES}/{name}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as admin_again:
        admin_again.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A database of Redis that no demo uses. Without a server: a failure in CI, a skip elsewhere."""
    server = redis.from_url(REDIS)
    try:
        server.ping()
    except redis.ConnectionError as error:
        if os.environ.get("CI"):
            pytest.fail(f"Redis must answer in CI: {error}")
        pytest.skip("no Redis at 127.0.0.1:6379")
    finally:
        server.close()
    return REDIS


@pytest.fixture(scope="session")
def shared_postgres(postgres_url: str) -> Iterator[Database]:
    """Migrated once; its engine keeps its compiled statements from test to test."""
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE {postgres_url.rpartition('/')[2]} SET synchronous_commit = off")
    found = Database(setting_kinds.database_url.parse(postgres_url))
    found.migrate()
    yield found
    found.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file to copy: migrating anew for each test would be most of the run's time."""
    file = tmp_path_factory.mktemp("template") / "widget.sqlite3"
    database = Database(f"sqlite:///{file}")
    database.migrate()
    database.close()
    return file


@pytest.fixture
def sqlite_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    copy = tmp_path / "widget.sqlite3"
    copy.write_bytes(migrated_sqlite.read_bytes())
    return f"sqlite:///{copy}"


@pytest.fixture(scope="session")
def shared_sqlite(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """As `shared_postgres`."""
    file = tmp_path_factory.mktemp("shared") / "widget.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    found = Database(f"sqlite:///{file}")
    yield found
    found.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: each test that asks for it runs on SQLite and on PostgreSQL."""
    return emptied(request.getfixturevalue(f"shared_{request.param}"))


def emptied(found: Database) -> Database:
    """`found` as it is after its migrations."""
    emptying = [str(table.delete()) for table in reversed(metadata.sorted_tables)]
    with found.write() as connection:
        if found.is_sqlite:
            for statement in (*emptying, *SEED_ROWS):
                connection.exec_driver_sql(statement)
        else:  # all in one message: going to PostgreSQL and back sixty times would be most of a test's time
            connection.exec_driver_sql("; ".join((*emptying, *_sequences_anew(), *SEED_ROWS)))
    return found


def _sequences_anew() -> list[str]:
    """Statements after which PostgreSQL counts every table's rows from 1 again."""
    counted = [each for each in metadata.sorted_tables if "id" in each.c and isinstance(each.c.id.type, BigInteger)]
    return [f"SELECT setval('{table.name}_id_seq', 1, false)" for table in counted]


@pytest.fixture
def database_url(database: Database) -> str:
    """Where `database` is, for another process or a whole site."""
    return database.url


class Browser:
    """An operator's browser: keeps cookies, fills forms in as the page gave them."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def submit(self, page: str, action: str | None = None, **fields: str) -> TestResponse:
        """Open `page` and post `fields` with its CSRF token to `action` (default: the page itself)."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.client.get(page).text)
        assert token, f"{page} has no form"
        return self.client.post(action or page, data={"csrf_token": token[1]} | fields)

    def log_in(self, password: str = "correct horse battery", **fields: str) -> TestResponse:
        return self.submit("/login", email="operator@example.com", password=password, **fields)


@pytest.fixture(scope="session")
def sqlite_with_operator(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated file with the operator in it. The hash is a quick one: a real one takes a tenth of a second, which
    would be most of each test's time."""
    folder = tmp_path_factory.mktemp("operator")
    file = folder / "widget.sqlite3"
    file.write_bytes(migrated_sqlite.read_bytes())
    found = config.load(environment_of_a_site(folder))
    database = Database(f"sqlite:///{file}")
    OperatorAccounts(database, FakeClock(), found.secret_key, QUICK_HASH).ensure_from_settings(found)
    database.close()
    return file


@pytest.fixture
def site_env(settings_env: dict[str, str], sqlite_with_operator: Path, tmp_path: Path) -> dict[str, str]:
    """Variables of a site with a database of its own; tests add to them and call `create_app(config.load(…))`."""
    copy = tmp_path / "site.sqlite3"
    copy.write_bytes(sqlite_with_operator.read_bytes())
    return settings_env | {"WIDGET_DATABASE_URL": f"sqlite:///{copy}"}


@pytest.fixture
def site(site_env: dict[str, str], clock: FakeClock) -> Iterator[Flask]:
    """The whole site on a database of its own. (Not named `app`: pytest-flask would keep `g` across requests.)"""
    made = create_app(config.load(site_env), clock, QUICK_HASH)
    yield made
    made.extensions[services.EXTENSION].database.close()


@pytest.fixture
def browser(site: Flask) -> Browser:
    """Nobody is logged in yet."""
    return Browser(site.test_client())


@pytest.fixture
def operator_browser(browser: Browser) -> Browser:
    """The operator is logged in."""
    assert browser.log_in().status_code == 303
    return browser


@pytest.fixture(scope="session")
def chromium() -> Iterator[RealBrowser]:
    """The real browser, one a run: Playwright can't be started twice in a process."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield found
        found.close()
