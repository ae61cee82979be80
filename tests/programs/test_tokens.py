"""Tokens are made, known and revoked: also by many at once, and while the database is away."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

import pytest
from sqlalchemy import text

from tests.conftest import FakeClock
from widget_server.errors import ProgramRefused, StoreUnavailable
from widget_server.model import DataKind
from widget_server.programs.token_text import digest
from widget_server.programs.tokens import MOST_AT_A_TIME, AccessTokens, NewToken, NotMade, spoken
from widget_server.store import access_tokens, activity
from widget_server.store.engine import Database

T = TypeVar("T")
WHO = "operator@example.com"
RATES = (DataKind.RATES,)


@pytest.fixture
def tokens(database: Database, clock: FakeClock) -> AccessTokens:
    return AccessTokens(database, clock)


def make(tokens: AccessTokens, name: str = "Report", *kinds: DataKind) -> str:
    """A new token's text."""
    made = tokens.make(WHO, name, kinds or RATES)
    assert isinstance(made, NewToken)
    return made.text


def bearer(token: str) -> str:
    return f"Bearer {token}"


def last_used(tokens: AccessTokens) -> datetime | None:
    return tokens.good()[0].last_used_at


def deeds(database: Database) -> list[tuple[str, str | None]]:
    with database.read() as connection:
        return [(deed.actor, deed.detail) for deed in reversed(activity.latest(connection, 100))]


def at_once(count: int, call: Callable[[int], T]) -> list[T]:
    """What `count` calls answer that begin together."""
    gate = threading.Barrier(count)

    def run(number: int) -> T:
        gate.wait(30)
        return call(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_a_token_says_who_comes_and_what_it_may_read(tokens: AccessTokens) -> None:
    make(tokens, "Other")
    token = make(tokens, "Report", DataKind.LISTINGS, DataKind.RATES)
    found = tokens.authenticate(bearer(token))
    assert (found.name, found.kinds) == ("Report", (DataKind.LISTINGS, DataKind.RATES))
    assert token.startswith(found.starts_with)
    assert len(found.starts_with) == 6


@pytest.mark.parametrize("change", [str.swapcase, lambda token: token[::-1], digest])
def test_what_only_looks_like_it_is_refused(tokens: AccessTokens, change: Callable[[str], str]) -> None:
    token = make(tokens)
    with pytest.raises(ProgramRefused):
        tokens.authenticate(bearer(change(token)))


def test_neither_database_nor_representation_holds_the_token(tokens: AccessTokens, database: Database) -> None:
    made = tokens.make(WHO, "Report", RATES)
    assert isinstance(made, NewToken)
    tokens.authenticate(bearer(made.text))
    with database.read() as connection:
        rows = connection.execute(text("SELECT * FROM access_tokens")).all()
        lines = connection.execute(text("SELECT * FROM activity")).all()
    held = f"{rows}{lines}{made!r}{tokens.good()}"
    assert digest(made.text) in held
    assert made.text[:7] not in held


def test_making_and_revoking_are_written_down_once(tokens: AccessTokens, database: Database) -> None:
    make(tokens, "Report", DataKind.LISTINGS, DataKind.LOCATIONS, DataKind.RATES)
    (found,) = tokens.good()
    assert tokens.revoke(WHO, found.id)
    assert not tokens.revoke(WHO, found.id)
    assert not tokens.revoke(WHO, 4711)
    assert deeds(database) == [
        (WHO, "Made the access token “Report”, to read listings, locations and rates."),
        (WHO, "Revoked the access token “Report”."),
    ]


def test_a_revoked_token_opens_nothing_and_frees_its_name(tokens: AccessTokens) -> None:
    token = make(tokens)
    tokens.authenticate(bearer(token))
    assert tokens.revoke(WHO, tokens.good()[0].id)
    with pytest.raises(ProgramRefused):
        tokens.authenticate(bearer(token))
    assert make(tokens) != token


@pytest.mark.parametrize("name", ["Report", "REPORT", "Ｒｅｐｏｒｔ", "Re\u200bport"])
def test_a_name_that_looks_like_another_is_taken(tokens: AccessTokens, database: Database, name: str) -> None:
    make(tokens)
    assert tokens.make(WHO, name, RATES) is NotMade.NAME_TAKEN
    assert len(deeds(database)) == 1


def test_there_are_never_more_than_one_can_look_through(tokens: AccessTokens, database: Database) -> None:
    for number in range(MOST_AT_A_TIME - 2):
        make(tokens, f"Program {number}")
    made = at_once(6, lambda number: tokens.make(WHO, f"Late {number}", RATES))
    assert [isinstance(each, NewToken) for each in made].count(True) == 2
    assert made.count(NotMade.TOO_MANY) == 4
    assert len(tokens.good()) == MOST_AT_A_TIME
    assert len(deeds(database)) == MOST_AT_A_TIME


def test_of_one_form_sent_many_times_at_once_one_makes_a_token(tokens: AccessTokens) -> None:
    made = at_once(6, lambda _: tokens.make(WHO, "Report", RATES))
    assert made.count(NotMade.NAME_TAKEN) == 5
    assert len(tokens.good()) == 1


def test_of_many_who_revoke_at_once_one_did(tokens: AccessTokens, database: Database) -> None:
    token = make(tokens)
    id = tokens.good()[0].id

    def use_or_revoke(number: int) -> bool:
        if number % 2:
            return tokens.revoke(WHO, id)
        try:
            tokens.authenticate(bearer(token))
        except ProgramRefused:
            return False
        return False

    assert at_once(8, use_or_revoke).count(True) == 1
    assert len(deeds(database)) == 2
    with pytest.raises(ProgramRefused):
        tokens.authenticate(bearer(token))


def test_the_last_use_is_right_to_a_minute(tokens: AccessTokens, clock: FakeClock) -> None:
    token = make(tokens)
    assert last_used(tokens) is None
    first = clock()
    tokens.authenticate(bearer(token))
    clock.advance(seconds=59)
    tokens.authenticate(bearer(token))
    assert last_used(tokens) == first
    clock.advance(seconds=1)
    tokens.authenticate(bearer(token))
    assert last_used(tokens) == clock()


def test_a_refused_token_counts_as_no_use(tokens: AccessTokens) -> None:
    token = make(tokens)
    with pytest.raises(ProgramRefused):
        tokens.authenticate(bearer(token[::-1]))
    assert last_used(tokens) is None


def test_a_chatty_program_never_waits_for_a_writer(
    tokens: AccessTokens, database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    token = make(tokens)
    impatient = Database(database.url, busy_timeout_ms=50)
    reader = AccessTokens(impatient, clock)
    reader.authenticate(bearer(token))
    with database.write() as held, caplog.at_level(logging.WARNING):
        assert access_tokens.mark_used(held, tokens.good()[0].id, clock(), unless_after=clock())
        for _ in range(20):
            reader.authenticate(bearer(token))
    assert caplog.messages == []
    impatient.close()


def test_a_database_that_takes_no_writes_keeps_nobody_from_an_answer(
    tokens: AccessTokens, database: Database, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    token = make(tokens)
    impatient = Database(database.url, busy_timeout_ms=50)
    reader = AccessTokens(impatient, clock)
    with database.write() as held:
        access_tokens.mark_used(held, tokens.good()[0].id, clock(), unless_after=clock())
        held.execute(text("UPDATE access_tokens SET last_used_at = NULL"))
        for _ in range(3):
            assert reader.authenticate(bearer(token)).name == "Report"
    assert len([line for line in caplog.messages if "can't be noted now" in line]) == 1
    assert token not in caplog.text
    clock.advance(seconds=60)
    reader.authenticate(bearer(token))
    assert last_used(tokens) == clock()
    impatient.close()


def test_a_database_that_is_away_says_so(clock: FakeClock) -> None:
    away = Database("postgresql+psycopg://postgres@127.0.0.1:1/nowhere")
    tokens = AccessTokens(away, clock)
    with pytest.raises(StoreUnavailable):
        tokens.authenticate(bearer("a" * 64))
    with pytest.raises(ProgramRefused):
        tokens.authenticate("Bearer nonsense")
    away.close()


def test_kinds_are_spoken_of_in_words() -> None:
    assert [spoken(tuple(DataKind)[:count]) for count in (0, 1, 2, 3)] == [
        "nothing",
        "listings",
        "listings and locations",
        "listings, locations and resources",
    ]
