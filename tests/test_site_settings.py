"""PROTOCOL §6: the console's value holds until the variable's own value changes."""

import pytest
from sqlalchemy import text

from tests import seeding
from tests.conftest import FakeClock
from widget_server import config
from widget_server.config import Settings
from widget_server.hub.mapping import map_rates
from widget_server.site_settings import SiteSettings
from widget_server.store import prices, publication
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database
from widget_server.store.places import Stamp


def site(database: Database, settings: Settings, clock: FakeClock) -> SiteSettings:
    made = SiteSettings(database, Cipher(settings.secret_key), settings, clock)
    made.seed()
    return made


def change(database: Database, found: SiteSettings, **texts: str) -> None:
    with database.write() as connection:
        found.change(connection, texts)
    found.refresh()


def test_without_the_console_the_environments_values_hold(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    found = site(database, settings, clock).current()
    assert (found.workspace_name, found.currency) == ("Demo Workspace", "GBP")
    assert found.syncaroo_client_secret == "syncaroo-secret"


def test_the_consoles_value_survives_a_start(database: Database, settings: Settings, clock: FakeClock) -> None:
    change(database, site(database, settings, clock), workspace_name="The Mill", currency="")
    found = site(database, settings, clock).current()
    assert (found.workspace_name, found.currency) == ("The Mill", None)


def test_the_first_page_after_a_start_has_the_consoles_value(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    change(database, site(database, settings, clock), workspace_name="The Mill")
    assert site(database, settings, clock).known.workspace_name == "The Mill"


def test_a_variable_that_changes_wins_again(database: Database, settings_env: dict[str, str], clock: FakeClock) -> None:
    change(database, site(database, config.load(settings_env), clock), workspace_name="The Mill")
    renamed = config.load(settings_env | {"WIDGET_WORKSPACE_NAME": "The Wharf"})
    assert site(database, renamed, clock).current().workspace_name == "The Wharf"


def test_a_rotated_key_seeds_nothing_anew(database: Database, settings_env: dict[str, str], clock: FakeClock) -> None:
    change(database, site(database, config.load(settings_env), clock), workspace_name="The Mill")
    rotated = config.load(settings_env | {"WIDGET_SECRET_KEY": f"{'n' * 40},{'k' * 40}"})
    assert site(database, rotated, clock).current().workspace_name == "The Mill"


def test_another_process_sees_a_change_within_a_second(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    now = [0.0]
    other = SiteSettings(database, Cipher(settings.secret_key), settings, clock, monotonic=lambda: now[0])
    assert other.current().workspace_name == "Demo Workspace"
    change(database, site(database, settings, clock), workspace_name="The Mill")
    assert other.current().workspace_name == "Demo Workspace"
    now[0] = 1.0
    assert other.current().workspace_name == "The Mill"


def test_what_is_read_with_a_version_is_what_holds_in_it(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    other = SiteSettings(database, Cipher(settings.secret_key), settings, clock, monotonic=lambda: 0.0)
    assert other.current().stale_after_hours == 24
    change(database, site(database, settings, clock), stale_after_hours="48")
    assert other.current().stale_after_hours == 24  # looked a moment ago
    with database.read() as connection:
        assert other.as_of(connection).stale_after_hours == 48
    assert other.newest().stale_after_hours == 48


def test_a_secret_is_not_readable_in_the_database(database: Database, settings: Settings, clock: FakeClock) -> None:
    found = site(database, settings, clock)
    change(database, found, syncaroo_client_secret="another-secret")
    assert found.current().syncaroo_client_secret == "another-secret"
    with database.read() as connection:
        kept = connection.execute(text("SELECT value FROM site_settings")).scalars().all()
    assert not any(value and ("another-secret" in value or "syncaroo-secret" in value) for value in kept)


def test_a_wrong_value_says_what_would_do_and_changes_nothing(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    found = site(database, settings, clock)
    with pytest.raises(ValueError, match="three-letter currency"):
        change(database, found, workspace_name="The Mill", currency="pounds")
    found.refresh()
    assert found.current().workspace_name == "Demo Workspace"


def test_only_what_is_meant_for_it_can_be_set_here(database: Database, settings: Settings, clock: FakeClock) -> None:
    with pytest.raises(KeyError):
        change(database, site(database, settings, clock), secret_key="x" * 40)


def test_a_change_is_published(database: Database, settings: Settings, clock: FakeClock) -> None:
    found = site(database, settings, clock)
    with database.read() as connection:
        before = publication.version(connection)
    change(database, found, accent="#102030")
    with database.read() as connection:
        assert publication.version(connection) != before


def test_prices_that_name_no_currency_are_read_again_in_the_new_one_however_it_came(
    database: Database, settings_env: dict[str, str], clock: FakeClock
) -> None:
    seeding.add_listings(database, clock)
    found = site(database, config.load(settings_env), clock)
    ((data, raw),) = map_rates([{"ID": 1, "priceInCents": 4500}], "GBP").items
    with database.write() as connection:
        prices.save(connection, seeding.MEETING_ROOM, data, raw, Stamp(1, clock()))

    def shown() -> tuple[str, str | None]:
        with database.read() as connection:
            (row,) = prices.of_resource(connection, seeding.MEETING_ROOM)
        return str(row.data.amount), row.data.currency

    change(database, found, currency="JPY")
    assert shown() == ("4500", "JPY")
    site(database, config.load(settings_env | {"WIDGET_CURRENCY": "EUR"}), clock)
    assert shown() == ("45.00", "EUR")
    change(database, found, workspace_name="The Mill")
    assert shown() == ("45.00", "EUR")
