"""The console's list of prices on both databases: what is chosen, what is found, and how many."""

from decimal import Decimal

import pytest

from tests.conftest import FakeClock
from tests.console import scene
from widget_server.model import Quarantined, RateData
from widget_server.store import counters, overrides, price_history, price_list, prices
from widget_server.store.engine import Database
from widget_server.store.overrides import Decision
from widget_server.store.places import Stamp
from widget_server.store.price_list import Show, Wanted
from widget_server.store.prices import PriceChange
from widget_server.store.words import wanted_words

PLAIN, CORRECTED, SAME, HIDDEN, UNUSED, REFUSED = range(1, 7)
NAMES = ("Stunde", "TAG GRÖSSE", "Straße", "Woche", "Monat", "100 %")


def rate(number: int, unit: str = "hour") -> RateData:
    name = NAMES[number - 1]
    return RateData(f"r{number}", f"r{number}", name, Decimal("45.00"), "EUR", unit)


@pytest.fixture
def store(database: Database, clock: FakeClock) -> Database:
    """One room in Zürich; of its six rates one of each kind."""
    with database.write() as connection:
        scene.add_connection(connection, clock())
        scene.add_listing(connection, clock(), "z", "Zürich", kind="location")
        scene.add_listing(connection, clock(), "7843", "Saal", location_id="z")
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        for number in range(1, 7):
            prices.save(connection, "7843", rate(number), {}, stamp)
        for number, amount in ((CORRECTED, "40.00"), (SAME, "45.00"), (UNUSED, "40.00")):
            overrides.save(connection, number, Decision(False, Decimal(amount), None), "me", clock())
        overrides.save(connection, HIDDEN, Decision(True, None, None), "me", clock())
        prices.save(connection, "7843", rate(UNUSED, "day"), {}, stamp)
        prices.quarantine(connection, "7843", Quarantined("r6", "its amount is negative", {}), stamp)
    return database


def ids(store: Database, wanted: Wanted) -> list[int]:
    with store.read() as connection:
        found = price_list.page(connection, wanted, offset=0, limit=10)
    assert found.counts[wanted.show] == len(found.rows)
    return [row.id for row in found.rows]


@pytest.mark.parametrize("words", ["", "saal"])
@pytest.mark.parametrize(
    ("show", "expected"),
    [
        (Show.ALL, [1, 2, 3, 4, 5, 6]),
        (Show.DIFFERS, [CORRECTED, HIDDEN, REFUSED]),
        (Show.OVERRIDDEN, [CORRECTED, SAME, HIDDEN, UNUSED]),
        (Show.HIDDEN, [HIDDEN]),
        (Show.REFUSED, [REFUSED]),
    ],
)
def test_each_choice_is_the_same_with_words_and_without(
    store: Database, show: Show, words: str, expected: list[int]
) -> None:
    assert ids(store, Wanted(show, wanted_words(words))) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("zürich", [1, 2, 3, 4, 5, 6]),
        ("ZU\u0308RICH stunde", [PLAIN]),
        ("größe", [CORRECTED]),
        ("STRASSE", [SAME]),
        ("%", [REFUSED]),
        ("_", []),
        ("nothing", []),
    ],
)
def test_names_are_found_in_any_case_on_either_database(store: Database, typed: str, expected: list[int]) -> None:
    assert ids(store, Wanted(words=wanted_words(typed))) == expected


def test_a_location_narrows_both_ways(store: Database) -> None:
    assert len(ids(store, Wanted(location_id="z"))) == 6
    assert ids(store, Wanted(location_id="elsewhere")) == []
    assert ids(store, Wanted(words=("saal",), location_id="elsewhere")) == []


def test_a_price_holds_since_its_last_change(store: Database, clock: FakeClock) -> None:
    first = clock()
    clock.advance(hours=1)
    with store.write() as connection:
        stamp = Stamp(counters.next_value(connection, "ticket"), clock())
        prices.save(connection, "7843", rate(PLAIN, "day"), {}, stamp)
    with store.read() as connection:
        found = price_list.page(connection, Wanted(), offset=0, limit=2).rows
    assert [row.changed_at for row in found] == [clock(), first]


def test_a_history_comes_by_pieces_that_are_all_of_it(store: Database, clock: FakeClock) -> None:
    with store.write() as connection:
        for cents in range(7):
            clock.advance(minutes=1)
            stamp = Stamp(counters.next_value(connection, "ticket"), clock())
            dearer = RateData("r1", "r1", "Stunde", Decimal(f"50.0{cents}"), "EUR", "hour")
            prices.save(connection, "7843", dearer, {}, stamp)
    with store.read() as connection:
        whole = prices.history(connection, PLAIN)
        pieces: list[PriceChange] = []
        last = 0
        for _ in range(3):
            changes, last = price_history.after(connection, PLAIN, last, 3)
            pieces += changes
        assert pieces == whole
        assert price_history.newest(connection, PLAIN, 3) == whole[-3:]
        assert price_history.count(connection, PLAIN, "price 1") == 8
