"""Webhooks that are turned away are counted, whatever they are, however many, and at no cost to their answer."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from flask import Flask

from tests import seeding
from tests.conftest import FakeClock
from tests.inbox.conftest import Rows, Syncaroo, data
from tests.timers import Timers
from widget_server import services
from widget_server.errors import RequestRefused, StoreUnavailable, TokenRefused
from widget_server.inbox.parsing import Claims
from widget_server.inbox.refusals import MOST, Refusals, Sender
from widget_server.model import RefusalReason
from widget_server.store import authorizations, refusals
from widget_server.store.refusals import Known, Refused, Wanted

UNKNOWN = TokenRefused(RefusalReason.UNKNOWN_BEARER, "The access token is unknown, expired or revoked.")
STRANGER = Sender("203.0.113.7")


@pytest.fixture
def noted(site: Flask) -> Callable[[], list[Known]]:
    """What is kept of them, once it is written."""
    parts: services.Services = site.extensions[services.EXTENSION]

    def kept() -> list[Known]:
        parts.refusals.flush()
        with parts.database.read() as connection:
            return refusals.page(connection, Wanted(), 100)

    return kept


Noted = Callable[[], list[Known]]


def test_no_token_and_an_unknown_one_are_told_apart(syncaroo: Syncaroo, noted: Noted) -> None:
    assert syncaroo.send(data(), Authorization="").status_code == 401
    assert syncaroo.send(data(), Authorization="Bearer made-up").status_code == 401
    unknown, none = noted()
    assert (none.reason, none.connection_id, none.status) == (RefusalReason.NO_BEARER, "99", 401)
    assert (unknown.reason, unknown.kind, unknown.address) == (RefusalReason.UNKNOWN_BEARER, "rates", "127.0.0.1")


def test_an_expired_and_an_ended_token_say_whose_they_were(
    syncaroo: Syncaroo, rows: Rows, clock: FakeClock, noted: Noted
) -> None:
    clock.advance(hours=2)
    assert syncaroo.post(b"no JSON").status_code == 401
    with rows.database.write() as connection:
        authorizations.revoke_connection(connection, "99", "the operator ended it", clock())
    assert syncaroo.send(data(connectionId=12)).status_code == 401
    assert [(each.reason, each.connection_id) for each in noted()] == [
        (RefusalReason.REVOKED_BEARER, "99"),
        (RefusalReason.EXPIRED_BEARER, "99"),
    ]


def test_of_a_body_without_a_good_token_nothing_but_connection_and_kind_is_kept(
    syncaroo: Syncaroo, noted: Noted
) -> None:
    syncaroo.send(data(note="private"), Authorization="Bearer secret-guess")
    (found,) = noted()
    assert (found.location_id, found.resource_id, found.detail) == (None, None, None)
    assert not any(each in str(found) for each in ("private", "secret-guess", seeding.LONDON))


@pytest.mark.parametrize(
    ("body", "connection_id"),
    [
        (data(connectionId="4711"), None),
        (data(connectionId="9" * 5000), None),
        (data(connectionId={"a": 1}), None),
        (data(connectionId="99\x00"), None),
        ([99], None),
        (data(connectionId="99", attributeType="<script>"), "99"),
    ],
)
def test_a_made_up_connection_is_none(syncaroo: Syncaroo, noted: Noted, body: Any, connection_id: str | None) -> None:
    assert syncaroo.post(json.dumps(body).encode(), Authorization="Bearer made-up").status_code == 401
    (found,) = noted()
    assert found.connection_id == connection_id
    assert found.kind in (None, "rates")


@pytest.mark.parametrize(
    ("sent", "status", "reason"),
    [
        ({"body": b"{"}, 400, RefusalReason.NOT_JSON),
        ({"body": b"[]"}, 400, RefusalReason.NOT_JSON),
        ({"body": b"[" * 50_000}, 400, RefusalReason.NOT_JSON),
        ({"body": b" " * (64 * 1024 + 1)}, 413, RefusalReason.TOO_LARGE),
        ({"body": b" " * (300 * 1024)}, 413, RefusalReason.TOO_LARGE),
        ({"body": b"{}", "Content_Type": "text/plain"}, 415, RefusalReason.NOT_SENT_AS_JSON),
        ({"body": b'{"connectionId": 99}'}, 422, RefusalReason.WRONG_FIELD),
        ({"body": json.dumps(data(connectionId=404)).encode()}, 404, RefusalReason.UNKNOWN_CONNECTION),
        ({"body": json.dumps(data(connectionId=12)).encode()}, 403, RefusalReason.OTHERS_BEARER),
        ({"body": json.dumps(data(locationId=seeding.BERLIN)).encode()}, 403, RefusalReason.OTHERS_LISTING),
    ],
)
def test_with_a_good_token_it_says_which_connection_and_why(
    syncaroo: Syncaroo, rows: Rows, clock: FakeClock, noted: Noted, sent: Any, status: int, reason: RefusalReason
) -> None:
    seeding.connect(rows.database, clock, "12", seeding.BERLIN)
    assert syncaroo.post(**sent).status_code == status
    (found,) = noted()
    assert (found.reason, found.connection_id, found.status) == (reason, "99", status)
    assert found.detail
    assert rows.deliveries() == []


def test_another_connections_listing_is_named(syncaroo: Syncaroo, rows: Rows, clock: FakeClock, noted: Noted) -> None:
    seeding.connect(rows.database, clock, "12", seeding.BERLIN)
    syncaroo.send(data(locationId=seeding.BERLIN))
    (found,) = noted()
    assert (found.kind, found.location_id, found.resource_id) == ("rates", seeding.BERLIN, seeding.MEETING_ROOM)
    assert found.location


def test_what_stands_among_the_deliveries_is_not_counted_twice(syncaroo: Syncaroo, rows: Rows, noted: Noted) -> None:
    assert syncaroo.send(data()).status_code == 202
    assert syncaroo.send(data(), signed=False).status_code == 403
    assert syncaroo.send(data(apiUrl=None)).status_code == 422
    assert [row.state for row in rows.deliveries()] == ["waiting", "refused", "refused"]
    assert noted() == []


def test_a_thousand_are_one_row(syncaroo: Syncaroo, site: Flask, noted: Noted, clock: FakeClock) -> None:
    parts: services.Services = site.extensions[services.EXTENSION]
    first = clock()
    for number in range(990):
        parts.refusals.note(UNKNOWN, STRANGER, Claims(str(1000 + number)))
    for number in range(10):
        clock.advance(seconds=1)
        assert syncaroo.send(data(connectionId=number), Authorization=f"Bearer guess-{number}").status_code == 401
    (found,) = noted()
    assert (found.connection_id, found.count, found.first_at, found.last_at) == (None, 1000, first, clock())


def test_with_the_database_away_the_answer_is_the_same(
    syncaroo: Syncaroo, site: Flask, noted: Noted, rows: Rows
) -> None:
    before = syncaroo.send(data(), Authorization="")
    with rows.database.write():  # nobody else can write
        during = syncaroo.send(data(), Authorization="")
    assert (during.status_code, during.data, dict(during.headers)) == (
        before.status_code, before.data, dict(before.headers),
    )  # fmt: skip
    assert [each.count for each in noted()] == [2]


class Book:
    """Where they are written; away for as many writes as `away` says."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.writes: list[list[Refused]] = []

    def write(self, found: Iterable[Refused]) -> None:
        if self.away:
            self.away -= 1
            raise StoreUnavailable("the database is away")
        self.writes.append(list(found))


def test_however_many_come_there_is_one_write_a_second(clock: FakeClock) -> None:
    book, timer = Book(), Timers()
    counted = Refusals(book.write, clock, timer.later)
    for _ in range(50):
        counted.note(UNKNOWN, STRANGER, Claims("99"))
    assert (timer.pauses, book.writes) == ([1.0], [])
    timer.tasks.pop()()
    assert [[each.count for each in write] for write in book.writes] == [[50]]
    assert timer.tasks == []


def test_what_can_not_be_written_is_added_to_what_comes_after_it(clock: FakeClock) -> None:
    book, timer = Book(away=1), Timers()
    counted = Refusals(book.write, clock, timer.later)
    counted.note(UNKNOWN, STRANGER, Claims("99"))
    timer.tasks.pop(0)()
    clock.advance(seconds=1)
    counted.note(UNKNOWN, Sender("198.51.100.1"), Claims("99"))
    timer.tasks.pop(0)()
    ((found,),) = book.writes
    assert (found.count, found.address, found.last_at - found.first_at) == (2, "198.51.100.1", clock() - found.first_at)


def test_made_up_connections_take_no_memory(clock: FakeClock) -> None:
    book = Book()
    counted = Refusals(book.write, clock, Timers().later)
    for number in range(10 * MOST):
        counted.note(UNKNOWN, STRANGER, Claims(str(number)))
    counted.flush()
    (found,) = book.writes
    assert len(found) == MOST + 1
    assert sum(each.count for each in found) == 10 * MOST


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%" + "x" * 500, "fe80::1"),
        ("<script>", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_is_one_or_none(clock: FakeClock, address: str | None, kept: str | None) -> None:
    book = Book()
    counted = Refusals(book.write, clock, Timers().later)
    counted.note(RequestRefused(400, "not_json", "The body is not JSON in UTF-8."), Sender(address, "99"), Claims())
    counted.flush()
    assert [each.address for each in book.writes[0]] == [kept]
