"""PROTOCOL §3 over HTTP: what is answered, and what is then in the store."""

import io
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine

from tests import seeding
from tests.conftest import FakeClock
from tests.inbox.conftest import API, Rows, Syncaroo, data, status
from tests.sync.conftest import everybody
from tests.web.slow_strangers import stalled_strangers
from widget_server import config, create_app
from widget_server.errors import RequestRefused
from widget_server.inbox.receive import HashRules, Inbox


@pytest.mark.parametrize("path", ["/update/", "/update", "/api/update/", "/api/update"])
def test_a_webhook_is_accepted_on_each_path_and_durable(syncaroo: Syncaroo, rows: Rows, path: str) -> None:
    answer = syncaroo.send(data(), path)
    assert answer.status_code == 202
    (row,) = rows.deliveries()
    assert (row.state, row.hash_verdict, row.resource_id) == ("waiting", "verified", seeding.MEETING_ROOM)
    (target,) = rows.targets()
    assert (target.url, target.due_at) == (f"{API}/resources/9001/rates", row.received_at)


def test_the_guides_own_data_webhook_is_recorded(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.post(seeding.guide("webhook_data")).status_code == 202
    (row,) = rows.deliveries()
    assert (row.state, row.outcome) == ("ignored", "There is no resource 19284 in location 1198.")
    assert row.hash_verdict == "mismatch"


def test_the_guides_own_status_webhook_is_recorded(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.post(seeding.guide("webhook_status")).status_code == 202
    assert [row.state for row in rows.deliveries()] == ["ignored"]


def test_hints_for_the_same_target_coalesce(syncaroo: Syncaroo, rows: Rows) -> None:
    assert {syncaroo.send(data()).status_code for _ in range(5)} == {202}
    assert len(rows.deliveries()) == 5
    assert len(rows.targets()) == 1


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic eDp5", "Bearer ü"])
def test_a_bad_bearer_is_401_before_anything_else(syncaroo: Syncaroo, rows: Rows, header: str) -> None:
    answer = syncaroo.post(b"[" * 100_000, Authorization=header, Content_Type="text/plain")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert rows.deliveries() == []


def test_an_expired_bearer_is_401(syncaroo: Syncaroo, clock: FakeClock) -> None:
    clock.advance(hours=1)
    assert syncaroo.send(data()).status_code == 401


def test_another_connections_token_is_403(syncaroo: Syncaroo, rows: Rows, clock: FakeClock) -> None:
    seeding.connect(rows.database, clock, "12", seeding.BERLIN)
    answer = syncaroo.send(data(connectionId=12, locationId=seeding.BERLIN))
    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "wrong_connection")
    assert rows.deliveries() == []


def test_a_listing_of_another_connection_is_403(syncaroo: Syncaroo, rows: Rows, clock: FakeClock) -> None:
    seeding.connect(rows.database, clock, "12", seeding.BERLIN)
    answer = syncaroo.send(data(locationId=seeding.BERLIN, resourceId=None))
    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "not_yours")


def test_a_resource_of_another_connection_is_403_whatever_the_location_says(
    syncaroo: Syncaroo, rows: Rows, clock: FakeClock
) -> None:
    seeding.connect(rows.database, clock, "12", seeding.LONDON)
    answer = syncaroo.send(data(locationId=seeding.NEW_YORK))
    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "not_yours")


def test_a_connection_that_does_not_exist_is_404(syncaroo: Syncaroo) -> None:
    answer = syncaroo.send(data(connectionId=404))
    assert (answer.status_code, answer.json and answer.json["error"]) == (404, "unknown_connection")


def test_other_content_types_are_415(syncaroo: Syncaroo) -> None:
    assert syncaroo.send(data(), Content_Type="text/plain").status_code == 415
    assert syncaroo.send(data(), Content_Type="application/json; charset=UTF-8").status_code == 202


def test_more_than_64_kib_is_413_however_it_is_sent(syncaroo: Syncaroo, site: Flask) -> None:
    assert syncaroo.post(b" " * (64 * 1024 + 1)).status_code == 413
    headers = {"Authorization": f"Bearer {syncaroo.access_token}", "Content-Type": "application/json"}
    endless = io.BytesIO(b" " * 1_000_000)
    environ = {"wsgi.input_terminated": True}
    answer = site.test_client().post("/update/", input_stream=endless, headers=headers, environ_base=environ)
    assert answer.status_code == 413
    assert endless.tell() < 200_000


@pytest.mark.parametrize(
    ("body", "status_code"),
    [(b"", 400), (b"[" * 50_000, 400), (b"[]", 400), (b'{"a":"\xff"}', 400), (b"{}", 422), (b'{"metaData":1}', 422)],
)
def test_bad_bodies_are_told_so_in_json(syncaroo: Syncaroo, rows: Rows, body: bytes, status_code: int) -> None:
    answer = syncaroo.post(body)
    assert answer.status_code == status_code
    assert answer.json
    assert answer.json["error"]
    assert rows.deliveries() == []


def test_data_without_an_address_to_fetch_from_is_422(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.send(data(apiUrl=None)).status_code == 422
    assert rows.targets() == []


@pytest.mark.parametrize("attribute", ["availability", "bookings", "something-later"])
def test_an_attribute_that_we_do_not_use_is_recorded_and_not_fetched(
    syncaroo: Syncaroo, rows: Rows, attribute: str
) -> None:
    assert syncaroo.send(data(attributeType=attribute)).status_code == 202
    assert [row.state for row in rows.deliveries()] == ["ignored"]
    assert rows.targets() == []


@pytest.mark.parametrize("named", [{"locationId": "nowhere"}, {"resourceId": "nothing"}])
def test_a_listing_that_we_do_not_know_is_recorded_for_the_operator(
    syncaroo: Syncaroo, rows: Rows, named: dict[str, Any]
) -> None:
    assert syncaroo.send(data(**named)).status_code == 202
    (row,) = rows.deliveries()
    assert row.state == "ignored"
    assert "There is no" in row.outcome


def test_a_location_that_nobody_syncs_is_not_touched(syncaroo: Syncaroo, rows: Rows) -> None:
    closed = status(status="closed") | {"locationId": seeding.BERLIN}
    assert syncaroo.send(closed).status_code == 202
    assert rows.listing(seeding.BERLIN).open_status is None
    assert rows.deliveries()[0].state == "ignored"


def test_a_status_webhook_opens_and_closes(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.send(status(syncOpenStatus="closed"), signed=False).status_code == 202
    assert rows.listing(seeding.LONDON).open_status == "closed"
    assert syncaroo.send(status(openStatus=True), signed=False).status_code == 202
    assert rows.listing(seeding.LONDON).open_status == "open"


def test_an_unmapped_resource_is_hidden(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.send(data(action="unmapped")).status_code == 202
    assert rows.listing(seeding.MEETING_ROOM).unmapped is True
    assert rows.targets() == []


def test_an_unmapping_of_nothing_is_recorded_as_such(syncaroo: Syncaroo, rows: Rows) -> None:
    assert syncaroo.send(data(action="unmapped", resourceId=None)).status_code == 202
    assert [row.state for row in rows.deliveries()] == ["ignored"]


def test_a_new_resource_becomes_one_pending_listing(syncaroo: Syncaroo, rows: Rows) -> None:
    new = data(
        action="new", attributeType="resources", resourceType="fixed-desk", resourceId=None, syncarooId="9100",
        apiUrl=f"{API}/resources/9100",
    )  # fmt: skip
    assert {syncaroo.send(new).status_code for _ in range(2)} == {202}
    (listing,) = rows.pending()
    assert (listing.type, listing.location_id, listing.source_id) == ("dedicated-desk", seeding.LONDON, "9100")


def test_the_syncaroo_id_is_remembered_with_our_resource(syncaroo: Syncaroo, rows: Rows) -> None:
    syncaroo.send(data(syncarooId="9001"))
    assert rows.listing(seeding.MEETING_ROOM).source_id == "9001"


def test_a_callback_is_kept_and_never_called(syncaroo: Syncaroo, rows: Rows) -> None:
    syncaroo.send(data(actionCallback="https://evil.example/"))
    assert "https://evil.example/" in rows.deliveries()[0].body
    assert all("evil" not in target.url for target in rows.targets())


def test_after_one_verified_hash_a_wrong_one_is_refused_and_recorded(syncaroo: Syncaroo, rows: Rows) -> None:
    tampered = data() | {"hash": "0" * 64}
    assert syncaroo.send(tampered, signed=False).status_code == 202
    assert syncaroo.send(data()).status_code == 202
    answer = syncaroo.send(tampered, signed=False)
    assert (answer.status_code, answer.json and answer.json["error"]) == (403, "bad_hash")
    assert syncaroo.send(data(), signed=False).status_code == 403
    assert syncaroo.send(status(status="open"), signed=False).status_code == 202
    assert [row.state for row in rows.deliveries()] == ["waiting", "waiting", "refused", "refused", "done"]


def test_a_refused_status_changes_nothing(syncaroo: Syncaroo, rows: Rows) -> None:
    syncaroo.send(data())
    assert syncaroo.send(status(status="closed") | {"hash": "0" * 64}, signed=False).status_code == 403
    assert rows.listing(seeding.LONDON).open_status is None


@pytest.mark.parametrize("mode", ["observe", "off"])
def test_in_the_lenient_modes_a_wrong_hash_is_accepted_for_good(
    site_env: dict[str, str], clock: FakeClock, mode: str
) -> None:
    made = create_app(config.load(site_env | {"WIDGET_SYNCAROO_HASH_MODE": mode}), clock)
    rows = Rows(made.extensions["pricing-widget"].database)
    seeding.add_listings(rows.database, clock)
    syncaroo = Syncaroo(made.test_client(), seeding.connect(rows.database, clock, "99", seeding.LONDON))
    assert syncaroo.send(data()).status_code == 202
    assert syncaroo.send(data() | {"hash": "0" * 64}, signed=False).status_code == 202
    expected = {"observe": "mismatch", "off": "unchecked"}[mode]
    assert rows.deliveries()[-1].hash_verdict == expected
    rows.database.close()


def test_without_a_secret_an_enforced_hash_refuses_and_says_why(rows: Rows, syncaroo: Syncaroo) -> None:
    rules = HashRules("enforce", None, "sha256")
    with pytest.raises(RequestRefused) as caught:
        Inbox(rows.database, lambda: rules, everybody, FakeClock()).receive(data(), "{}", "99")
    assert caught.value.status == 403
    assert "no secret" in caught.value.detail


@pytest.mark.flow  # waits out the real five seconds of SQLite's lock
def test_when_it_can_not_be_stored_it_is_503_with_a_time_to_come_back(
    site_env: dict[str, str], clock: FakeClock
) -> None:
    settings = config.load(site_env)
    made = create_app(settings, clock)
    rows = Rows(made.extensions["pricing-widget"].database)
    seeding.add_listings(rows.database, clock)
    syncaroo = Syncaroo(made.test_client(), seeding.connect(rows.database, clock, "99", seeding.LONDON))
    assert syncaroo.send(data()).status_code == 202
    hoarder = create_engine(settings.database_url)
    with hoarder.connect() as held:
        held.exec_driver_sql("BEGIN EXCLUSIVE")
        answer = syncaroo.send(data())
        held.exec_driver_sql("ROLLBACK")
    hoarder.dispose()
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert len(rows.deliveries()) == 1
    rows.database.close()


def test_get_is_not_a_webhook(syncaroo: Syncaroo) -> None:
    assert syncaroo.client.get("/api/update/").status_code == 405


def test_a_good_token_is_taken_in_while_strangers_send_slowly(site: Flask, syncaroo: Syncaroo) -> None:
    with stalled_strangers(site):
        assert syncaroo.send(data()).status_code == 202
        assert syncaroo.send(data(), Authorization="Bearer made-up").status_code == 401
