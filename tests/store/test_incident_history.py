"""The book of incidents: what stands in it whether or not anybody is told, and what became of telling."""

from datetime import timedelta

from tests.conftest import FakeClock
from widget_server.store import incident_history, incidents
from widget_server.store.engine import Database
from widget_server.store.incident_history import Incident, Telling

TROUBLES = {"needs_reconnect": "Do it."}


def settle(database: Database, clock: FakeClock, troubles: dict[str, str], *channels: str) -> None:
    with database.write() as connection:
        for channel in (incidents.BOOK, *channels):
            incidents.settle(connection, channel, troubles, clock())


def read(database: Database, clock: FakeClock) -> tuple[list[Incident], list[Incident]]:
    with database.read() as connection:
        return (
            incident_history.open_now(connection),
            incident_history.past(connection, clock() - timedelta(days=30), 20),
        )


def test_the_book_is_kept_without_anybody_to_tell(database: Database, clock: FakeClock) -> None:
    began = clock()
    settle(database, clock, TROUBLES)
    assert read(database, clock) == ([Incident("needs_reconnect", began, None, ())], [])
    clock.advance(hours=3)
    settle(database, clock, {})
    assert read(database, clock) == ([], [Incident("needs_reconnect", began, clock(), ())])
    with database.read() as connection:
        assert incidents.untold(connection, incidents.BOOK) == []


def test_each_channel_says_what_became_of_telling(database: Database, clock: FakeClock) -> None:
    settle(database, clock, TROUBLES, "email", "webhook")
    clock.advance(minutes=1)
    with database.write() as connection:
        (mail,) = incidents.untold(connection, "email")
        incidents.note_problem(connection, "email", "It is away.")
        incidents.note_problem(connection, "webhook", "It is gone.")
        incidents.mark_told(connection, mail, clock())
    (found,), _ = read(database, clock)
    assert found.tellings == (Telling("email", clock(), None), Telling("webhook", None, "It is gone."))


def test_a_channel_that_is_added_later_belongs_to_what_was_open_then(database: Database, clock: FakeClock) -> None:
    settle(database, clock, TROUBLES)
    clock.advance(hours=1)
    settle(database, clock, TROUBLES, "email")
    clock.advance(hours=1)
    settle(database, clock, {}, "email")
    clock.advance(hours=1)
    settle(database, clock, TROUBLES, "email")
    (now,), (before,) = read(database, clock)
    assert [each.channel for each in now.tellings] == ["email"]
    assert [each.channel for each in before.tellings] == ["email"]


def test_the_newest_come_first_few_and_not_for_ever(database: Database, clock: FakeClock) -> None:
    for _ in range(25):
        settle(database, clock, TROUBLES)
        clock.advance(hours=1)
        settle(database, clock, {})
        clock.advance(hours=1)
    _, past = read(database, clock)
    assert len(past) == 20
    assert past[0].opened_at > past[1].opened_at
    clock.advance(days=31)
    assert read(database, clock) == ([], [])
