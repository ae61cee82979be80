"""Which header opens the door, and for whom (FAULTS 24)."""

from datetime import timedelta

import pytest

from tests.conftest import FakeClock
from widget_server.connect.bearer import Grant, authenticate
from widget_server.connect.opaque import fingerprint
from widget_server.errors import RequestRefused
from widget_server.store import authorizations
from widget_server.store.authorizations import NewCode, TokenPair
from widget_server.store.engine import Database

GOOD = "Bearer access-one"


def issue(database: Database, clock: FakeClock, connection_id: str = "99", name: str = "one") -> None:
    now = clock()
    hour = now + timedelta(hours=1)
    pair = TokenPair(fingerprint(f"access-{name}"), fingerprint(f"refresh-{name}"), hour)
    with database.write() as connection:
        code = NewCode(name, connection_id, "xyz1243", "https://app/connection", 1, [], hour)
        authorizations.save_code(connection, code, now)
        authorizations.redeem(connection, name, pair, now)


def refusal(database: Database, clock: FakeClock, header: str | None) -> tuple[int, str]:
    with pytest.raises(RequestRefused) as caught:
        authenticate(database, clock, header)
    return caught.value.status, caught.value.code


def test_a_good_token_names_its_connection_and_operator(database: Database, clock: FakeClock) -> None:
    issue(database, clock)
    issue(database, clock, "100", "two")
    for header in (GOOD, "bearer access-one", "BEARER   access-one", "Bearer access-one "):
        grant = authenticate(database, clock, header)
        assert isinstance(grant, Grant)
        assert (grant.connection_id, grant.operator_id) == ("99", 1)


def test_anything_else_is_refused(database: Database, clock: FakeClock) -> None:
    issue(database, clock)
    for header in (
        None, "", "Bearer", "Bearer ", "access-one", "Basic access-one", "Bearer access-one, Bearer access-one",
        "Bearer access one", "Bearer wrong", "Bearer ACCESS-ONE", "Bearer ä", "Bearer \x00", "Bearer " + "a" * 5000,
        "Bearer refresh-one",
    ):  # fmt: skip
        assert (header, *refusal(database, clock, header)) == (header, 401, "invalid_token")


def test_an_access_token_ends_when_its_hour_is_over(database: Database, clock: FakeClock) -> None:
    issue(database, clock)
    clock.advance(minutes=59, seconds=59)
    authenticate(database, clock, GOOD)
    clock.advance(seconds=1)
    assert refusal(database, clock, GOOD) == (401, "invalid_token")


def test_a_revoked_token_is_refused(database: Database, clock: FakeClock) -> None:
    issue(database, clock)
    with database.write() as connection:
        authorizations.revoke_connection(connection, "99", "the operator ended it", clock())
    assert refusal(database, clock, GOOD) == (401, "invalid_token")


def test_presenting_the_new_access_token_ends_the_old_refresh_token(database: Database, clock: FakeClock) -> None:
    issue(database, clock)
    hour = clock() + timedelta(hours=1)
    with database.write() as connection:
        second = TokenPair(fingerprint("access-two"), fingerprint("refresh-two"), hour)
        assert authorizations.refresh(connection, fingerprint("refresh-one"), second, clock())
    authenticate(database, clock, GOOD)
    authenticate(database, clock, "Bearer access-two")
    with database.write() as connection:
        third = TokenPair("access-three", "refresh-three", hour)
        assert not authorizations.refresh(connection, fingerprint("refresh-one"), third, clock())
    assert refusal(database, clock, "Bearer access-two") == (401, "invalid_token")
