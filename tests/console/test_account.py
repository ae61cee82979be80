"""The one account: seeded from the environment, set by a link that works once, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Connection, func, select

from tests.conftest import QUICK_HASH, FakeClock
from widget_server.config import Settings
from widget_server.console.account import Operator, OperatorAccounts
from widget_server.store.engine import Database
from widget_server.store.tables import operators, setup_links

KEY = "k" * 40
PASSWORD = "correct horse battery"


@pytest.fixture
def accounts(database: Database, clock: FakeClock) -> OperatorAccounts:
    return OperatorAccounts(database, clock, [KEY], QUICK_HASH)


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def test_the_environment_makes_the_account(accounts: OperatorAccounts, settings: Settings) -> None:
    accounts.ensure_from_settings(settings)
    found = accounts.check("operator@example.com", PASSWORD)
    assert found
    assert found.email == "operator@example.com"


def test_without_variables_there_is_no_account_and_nobody_gets_in(
    accounts: OperatorAccounts, settings: Settings
) -> None:
    accounts.ensure_from_settings(replace(settings, operator_email=None, operator_password=None))
    assert not accounts.exists()
    assert accounts.check("operator@example.com", PASSWORD) is None


def test_a_second_start_changes_nothing(accounts: OperatorAccounts, settings: Settings) -> None:
    accounts.ensure_from_settings(settings)
    before = accounts.check("operator@example.com", PASSWORD)
    accounts.ensure_from_settings(settings)
    assert accounts.check("operator@example.com", PASSWORD) == before


def test_processes_that_start_at_once_make_one_account(
    accounts: OperatorAccounts, settings: Settings, database: Database
) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(accounts.ensure_from_settings, [settings] * 4))
    with database.read() as connection:
        assert connection.execute(select(operators.c.session_epoch)).scalars().all() == [1]


def test_a_password_chosen_by_link_outlives_the_next_start_until_the_variable_changes(
    accounts: OperatorAccounts, settings: Settings
) -> None:
    accounts.ensure_from_settings(settings)
    accounts.redeem(token_of(accounts.setup_link("http://site")), "operator@example.com", "chosen by link")
    accounts.ensure_from_settings(settings)
    assert accounts.check("operator@example.com", "chosen by link")
    accounts.ensure_from_settings(replace(settings, operator_password="from the environment again"))
    assert accounts.check("operator@example.com", "chosen by link") is None
    assert accounts.check("operator@example.com", "from the environment again")


def test_a_rotated_key_does_not_bring_the_environments_password_back(
    accounts: OperatorAccounts, settings: Settings, database: Database, clock: FakeClock
) -> None:
    accounts.ensure_from_settings(settings)
    accounts.redeem(token_of(accounts.setup_link("http://site")), "operator@example.com", "chosen by link")
    OperatorAccounts(database, clock, ["n" * 40, KEY], QUICK_HASH).ensure_from_settings(settings)
    assert accounts.check("operator@example.com", "chosen by link")


def test_what_is_stored_tells_nothing_cheaply(database: Database, settings: Settings, clock: FakeClock) -> None:
    accounts = OperatorAccounts(database, clock, [KEY])
    accounts.ensure_from_settings(settings)
    token = token_of(accounts.setup_link("http://site"))
    with database.read() as connection:
        row = connection.execute(select(operators)).one()
        link = connection.execute(select(setup_links)).one()
    assert row.password_hash.startswith("scrypt:32768:8:3$")
    assert len(row.seed) == 64
    assert PASSWORD not in str(row)
    assert token not in str(link)


def test_the_same_password_leaves_another_seed_under_another_key(
    database: Database, settings: Settings, clock: FakeClock
) -> None:
    seeds = []
    for key in (KEY, "n" * 40):
        OperatorAccounts(database, clock, [key], QUICK_HASH).ensure_from_settings(settings)
        with database.read() as connection:
            seeds.append(connection.execute(select(operators.c.seed)).scalar_one())
    assert seeds[0] != seeds[1]


def test_a_link_works_once(accounts: OperatorAccounts) -> None:
    token = token_of(accounts.setup_link("https://prices.example.com"))
    assert accounts.link_is_open(token)
    assert accounts.redeem(token, "me@example.com", PASSWORD) == Operator(1, "me@example.com", 1)
    assert not accounts.link_is_open(token)
    assert accounts.redeem(token, "thief@example.com", PASSWORD) is None
    assert accounts.check("me@example.com", PASSWORD)


def test_a_link_names_the_site_and_cannot_be_guessed(accounts: OperatorAccounts) -> None:
    one, other = accounts.setup_link("https://prices.example.com"), accounts.setup_link("https://prices.example.com")
    assert one.startswith("https://prices.example.com/setup/")
    assert len(token_of(one)) == 43  # 256 bits in base64
    assert one != other


def test_one_of_five_who_redeem_a_link_at_once_gets_the_account(accounts: OperatorAccounts) -> None:
    token = token_of(accounts.setup_link("http://site"))
    with ThreadPoolExecutor(5) as pool:
        found = list(pool.map(lambda n: accounts.redeem(token, f"me{n}@example.com", PASSWORD), range(5)))
    assert sum(operator is not None for operator in found) == 1


def test_using_one_link_ends_the_others(accounts: OperatorAccounts) -> None:
    one, other = (token_of(accounts.setup_link("http://site")) for _ in range(2))
    accounts.redeem(one, "me@example.com", PASSWORD)
    assert not accounts.link_is_open(other)
    assert accounts.redeem(other, "thief@example.com", PASSWORD) is None


def test_a_link_is_over_after_a_day(accounts: OperatorAccounts, clock: FakeClock) -> None:
    token = token_of(accounts.setup_link("http://site"))
    clock.advance(hours=23, minutes=59)
    assert accounts.link_is_open(token)
    clock.advance(minutes=1)
    assert not accounts.link_is_open(token)
    assert accounts.redeem(token, "me@example.com", PASSWORD) is None


def test_links_that_are_over_are_forgotten(accounts: OperatorAccounts, clock: FakeClock, database: Database) -> None:
    accounts.setup_link("http://site")
    clock.advance(hours=25)
    accounts.setup_link("http://site")
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(setup_links)).scalar_one() == 1


@pytest.mark.parametrize("token", ["", "unknown", "ü", "\x00", "a" * 5000])
def test_a_made_up_link_is_refused(accounts: OperatorAccounts, token: str) -> None:
    assert not accounts.link_is_open(token)
    assert accounts.redeem(token, "me@example.com", PASSWORD) is None


def test_a_new_password_ends_earlier_sessions(accounts: OperatorAccounts, settings: Settings) -> None:
    accounts.ensure_from_settings(settings)
    before = accounts.check("operator@example.com", PASSWORD)
    assert before
    assert accounts.in_session(before.id, before.session_epoch)
    accounts.redeem(token_of(accounts.setup_link("http://site")), "operator@example.com", "chosen by link")
    assert accounts.in_session(before.id, before.session_epoch) is None


def test_logging_out_ends_the_sessions(accounts: OperatorAccounts, settings: Settings) -> None:
    accounts.ensure_from_settings(settings)
    operator = accounts.check("operator@example.com", PASSWORD)
    assert operator
    accounts.end_sessions(operator)
    assert accounts.in_session(operator.id, operator.session_epoch) is None


def test_a_hash_of_another_method_is_made_anew_at_the_log_in_and_no_session_ends(
    accounts: OperatorAccounts, settings: Settings, database: Database, clock: FakeClock
) -> None:
    accounts.ensure_from_settings(settings)
    before = accounts.check("operator@example.com", PASSWORD)
    assert before
    stricter = OperatorAccounts(database, clock, [KEY], "pbkdf2:sha256:2")
    assert stricter.check("operator@example.com", "wrong") is None
    assert stricter.check("nobody@example.com", PASSWORD) is None
    assert stored_hash(database).startswith(f"{QUICK_HASH}$")
    assert stricter.check("operator@example.com", PASSWORD) == before
    renewed = stored_hash(database)
    assert renewed.startswith("pbkdf2:sha256:2$")
    assert stricter.in_session(before.id, before.session_epoch) == before
    assert stricter.check("operator@example.com", PASSWORD) == before
    assert stored_hash(database) == renewed


def test_what_is_done_along_with_a_link_holds_with_it_or_neither_does(
    accounts: OperatorAccounts, database: Database
) -> None:
    token = token_of(accounts.setup_link("http://site"))

    def fail(connection: Connection) -> None:
        raise ValueError

    with pytest.raises(ValueError):
        accounts.redeem(token, "me@example.com", PASSWORD, fail)
    assert not accounts.exists()
    assert accounts.link_is_open(token)
    assert accounts.redeem(token, "me@example.com", PASSWORD, lambda connection: None)


def stored_hash(database: Database) -> str:
    with database.read() as connection:
        return str(connection.execute(select(operators.c.password_hash)).scalar_one())
