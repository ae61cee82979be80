"""Keys for Syncaroo that are made in the console: shown once, rotated with two good at a time."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from tests.conftest import FakeClock
from widget_server import config
from widget_server.connect.platform_keys import NewKeys, NotMade, PlatformKeys
from widget_server.site_settings import SiteSettings
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database

WHO = "operator@example.com"


@pytest.fixture
def bare(settings_env: dict[str, str]) -> config.Settings:
    """No keys in the environment."""
    return config.load({name: value for name, value in settings_env.items() if "_CLIENT_" not in name})


def keys_of(database: Database, settings: config.Settings, clock: FakeClock) -> PlatformKeys:
    site = SiteSettings(database, Cipher(settings.secret_key), settings, clock)
    site.seed()
    return PlatformKeys(database, site, clock)


@pytest.fixture
def keys(database: Database, bare: config.Settings, clock: FakeClock) -> PlatformKeys:
    return keys_of(database, bare, clock)


def test_before_there_is_a_secret_there_is_no_client(keys: PlatformKeys) -> None:
    assert keys.client() is None


def test_the_first_secret_brings_a_client_id_and_works_at_once(keys: PlatformKeys) -> None:
    made = keys.make(WHO)
    client = keys.client()
    assert isinstance(made, NewKeys)
    assert client
    assert client.client_id == made.client_id
    assert client.authenticates(made.client_id, made.secret)
    assert not client.authenticates(made.client_id, made.secret + "x")
    assert not client.authenticates("another", made.secret)


def test_neither_database_nor_representation_holds_the_secret(keys: PlatformKeys, database: Database) -> None:
    made = keys.make(WHO)
    assert isinstance(made, NewKeys)
    with database.read() as connection:
        rows = connection.execute(text("SELECT secret_hash FROM platform_secrets")).scalars().all()
        deeds = connection.execute(text("SELECT detail FROM activity")).scalars().all()
    assert made.secret not in f"{rows}{deeds}{made!r}{keys.client()!r}"
    assert len(deeds) == 1


def test_two_are_good_during_a_rotation_and_no_third_is_made(keys: PlatformKeys) -> None:
    old, new = keys.make(WHO), keys.make(WHO)
    assert isinstance(old, NewKeys)
    assert isinstance(new, NewKeys)
    assert old.client_id == new.client_id
    assert keys.make(WHO) is NotMade.TOO_MANY
    client = keys.client()
    assert client
    assert client.authenticates(old.client_id, old.secret)
    assert client.authenticates(new.client_id, new.secret)
    assert keys.retire(WHO, keys.made()[1].id)
    client = keys.client()
    assert client
    assert not client.authenticates(old.client_id, old.secret)
    assert client.authenticates(new.client_id, new.secret)


def test_what_is_asked_for_twice_is_made_once(keys: PlatformKeys) -> None:
    seen = keys.newest()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: keys.make(WHO, seen), range(4)))
    assert made.count(NotMade.MADE_ALREADY) == 3
    assert len(keys.made()) == 1
    assert isinstance(keys.make(WHO, keys.newest()), NewKeys)
    assert keys.make(WHO, seen) is NotMade.MADE_ALREADY


def test_the_last_one_is_not_retired(keys: PlatformKeys) -> None:
    keys.make(WHO)
    assert not keys.retire(WHO, keys.made()[0].id)
    assert keys.client() is not None


def test_the_environments_secret_stays_good_beside_those_made_here(
    database: Database, settings: config.Settings, clock: FakeClock
) -> None:
    keys = keys_of(database, settings, clock)
    made = keys.make(WHO)
    client = keys.client()
    assert isinstance(made, NewKeys)
    assert client
    assert made.client_id == "xyz1243"
    assert client.authenticates("xyz1243", made.secret)
    assert client.authenticates("xyz1243", "platform-secret")
    assert keys.retire(WHO, keys.made()[0].id)
