"""Looking deliveries through, and forgetting them in time; on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.conftest import FakeClock
from tests.console import scene
from tests.console.deliveries import past
from widget_server.store import by_hand, deliveries, inbox
from widget_server.store.deliveries import Verdict, Wanted
from widget_server.store.engine import Database
from widget_server.store.tables import deliveries as table
from widget_server.store.tables import targets

AGO = timedelta(days=31)
KEPT = timedelta(days=30)


@pytest.fixture
def ids(database: Database, clock: FakeClock) -> dict[str, int]:
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        return past.add_deliveries(connection, clock())


def found(database: Database, limit: int = 50, before: int | None = None, **wanted: Any) -> list[int]:
    with database.read() as connection:
        return [each.id for each in deliveries.page(connection, Wanted(**wanted), limit, before)]


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_finds_its_own(database: Database, ids: dict[str, int], verdict: Verdict) -> None:
    assert found(database, verdict=verdict) == [ids[verdict]]
    with database.read() as connection:
        one = deliveries.find(connection, ids[verdict])
    assert one is not None
    assert one.verdict is verdict


def test_the_newest_come_first_and_pages_go_on_by_number(database: Database, ids: dict[str, int]) -> None:
    newest_first = sorted(ids.values(), reverse=True)
    assert found(database) == newest_first
    assert found(database, limit=2) == newest_first[:2]
    assert found(database, limit=2, before=newest_first[1]) == newest_first[2:4]
    assert found(database, before=0) == []


def test_a_delivery_carries_our_names_and_who_shared_its_fetch(database: Database, ids: dict[str, int]) -> None:
    with database.read() as connection:
        second = deliveries.find(connection, ids["duplicate"])
        stranger = deliveries.find(connection, ids["ignored"])
    assert second is not None
    assert stranger is not None
    assert (second.location, second.resource) == ("Demo Workspace - London", "Demo Meeting Room - London")
    assert (second.together, second.first) == (2, ids["accepted"])
    assert (stranger.location, stranger.resource, stranger.together, stranger.first) == (None, None, 0, None)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({"kind": "locations"}, ["ignored"]),
        ({"kind": "status"}, []),
        ({"location_id": "4711"}, ["ignored"]),
        ({"connection_id": "99", "kind": "resources"}, ["refused"]),
        ({"connection_id": "98"}, []),
        ({"text": "not json"}, ["failed"]),
        ({"text": "meeting-room", "verdict": Verdict.FAILED}, ["failed"]),
        ({"text": "4711"}, ["ignored"]),
        ({"text": "%"}, []),
        ({"text": "zürich", "text_in_json": "z\\u00fcrich", "verdict": Verdict.REFUSED}, ["refused"]),
    ],
)
def test_filters_combine_and_the_search_takes_text_as_it_is(
    database: Database, ids: dict[str, int], wanted: dict[str, Any], names: list[str]
) -> None:
    assert found(database, **wanted) == [ids[name] for name in names]


def test_a_number_finds_its_delivery(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        scene.add_delivery(connection, clock(), id=5000)
        scene.add_delivery(connection, clock(), id=5001)
    assert found(database, text="5000") == [5000]
    assert found(database, text="9" * 90) == []


def test_prices_that_changed_while_it_was_worked_off_are_told(
    database: Database, ids: dict[str, int], clock: FakeClock
) -> None:
    with database.write() as connection:
        past.add_price_change(connection, clock() - timedelta(minutes=2.2))
    with database.read() as connection:
        told = {
            name: deliveries.changed_prices(connection, one)
            for name, id in ids.items()
            if (one := deliveries.find(connection, id))
        }
    (change,) = told["accepted"]
    assert (change.rate, (change.old or {})["amount"], (change.new or {})["amount"]) == ("Hourly", "45.00", "49.50")
    assert told["failed"] == told["ignored"] == told["waiting"] == []


def test_what_ended_long_ago_is_forgotten_and_what_waits_never(database: Database, clock: FakeClock) -> None:
    old = clock() - AGO
    with database.write() as connection:
        target = scene.add_target(connection)
        kept = [
            scene.add_delivery(connection, old, target_id=target),
            scene.add_delivery(connection, old, target_id=target, state="claimed", lease_owner="somebody"),
            scene.add_delivery(connection, old, target_id=target, state="dead", done_at=clock()),
        ]
        for state in ("done", "ignored", "refused", "dead"):
            scene.add_delivery(connection, old, state=state, done_at=old, target_id=target)
        kept.append(scene.add_delivery(connection, clock(), state="done", done_at=clock()))
        assert deliveries.forget_before(connection, clock() - KEPT, 3) == 3
        assert deliveries.forget_before(connection, clock() - KEPT, 3) == 1
        assert deliveries.forget_before(connection, clock() - KEPT, 3) == 0
    assert found(database) == sorted(kept, reverse=True)


def test_the_history_of_prices_outlives_the_deliveries(database: Database, clock: FakeClock) -> None:
    with database.write() as connection:
        scene.add_workspace(connection, clock())
        past.add_deliveries(connection, clock() - AGO)
        past.add_price_change(connection, clock() - AGO)
        newest = scene.add_delivery(connection, clock())
        deliveries.forget_before(connection, clock() - KEPT, 100)
        changes = connection.exec_driver_sql("SELECT count(*) FROM price_changes").scalar_one()
    assert changes == 1
    assert newest in found(database)
    assert found(database, verdict=Verdict.ACCEPTED) == []


def test_numbers_never_come_again_however_much_is_forgotten(database: Database, clock: FakeClock) -> None:
    """Listings remember the number of the delivery that spoke last: a smaller one later would be as if unsaid."""
    old = clock() - AGO
    with database.write() as connection:
        for _ in range(3):
            last = scene.add_delivery(connection, old, state="ignored", done_at=old)
        deliveries.forget_before(connection, clock(), 100)
        assert inbox.newest_id(connection) == last
        assert scene.add_delivery(connection, clock()) > last


def test_all_dead_letters_are_tried_again_together(database: Database, ids: dict[str, int], clock: FakeClock) -> None:
    clock.advance(hours=1)
    with database.write() as connection:
        other = scene.add_target(connection, "c" * 64, failures=8, not_before=clock() + timedelta(hours=1))
        scene.add_delivery(connection, clock(), state="dead", target_id=other, attempts=8)
        untouched = connection.execute(select(targets.c.due_at).where(targets.c.key == "a" * 64)).scalar_one()
        assert by_hand.redrive_all(connection, clock()) == 2
        assert by_hand.redrive_all(connection, clock()) == 0
        rows = {row.key[0]: row for row in connection.execute(select(targets))}
    assert deliveries_dead(database) == 0
    assert (rows["b"].due_at, rows["b"].failures) == (clock(), 0)
    assert (rows["c"].due_at, rows["c"].not_before) == (clock(), None)
    assert rows["a"].due_at == untouched


def deliveries_dead(database: Database) -> int:
    with database.read() as connection:
        return deliveries.count_dead(connection)


@pytest.mark.parametrize(
    ("name", "happens"),
    [
        ("accepted", True),
        ("duplicate", True),
        ("failed", True),
        ("ignored", False),
        ("refused", False),
        ("waiting", False),
    ],
)
def test_what_ended_and_had_something_to_fetch_can_be_replayed(
    database: Database, ids: dict[str, int], clock: FakeClock, name: str, happens: bool
) -> None:
    clock.advance(hours=1)
    with database.write() as connection:
        connection.execute(update(targets).values(due_at=None))
        before = connection.execute(select(table).where(table.c.id == ids[name])).one()
        assert by_hand.replay(connection, ids[name], clock()) is happens
        due = connection.execute(select(targets.c.due_at).where(targets.c.due_at.is_not(None))).scalars().all()
        after = connection.execute(select(table).where(table.c.id == ids[name])).one()
    assert due == ([clock()] if happens else [])
    assert after.state == ("waiting" if name == "failed" else before.state)


def test_a_replay_keeps_to_what_the_hub_asked_for(database: Database, ids: dict[str, int], clock: FakeClock) -> None:
    held = clock() + timedelta(hours=1)
    with database.write() as connection:
        connection.execute(update(targets).values(not_before=held))
        assert by_hand.replay(connection, ids["accepted"], clock())
        assert connection.execute(select(targets.c.not_before).where(targets.c.key == "a" * 64)).scalar_one() == held
