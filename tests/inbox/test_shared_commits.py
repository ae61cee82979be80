"""Webhooks that come at the same time share a commit, on both databases: who gets what answer, and what is stored."""

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, text
from sqlalchemy.engine import Engine
from sqlalchemy.exc import OperationalError

from tests import seeding
from tests.conftest import QUICK_HASH, FakeClock
from tests.inbox.conftest import API, Rows, Syncaroo, data
from widget_server import config, create_app, services
from widget_server.connect.opaque import fingerprint
from widget_server.inbox.batch import Batch, Incoming
from widget_server.inbox.parsing import parse_webhook
from widget_server.model import HashVerdict, ListingKind, ListingStatus
from widget_server.store import authorizations
from widget_server.store.engine import Database
from widget_server.store.tables import listings, token_families

AT_ONCE = 32
GRANTED = {"token": "99"}


@pytest.fixture
def served(settings_env: dict[str, str], database: Database, clock: FakeClock) -> Iterator[Flask]:
    """The whole site on `database`."""
    made = create_app(config.load(settings_env | {"WIDGET_DATABASE_URL": database.url}), clock, QUICK_HASH)
    yield made
    parts = made.extensions[services.EXTENSION]
    parts.refusals.flush()  # not later, by a connection that nobody closes
    parts.database.close()


@pytest.fixture
def sender(served: Flask, database: Database, clock: FakeClock) -> Syncaroo:
    seeding.add_listings(database, clock)
    return Syncaroo(served.test_client(), seeding.connect(database, clock, "99", seeding.LONDON))


def send_at_once(served: Flask, sends: list[Callable[[Syncaroo], Any]], access_token: str) -> list[Any]:
    """Each from a thread and with a client of its own, all let go at one moment."""
    start = threading.Barrier(len(sends))

    def one(send: Callable[[Syncaroo], Any]) -> Any:
        client = Syncaroo(served.test_client(), access_token)
        start.wait()
        return send(client)

    with ThreadPoolExecutor(len(sends)) as pool:
        return list(pool.map(one, sends))


@contextmanager
def watched(kind: str, listener: Callable[..., None]) -> Iterator[None]:
    event.listen(Engine, kind, listener)
    try:
        yield
    finally:
        event.remove(Engine, kind, listener)


def incoming(number: int, **changes: Any) -> Incoming:
    body = data(apiUrl=f"{API}/resources/{number}/rates", **changes)
    return Incoming(parse_webhook(body), "{}", "token", "off", HashVerdict.UNCHECKED)


def statements(database: Database, clock: FakeClock, count: int) -> Counter[str]:
    """What storing so many costs, by the first word of each statement."""
    words: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        words.append(statement.split(maxsplit=1)[0])

    with database.write() as connection, watched("before_cursor_execute", note):
        Batch(connection, [incoming(number) for number in range(count)], lambda *_: GRANTED, clock()).store()
    return Counter(words)


def test_many_at_once_get_their_own_answers_and_every_202_is_durable(
    served: Flask, sender: Syncaroo, database: Database
) -> None:
    kinds: list[tuple[int, Callable[[Syncaroo], Any]]] = [
        (202, lambda client: client.send(data())),
        (422, lambda client: client.send(data(apiUrl=None))),
        (202, lambda client: client.send(data(attributeType="locations", resourceId=None))),
        (404, lambda client: client.send(data(connectionId=404))),
        (400, lambda client: client.post(b"[")),
        (401, lambda client: client.send(data(), Authorization="Bearer made-up")),
        (202, lambda client: client.send(data(resourceId="nothing"))),
        (202, lambda client: client.send(data(resourceId=seeding.OFFICE))),
    ]
    sent = list(itertools.islice(itertools.cycle(kinds), AT_ONCE))
    answers = send_at_once(served, [send for _, send in sent], sender.access_token)
    assert [answer.status_code for answer in answers] == [status for status, _ in sent]
    stored = {str(row.id): row.state for row in Rows(database).deliveries()}
    accepted = [answer.json["deliveryId"] for answer in answers if answer.status_code == 202]
    assert len(set(accepted)) == AT_ONCE // 2
    assert set(accepted) < set(stored)
    assert Counter(stored.values()) == {"waiting": 12, "ignored": 4, "refused": 4}
    assert len(Rows(database).targets()) == 3


def test_a_commit_that_fails_is_503_for_all_that_share_it(served: Flask, sender: Syncaroo, database: Database) -> None:
    assert sender.send(data()).status_code == 202

    def fail(_: Any) -> None:
        raise OperationalError("COMMIT", {}, OSError("the disk is full"))

    with watched("commit", fail):
        answers = send_at_once(served, [lambda client: client.send(data())] * 8, sender.access_token)
    assert [answer.status_code for answer in answers] == [503] * 8
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers)
    assert len(Rows(database).deliveries()) == 1
    assert sender.send(data()).status_code == 202


def test_a_revoked_token_is_refused_at_once_whatever_a_process_remembers(
    sender: Syncaroo, database: Database, clock: FakeClock
) -> None:
    assert sender.send(data()).status_code == 202
    with database.write() as connection:  # as another process does it
        authorizations.revoke_connection(connection, "99", "by the operator", clock())
    assert sender.send(data()).status_code == 401
    assert sender.post(b"[").status_code == 401
    assert sender.send(data(), Content_Type="text/plain").status_code == 401
    assert len(Rows(database).deliveries()) == 1


def test_a_token_expires_at_once_whatever_a_process_remembers(sender: Syncaroo, clock: FakeClock) -> None:
    assert sender.send(data()).status_code == 202
    clock.advance(hours=1)
    assert sender.send(data()).status_code == 401
    assert sender.post(b"[").status_code == 401


def test_a_token_that_is_presented_ends_the_refresh_tokens_before_it(
    sender: Syncaroo, database: Database, clock: FakeClock
) -> None:
    assert sender.send(data()).status_code == 202
    with database.write() as connection:
        pair = authorizations.TokenPair(fingerprint("second"), fingerprint("refresh"), clock.now.replace(year=2027))
        assert authorizations.refresh(
            connection, fingerprint(f"refresh-token-with-{sender.access_token}"), pair, clock()
        )
    assert sender.send(data(), Authorization="Bearer second").status_code == 202
    assert sender.send(data()).status_code == 202
    with database.read() as connection:
        assert connection.execute(select(token_families.c.used_generation)).scalar_one() == 2


def test_a_hash_that_was_verified_counts_for_those_that_came_with_it(
    sender: Syncaroo, database: Database, clock: FakeClock
) -> None:
    def judged(verdict: HashVerdict) -> Incoming:
        return Incoming(parse_webhook(data()), "{}", "token", "auto", verdict)

    verdicts = (HashVerdict.MISMATCH, HashVerdict.VERIFIED, HashVerdict.MISMATCH)
    with database.write() as connection:
        Batch(connection, [judged(verdict) for verdict in verdicts], lambda *_: GRANTED, clock()).store()
    assert [row.state for row in Rows(database).deliveries()] == ["waiting", "waiting", "refused"]


def test_syncaroo_ids_that_are_remembered_together_end_as_the_last_delivery_says(
    sender: Syncaroo, database: Database, clock: FakeClock
) -> None:
    sent = [(seeding.MEETING_ROOM, "a"), (seeding.OFFICE, "a"), (seeding.MEETING_ROOM, "a"), (seeding.OFFICE, "b")]
    with database.write() as connection:
        batch = [incoming(1, resourceId=resource, syncarooId=name) for resource, name in sent]
        Batch(connection, batch, lambda *_: GRANTED, clock()).store()
    rows = Rows(database)
    assert [rows.listing(each).source_id for each in (seeding.MEETING_ROOM, seeding.OFFICE)] == ["a", "b"]


def test_what_a_batch_costs_depends_on_the_deliveries_alone_and_only_their_rows_grow_with_them(
    sender: Syncaroo, database: Database, clock: FakeClock
) -> None:
    statements(database, clock, 16)  # the targets are known now
    small, large = statements(database, clock, 4), statements(database, clock, 16)
    inserts = {4: 4, 16: 16} if database.is_sqlite else {4: 1, 16: 1}  # SQLite doesn't say which row got which id
    assert small == {"SELECT": 3, "UPDATE": 2, "INSERT": inserts[4]}
    assert large == {"SELECT": 3, "UPDATE": 2, "INSERT": inserts[16]}
    row = {"kind": ListingKind.RESOURCE, "name": "Desk", "status": ListingStatus.ACTIVE, "location_id": seeding.LONDON}
    more = [
        row | {"id": f"desk-{number}", "position": 1, "revision": 1, "created_at": clock()} for number in range(10_000)
    ]
    with database.write() as connection:
        connection.execute(insert(listings), more)
    assert statements(database, clock, 4) == small
    assert statements(database, clock, 16) == large


def test_the_plan_looks_listings_up_by_their_keys(sqlite_url: str) -> None:
    database, plans = Database(sqlite_url), list[str]()

    def explain(_c: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.startswith("SELECT"):
            plans.extend(row[3] for row in cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

    with database.write() as connection, watched("before_cursor_execute", explain):
        Batch(connection, [incoming(1)], lambda *_: GRANTED, FakeClock()()).store()
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN")] == []
    database.close()


def test_another_writer_gets_its_turn_while_webhooks_come_in(
    served: Flask, sender: Syncaroo, database: Database
) -> None:
    """Senders go on until the other writer, as the worker's process is one, has written often."""
    enough, answers = threading.Event(), list[int]()

    def go_on() -> None:
        client = Syncaroo(served.test_client(), sender.access_token)
        while not enough.is_set():
            answers.append(client.send(data()).status_code)

    senders = [threading.Thread(target=go_on) for _ in range(4)]
    for each in senders:
        each.start()
    try:
        for _ in range(20):
            with database.write() as connection:
                connection.execute(text("UPDATE counters SET value = value + 1 WHERE name = 'ticket'"))
    finally:
        enough.set()
        for each in senders:
            each.join()
    assert set(answers) == {202}
