"""Webhooks that were turned away: added up, bounded, found again and forgotten; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.conftest import FakeClock
from tests.console import scene
from widget_server.model import RefusalReason
from widget_server.store import refusals
from widget_server.store.engine import Database
from widget_server.store.refusals import Known, Refused, UnheardFact, Wanted
from widget_server.store.tables import connections

UNKNOWN, EXPIRED = RefusalReason.UNKNOWN_BEARER, RefusalReason.EXPIRED_BEARER


@pytest.fixture
def workspace(database: Database, clock: FakeClock) -> Database:
    """Connection 99 was heard three minutes ago."""
    with database.write() as connection:
        scene.add_workspace(connection, clock() - timedelta(minutes=1))
    return database


def one(clock: FakeClock, reason: RefusalReason = UNKNOWN, connection_id: str | None = "99", count: int = 1) -> Refused:
    return Refused(reason, connection_id, count, clock(), clock(), 401, kind="rates", address="203.0.113.7")


def found(database: Database, limit: int = 50, before: int | None = None, wanted: Wanted | None = None) -> list[Known]:
    with database.read() as connection:
        return refusals.page(connection, wanted or Wanted(), limit, before)


def test_what_is_alike_within_an_hour_is_one_row(workspace: Database, clock: FakeClock) -> None:
    first = clock()
    refusals.keep(workspace, [one(clock)])
    clock.advance(minutes=59)
    refusals.keep(workspace, [replace(one(clock, count=6), address="198.51.100.1")])
    (row,) = found(workspace)
    assert (row.count, row.first_at, row.last_at, row.address) == (7, first, clock(), "198.51.100.1")
    clock.advance(minutes=1)
    refusals.keep(workspace, [one(clock), one(clock, EXPIRED), one(clock, connection_id=None)])
    assert len(found(workspace)) == 4


def test_connections_that_are_not_here_are_one(workspace: Database, clock: FakeClock) -> None:
    refusals.keep(workspace, [one(clock, connection_id=str(number)) for number in range(50)] + [one(clock)])
    assert {(row.connection_id, row.count) for row in found(workspace)} == {(None, 50), ("99", 1)}


def test_there_are_only_so_many_rows(workspace: Database, clock: FakeClock) -> None:
    for _ in range(8):
        with workspace.write() as connection:
            refusals.add(connection, [one(clock)], most=3)
        clock.advance(hours=1)
    assert [clock() - row.first_at for row in found(workspace)] == [timedelta(hours=hours) for hours in (1, 2, 3)]


def test_the_newest_come_first_and_pages_stay_as_they_are(workspace: Database, clock: FakeClock) -> None:
    for _ in range(5):
        refusals.keep(workspace, [one(clock)])
        clock.advance(hours=1)
    ids = [row.id for row in found(workspace)]
    assert ids == sorted(ids, reverse=True)
    refusals.keep(workspace, [one(clock)])
    assert [row.id for row in found(workspace, limit=2, before=ids[1])] == ids[2:4]


def test_it_carries_our_names_and_is_found_by_reason_sender_and_text(workspace: Database, clock: FakeClock) -> None:
    detail = "metaData.apiUrl must be text of at most 2000 characters."
    about = replace(one(clock, RefusalReason.WRONG_FIELD), detail=detail, location_id="1198", resource_id="7843")
    refusals.keep(workspace, [one(clock), one(clock, connection_id=None), about])
    named = next(row for row in found(workspace) if row.reason is RefusalReason.WRONG_FIELD)
    assert (named.location, named.resource) == ("Demo Workspace - London", "Demo Meeting Room - London")
    assert [row.id for row in found(workspace, wanted=Wanted(reason=RefusalReason.WRONG_FIELD))] == [named.id]
    assert [row.connection_id for row in found(workspace, wanted=Wanted(known=False))] == [None]
    assert len(found(workspace, wanted=Wanted(known=True))) == 2
    assert [row.id for row in found(workspace, wanted=Wanted(text="APIURL"))] == [named.id]
    assert len(found(workspace, wanted=Wanted(text="203.0.113.7"))) == 3
    assert found(workspace, wanted=Wanted(text="%")) == []


def test_they_are_forgotten_after_a_while(workspace: Database, clock: FakeClock) -> None:
    refusals.keep(workspace, [one(clock)])
    clock.advance(days=29)
    refusals.keep(workspace, [one(clock)])
    clock.advance(days=2)
    with workspace.write() as connection:
        assert refusals.forget_before(connection, clock() - refusals.KEPT) == 1
    assert len(found(workspace)) == 1


def test_only_those_that_concern_us_are_counted_and_only_lately(workspace: Database, clock: FakeClock) -> None:
    with workspace.read() as connection:
        assert refusals.recent_count(connection, clock()) == 0
    refusals.keep(workspace, [one(clock, count=3), one(clock, connection_id=None, count=9)])
    with workspace.read() as connection:
        assert refusals.recent_count(connection, clock()) == 3
        assert refusals.recent_count(connection, clock() + timedelta(days=8)) == 0


def unheard(database: Database, clock: FakeClock) -> list[UnheardFact]:
    with database.read() as connection:
        return refusals.unheard(connection, clock())


def test_a_connection_is_unheard_until_one_of_its_webhooks_is_accepted(workspace: Database, clock: FakeClock) -> None:
    first = clock()
    refusals.keep(workspace, [one(clock, EXPIRED, count=4), one(clock), one(clock, connection_id=None, count=50)])
    assert unheard(workspace, clock) == [UnheardFact("99", EXPIRED, 4, first, first)]
    with workspace.write() as connection:
        connection.execute(update(connections).values(last_webhook_at=clock() + timedelta(seconds=1)))
    assert unheard(workspace, clock) == []


def test_strangers_however_many_do_not_hide_that_a_token_has_expired(workspace: Database, clock: FakeClock) -> None:
    for reason in (RefusalReason.NO_BEARER, RefusalReason.UNKNOWN_BEARER):
        refusals.keep(workspace, [one(clock, reason, count=1000)])
    assert unheard(workspace, clock)[0].count == 1000
    refusals.keep(workspace, [one(clock, EXPIRED)])
    assert [(each.reason, each.count) for each in unheard(workspace, clock)] == [(EXPIRED, 1)]


def test_nobody_is_unheard_after_an_hour_after_connecting_anew_or_when_disconnected(
    workspace: Database, clock: FakeClock
) -> None:
    refusals.keep(workspace, [one(clock)])
    with workspace.write() as connection:
        connection.execute(update(connections).values(last_webhook_at=None))
    assert len(unheard(workspace, clock)) == 1
    with workspace.write() as connection:
        connection.execute(update(connections).values(connected_at=clock()))
    assert unheard(workspace, clock) == []
    with workspace.write() as connection:
        connection.execute(update(connections).values(connected_at=None))
    assert unheard(workspace, clock) == []
    with workspace.write() as connection:
        connection.execute(update(connections).values(connected_at=clock() - timedelta(days=1)))
    clock.advance(hours=1)
    assert unheard(workspace, clock) == []


def test_a_field_that_is_wrong_is_not_mended_by_connecting(workspace: Database, clock: FakeClock) -> None:
    refusals.keep(workspace, [one(clock, RefusalReason.WRONG_FIELD)])
    assert unheard(workspace, clock) == []
