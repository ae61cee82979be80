"""The console's facts, and what the operator decides by hand, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from tests.conftest import FakeClock
from tests.console import scene
from widget_server.model import ListingKind
from widget_server.store import by_hand, overview
from widget_server.store.engine import Database
from widget_server.store.overview import Facts
from widget_server.store.tables import deliveries, listings, targets


@pytest.fixture
def workspace(database: Database, clock: FakeClock) -> Database:
    with database.write() as connection:
        scene.add_workspace(connection, clock())
    return database


def facts_of(database: Database, clock: FakeClock) -> Facts:
    with database.read() as connection:
        return overview.facts(connection, clock())


def test_an_empty_site_has_nothing_to_show(database: Database, clock: FakeClock) -> None:
    facts = facts_of(database, clock)
    assert facts.hub.state == "disconnected"
    assert (facts.connections, facts.queue.count, facts.queue.oldest, facts.listings) == ((), 0, None, 0)
    assert facts.synced_at is None


def test_a_connection_with_what_it_syncs(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        scene.add_delivery(connection, clock() - timedelta(days=1), hash_verdict="mismatch", state="refused")
        scene.add_delivery(connection, clock() - timedelta(days=8), hash_verdict="mismatch", state="refused")
    (found,) = facts_of(workspace, clock).connections
    assert (found.id, found.locations, found.wrong_hashes) == ("99", 1, 1)
    assert found.last_webhook_at == clock() - timedelta(minutes=3)


def test_what_waits_and_since_when(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        scene.add_delivery(connection, clock() - timedelta(minutes=2))
        scene.add_delivery(connection, clock() - timedelta(minutes=9), state="claimed")
        scene.add_delivery(connection, clock() - timedelta(minutes=20), state="done")
    queue = facts_of(workspace, clock).queue
    assert (queue.count, queue.oldest) == (2, clock() - timedelta(minutes=9))


def test_dead_letters_of_one_target_are_one_row_with_the_newest_reason(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        target = scene.add_target(connection)
        for minutes, reason in ((9, "first"), (5, "The answer is not JSON.")):
            at = clock() - timedelta(minutes=minutes)
            scene.add_delivery(connection, at, state="dead", target_id=target, outcome=reason)
    (dead,) = facts_of(workspace, clock).dead
    assert (dead.count, dead.reason) == (2, "The answer is not JSON.")
    assert (dead.location, dead.resource) == ("Demo Workspace - London", "Demo Meeting Room - London")


def test_a_dead_letter_that_a_later_fetch_made_up_for_is_no_longer_shown(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        target = scene.add_target(connection, succeeded_at=clock() - timedelta(minutes=1))
        scene.add_delivery(connection, clock() - timedelta(minutes=5), state="dead", target_id=target)
    assert facts_of(workspace, clock).dead == ()


def test_the_same_trouble_is_told_once(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        for key, minutes in (("a", 3), ("b", 1)):
            due = clock() + timedelta(minutes=minutes)
            scene.add_target(connection, key * 64, problem="Syncaroo answered 503.", due_at=due)
    (trouble,) = facts_of(workspace, clock).troubles
    assert (trouble.count, trouble.next_at) == (2, clock() + timedelta(minutes=1))


def test_webhooks_for_strangers_are_grouped_and_vanish_once_the_listing_is_known(
    workspace: Database, clock: FakeClock
) -> None:
    with workspace.write() as connection:
        for minutes in (4, 2):
            at = clock() - timedelta(minutes=minutes)
            scene.add_delivery(connection, at, state="ignored", resource_id="19284", outcome="There is no resource.")
        scene.add_delivery(connection, clock(), state="ignored", location_id="4711", resource_id=None)
        scene.add_delivery(connection, clock(), state="ignored", attribute_type="bookings")
    found = [(row.location_id, row.resource_id, row.count) for row in facts_of(workspace, clock).unknown]
    assert found == [("4711", None, 1), ("1198", "19284", 2)]
    with workspace.write() as connection:
        scene.add_listing(connection, clock(), "19284", "Now known", location_id="1198")
    assert [row.location_id for row in facts_of(workspace, clock).unknown] == ["4711"]


def test_what_is_held_and_what_is_new(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        scene.add_target(connection, held_since=clock(), held_count=4)
        scene.add_listing(connection, clock(), "new-1", "New room", status="pending", location_id="1198")
    facts = facts_of(workspace, clock)
    assert [(held.count, held.resource) for held in facts.held] == [(4, "Demo Meeting Room - London")]
    assert [(row.id, row.location) for row in facts.pending] == [("new-1", "Demo Workspace - London")]
    assert (facts.listings, facts.public) == (3, 2)


def test_a_dead_letter_goes_back_with_all_that_wait_for_the_same_fetch(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        target = scene.add_target(connection, failures=8, due_at=clock() + timedelta(hours=1))
        other = scene.add_target(connection, "b" * 64)
        ids = [
            scene.add_delivery(connection, clock(), state="dead", attempts=8, target_id=target, done_at=clock())
            for _ in range(2)
        ]
        scene.add_delivery(connection, clock(), state="dead", attempts=8, target_id=other)
        assert by_hand.redrive(connection, ids[0], clock())
        rows = connection.execute(select(deliveries).order_by(deliveries.c.id)).all()
        assert [(row.state, row.attempts) for row in rows] == [("waiting", 0), ("waiting", 0), ("dead", 8)]
        assert [row.done_at for row in rows[:2]] == [None, None]
        fetched = connection.execute(select(targets).where(targets.c.id == target)).one()
        assert (fetched.due_at, fetched.failures) == (clock(), 0)
        assert not by_hand.redrive(connection, ids[0], clock())


def test_confirming_an_empty_set_fetches_again_now_and_asks_no_more(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        target = scene.add_target(connection, held_since=clock(), held_count=4, due_at=clock() + timedelta(hours=6))
        assert by_hand.remove_held(connection, target, clock())
        row = connection.execute(select(targets)).one()
        assert (row.empty_confirmed, row.due_at) == (True, clock())
    assert facts_of(workspace, clock).held == ()


def test_keeping_what_is_held_changes_nothing_else(workspace: Database, clock: FakeClock) -> None:
    later = clock() + timedelta(hours=6)
    with workspace.write() as connection:
        target = scene.add_target(connection, held_since=clock(), held_count=4, due_at=later)
        assert by_hand.keep_held(connection, target)
        row = connection.execute(select(targets)).one()
        assert (row.held_since, row.empty_confirmed, row.due_at) == (None, False, later)
        assert not by_hand.keep_held(connection, target)
        assert not by_hand.remove_held(connection, target, clock())


def test_only_a_pending_listing_waits_for_approval(workspace: Database, clock: FakeClock) -> None:
    with workspace.write() as connection:
        scene.add_listing(connection, clock(), "new-1", "New room", status="pending", location_id="1198")
        assert by_hand.is_pending(connection, ListingKind.RESOURCE, "new-1")
        connection.execute(update(listings).where(listings.c.id == "new-1").values(status="deleted"))
        assert not by_hand.is_pending(connection, ListingKind.RESOURCE, "new-1")
        assert not by_hand.is_pending(connection, ListingKind.LOCATION, "nowhere")
