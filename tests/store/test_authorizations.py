"""Codes, token families and connections: each consumed, raised or revoked in one statement, on both databases."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from tests.conftest import FakeClock
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import authorizations, connections, listings
from widget_server.store.authorizations import NewCode, TokenPair
from widget_server.store.engine import Database

LIFETIME = timedelta(minutes=10)


class Issuer:
    """Makes codes and pairs on a database, named by short texts instead of digests."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database = database
        self.clock = clock

    def code(self, name: str, connection_id: str = "99", location_ids: Sequence[str] = ()) -> str:
        code = NewCode(name, connection_id, "xyz1243", "https://app/connection", 1, location_ids, self.later())
        with self.database.write() as connection:
            authorizations.save_code(connection, code, self.clock())
        return name

    def redeem(self, code: str, pair: str) -> bool:
        with self.database.write() as connection:
            return authorizations.redeem(connection, code, self.pair(pair), self.clock())

    def refresh(self, presented: str, pair: str) -> bool:
        with self.database.write() as connection:
            return authorizations.refresh(connection, f"refresh-{presented}", self.pair(pair), self.clock())

    def use(self, pair: str) -> bool:
        with self.database.write() as connection:
            token = authorizations.find_access(connection, f"access-{pair}")
            assert token is not None
            return authorizations.mark_used(connection, token)

    def revoked(self, pair: str) -> bool:
        with self.database.read() as connection:
            token = authorizations.find_access(connection, f"access-{pair}")
        assert token is not None
        return token.revoked

    def pair(self, name: str) -> TokenPair:
        return TokenPair(f"access-{name}", f"refresh-{name}", self.later())

    def later(self) -> datetime:
        return self.clock() + LIFETIME


def add_locations(database: Database, clock: FakeClock, *ids: str) -> None:
    with database.write() as connection:
        for id_ in ids:
            listing = Listing(ListingKind.LOCATION, id_, f"Location {id_}", ListingStatus.ACTIVE)
            listings.upsert(connection, listing, clock())


def owners(database: Database) -> dict[str, str | None]:
    with database.read() as connection:
        return {location.id: location.connection_id for location in listings.all_locations(connection)}


def test_a_code_is_exchanged_once(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    assert issuer.redeem(issuer.code("code"), "a")
    assert not issuer.redeem("code", "b")


def test_an_unknown_code_is_refused(database: Database, clock: FakeClock) -> None:
    assert not Issuer(database, clock).redeem("made up", "a")


def test_a_code_ends_at_its_tenth_minute(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.code("code")
    clock.advance(minutes=10)
    assert not issuer.redeem("code", "a")


def test_a_second_use_revokes_what_the_first_bought_even_after_expiry(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    assert not issuer.revoked("a")
    clock.advance(days=3)
    issuer.code("another", connection_id="100")
    issuer.redeem("code", "b")
    assert issuer.revoked("a")


def test_of_five_exchanges_at_once_one_wins(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.code("code")
    with ThreadPoolExecutor(5) as pool:
        results = list(pool.map(lambda n: issuer.redeem("code", str(n)), range(5)))
    assert sorted(results) == [False] * 4 + [True]


def test_two_codes_of_a_new_connection_at_once_leave_one_family(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    names = [issuer.code(f"code-{n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(lambda name: issuer.redeem(name, name), names))
    assert sorted(issuer.revoked(name) for name in names) == [False, True, True, True]


def test_connecting_again_ends_the_older_tokens_of_that_connection_only(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("first"), "a")
    issuer.redeem(issuer.code("other", connection_id="100"), "b")
    issuer.redeem(issuer.code("second"), "c")
    assert (issuer.revoked("a"), issuer.revoked("b"), issuer.revoked("c")) == (True, False, False)


def test_locations_change_hands_at_the_exchange_never_before(database: Database, clock: FakeClock) -> None:
    add_locations(database, clock, "1198", "7120")
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code", "12", ["1198", "7120"]), "a")
    issuer.code("taking", "99", ["1198"])
    assert owners(database) == {"1198": "12", "7120": "12"}
    issuer.redeem("taking", "b")
    assert owners(database) == {"1198": "99", "7120": "12"}


def test_a_refused_exchange_moves_no_location(database: Database, clock: FakeClock) -> None:
    add_locations(database, clock, "1198")
    issuer = Issuer(database, clock)
    issuer.code("code", "99", ["1198"])
    clock.advance(minutes=11)
    issuer.redeem("code", "a")
    assert owners(database) == {"1198": None}


def test_a_refresh_token_may_be_presented_again_until_its_successor_is_used(
    database: Database, clock: FakeClock
) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    assert issuer.refresh("a", "b")
    assert issuer.refresh("a", "b again")
    assert issuer.refresh("b again", "c")
    assert not issuer.revoked("c")


def test_using_the_new_access_token_ends_the_old_refresh_token(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    issuer.refresh("a", "b")
    assert issuer.use("b")
    assert not issuer.refresh("a", "c")
    assert issuer.revoked("b")


def test_a_refresh_token_two_generations_old_revokes_the_family(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    issuer.refresh("a", "b")
    issuer.refresh("b", "c")
    assert not issuer.refresh("a", "d")
    assert issuer.revoked("c")
    assert not issuer.refresh("c", "e")


def test_an_earlier_access_token_still_on_its_way_ends_nothing(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    issuer.refresh("a", "b")
    issuer.use("b")
    assert issuer.use("a")
    assert issuer.refresh("b", "c")


def test_a_refresh_token_works_after_years(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    clock.advance(days=4 * 365)
    assert issuer.refresh("a", "b")


def test_an_unknown_refresh_token_is_refused(database: Database, clock: FakeClock) -> None:
    assert not Issuer(database, clock).refresh("made up", "a")


def test_a_token_of_a_revoked_family_cannot_be_marked_as_used(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.redeem(issuer.code("code"), "a")
    with database.write() as connection:
        authorizations.revoke_connection(connection, "99", "the operator ended it", clock())
    assert not issuer.use("a")


def test_codes_that_nobody_used_are_forgotten(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.code("old")
    clock.advance(minutes=11)
    issuer.code("new")
    with database.read() as connection:
        assert authorizations.find_code(connection, "old") is None
        assert authorizations.find_code(connection, "new") is not None


def test_new_listings_have_a_connection_to_join_only_while_there_is_one(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    found = []
    for number in (99, 100):
        with database.read() as connection:
            found.append(authorizations.only_connection(connection))
        issuer.redeem(issuer.code(f"code-{number}", str(number)), str(number))
    with database.read() as connection:
        found.append(authorizations.only_connection(connection))
    assert found == [None, "99", None]


def test_a_connection_exists_from_its_first_exchange_on(database: Database, clock: FakeClock) -> None:
    issuer = Issuer(database, clock)
    issuer.code("code")
    with database.read() as connection:
        assert not connections.exists(connection, "99")
    issuer.redeem("code", "a")
    with database.read() as connection:
        assert connections.exists(connection, "99")
        assert authorizations.connected_since(connection) == {"99": clock()}
