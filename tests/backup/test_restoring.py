"""What a restore replaces, what it leaves, and that it is all or nothing."""

import io
import random
import resource
import threading
from datetime import timedelta

import pytest
from sqlalchemy import delete, event, insert, select, update

from tests import seeding
from tests.backup import full
from tests.backup.conftest import OPERATOR, Place
from tests.conftest import FakeClock
from tests.sync.conftest import FakeHub, FakeTokens
from widget_server.errors import StoreUnavailable
from widget_server.store import credentials, operators, publication
from widget_server.store.credentials import HubState
from widget_server.store.tables import (
    counters,
    deliveries,
    hub_credentials,
    incidents,
    listings,
    rates,
    setup_links,
    sightings,
    site_settings,
    targets,
)
from widget_server.sync.jobs import Jobs


def counter(place: Place, name: str) -> int:
    return next(int(row["value"]) for row in place.rows("counters") if row["name"] == name)


def test_what_was_changed_since_is_as_it_was_and_undoing_brings_it_back(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(days=1)
    place.change(update(listings).values(own_name="Renamed"), delete(sightings))
    with place.database.write() as connection:
        full.add_rate(connection, clock, "4", "1.00")
    done = place.restore(file)
    assert {row["own_name"] for row in place.rows("listings")} == {None}
    assert len(place.rows("rates")) == 2
    copy = place.backups.folder.copy(done.copy)
    assert copy is not None
    place.restore(copy.read_bytes())
    assert {row["own_name"] for row in place.rows("listings")} == {"Renamed"}
    assert len(place.rows("rates")) == 3


def test_readers_never_see_a_step_back_or_two_states_under_one_number(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    with place.database.write() as connection:
        for number in range(20):
            full.add_rate(connection, clock, "1", f"{number}.00")
            publication.mark_changed(connection)
    seen = {row["revision"] for name in ("listings", "rates", "price_changes") for row in place.rows(name)}
    before, revision, ticket = place.row("publication"), counter(place, "revision"), counter(place, "ticket")
    place.restore(file)
    after = place.row("publication")
    assert after["epoch"] != before["epoch"]
    assert after["version"] > before["version"]
    assert min(row["revision"] for name in ("listings", "rates") for row in place.rows(name)) > max(seen)
    assert counter(place, "revision") > revision
    assert counter(place, "ticket") >= ticket


def test_a_restore_that_breaks_midway_leaves_everything_as_it_was(place: Place) -> None:
    file = place.back_up()
    place.change(update(listings).values(own_name="Renamed"))
    before = place.all_rows()
    token = place.backups.stage(io.BytesIO(file))

    def break_off(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO deliveries"):
            raise StoreUnavailable("the disk is full")

    engine = place.database._engine
    event.listen(engine, "before_cursor_execute", break_off)
    try:
        with pytest.raises(StoreUnavailable):
            place.backups.restore(token, OPERATOR)
    finally:
        event.remove(engine, "before_cursor_execute", break_off)
    assert place.all_rows() == before
    assert place.backups.copies() == []
    assert place.backups.preview(token) is not None, "it can be tried again"


def test_a_disk_that_takes_no_copy_stops_the_restore(place: Place) -> None:
    place.change(update(deliveries).values(body=random.Random(1).randbytes(100_000).hex()))
    token = place.backups.stage(io.BytesIO(place.back_up()))
    before = place.all_rows()
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, usual[1]))
    try:
        with pytest.raises(StoreUnavailable, match="can't be copied"):
            place.backups.restore(token, OPERATOR)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert place.all_rows() == before
    assert place.backups.copies() == []


def test_what_is_good_once_is_left_alone(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    link = {"token_hash": "x", "expires_at": clock() + timedelta(hours=1)}
    incident = {"kind": "stale@mail", "opened_at": clock(), "told_at": clock()}
    place.change(insert(setup_links).values(**link), insert(incidents).values(**incident))
    place.restore(file)
    with place.database.read() as connection:
        assert operators.link_is_open(connection, "x", clock())
        assert len(connection.execute(select(incidents)).all()) == 1


def test_the_account_stays_and_all_sessions_end(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    with place.database.write() as connection:
        operators.save(connection, "new@example.com", "pbkdf2:sha256:1$new$z", None, clock())
    before = place.row("operators")
    place.restore(file)
    after = place.row("operators")
    assert (after["email"], after["password_hash"]) == ("new@example.com", before["password_hash"])
    assert after["session_epoch"] > before["session_epoch"]


def test_a_site_without_an_account_gets_the_file_s_with_no_session_of_it(place: Place, fresh: Place) -> None:
    file = place.back_up()
    with place.database.write() as connection:
        for _ in range(50):
            operators.end_sessions(connection, 1)
    fresh.restore(file)
    assert fresh.row("operators")["email"] == OPERATOR
    assert fresh.row("operators")["session_epoch"] > place.row("operators")["session_epoch"]


def test_a_fetch_under_way_changes_nothing_and_is_made_anew(place: Place, clock: FakeClock) -> None:
    hub = FakeHub()
    jobs = Jobs(place.database, hub, FakeTokens(), clock, currency=lambda: "GBP", sweep=timedelta(hours=6))
    place.change(update(targets).values(due_at=clock()))
    file = place.back_up()
    clock.advance(minutes=1)
    (job,) = jobs.claim("worker-1")
    hub.answers[job.target.key.url] = [{"ID": 1, "price": "999", "unit": "hour"}]
    hub.during = lambda: place.restore(file)
    before = [row["data"] for row in place.rows("rates")]
    assert jobs.run(job) == "Another worker took over."
    assert [row["data"] for row in place.rows("rates")] == before
    hub.during = None
    (again,) = jobs.claim("worker-2")
    jobs.run(again)
    assert "999.00" in [row["data"]["amount"] for row in place.rows("rates")]


def test_nothing_is_under_a_lease_after_a_restore(place: Place, clock: FakeClock) -> None:
    with place.database.write() as connection:
        lease = {"lease_owner": "worker-1", "lease_until": clock() + timedelta(seconds=30)}
        connection.execute(update(targets).values(**lease))
        connection.execute(update(deliveries).values(state="claimed", lease_owner="worker-1", done_at=None))
    place.restore(place.back_up())
    target, delivery = place.row("targets"), place.row("deliveries")
    assert (target["lease_owner"], target["lease_until"]) == (None, None)
    assert (delivery["state"], delivery["lease_owner"]) == ("waiting", None)


def test_everything_is_fetched_anew(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(minutes=5)
    place.restore(file)
    assert place.row("targets")["due_at"] == clock()


def test_the_newest_three_copies_are_kept_for_their_owner_only(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    for number in range(5):
        place.change(update(listings).values(own_name=f"State {number}"))
        clock.advance(minutes=1)
        place.restore(file)
    copies = place.backups.copies()
    assert [copy.manifest.about.made_at for copy in copies] == [clock() - timedelta(minutes=n) for n in range(3)]
    modes = {path.stat().st_mode & 0o777 for path in place.backups.folder.path.iterdir()}
    assert modes == {0o600}
    newest = place.backups.folder.copy(copies[0].name)
    assert newest is not None
    place.restore(newest.read_bytes())
    assert {row["own_name"] for row in place.rows("listings")} == {"State 4"}


def test_writers_wait_and_readers_do_not(place: Place, clock: FakeClock) -> None:
    """A webhook that arrives during a restore is stored after it, or turned away to come again: never lost."""
    token = place.backups.stage(io.BytesIO(place.back_up()))
    held, go_on = threading.Event(), threading.Event()

    def pause(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO listings"):
            held.set()
            assert go_on.wait(20)

    engine = place.database._engine
    event.listen(engine, "before_cursor_execute", pause)
    restoring = threading.Thread(target=place.backups.restore, args=(token, OPERATOR))
    restoring.start()
    assert held.wait(20)
    with place.database.read() as connection:
        assert len(connection.execute(select(rates)).all()) == 2
    writing = threading.Thread(target=_write_delivery, args=(place, clock))
    writing.start()
    go_on.set()
    restoring.join()
    writing.join()
    event.remove(engine, "before_cursor_execute", pause)
    assert len(place.rows("deliveries")) == 2


def _write_delivery(place: Place, clock: FakeClock) -> None:
    with place.database.write() as connection:
        row = connection.execute(select(targets.c.id)).scalar_one()
        values = {
            "received_at": clock(), "connection_id": "99", "type": "data", "location_id": seeding.LONDON, "body": "{}",
            "hash_verdict": "verified", "state": "waiting", "target_id": row,
        }  # fmt: skip
        connection.execute(insert(deliveries).values(**values))


def test_a_token_refreshed_since_is_not_turned_back(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    _refresh(place, "newer", clock)
    before = place.row("hub_credentials")
    place.restore(file)
    assert place.row("hub_credentials") == before


def test_a_newer_token_in_the_file_is_taken(place: Place, fresh: Place, clock: FakeClock) -> None:
    fresh.restore(place.back_up())
    clock.advance(hours=1)
    _refresh(place, "newer", clock)
    before = fresh.row("hub_credentials")
    fresh.restore(place.back_up())
    after = fresh.row("hub_credentials")
    assert after["refresh_token"] == "newer"
    assert after["version"] > before["version"] + 1, "a refresh that is under way can't take it for its own"


def test_a_connection_made_since_stays_with_its_keys(place: Place, clock: FakeClock) -> None:
    file = place.back_up()
    clock.advance(hours=1)
    with place.database.write() as connection:
        pair = credentials.Pair("a", "r", clock())
        credentials.save_connected(connection, pair, clock())
        connection.execute(insert(site_settings).values(name="syncaroo_client_id", value="new", updated_at=clock()))
    place.restore(file)
    assert place.row("hub_credentials")["refresh_token"] == "r"
    assert {row["name"]: row["value"] for row in place.rows("site_settings")}["syncaroo_client_id"] == "new"


def test_undoing_a_restore_of_another_site_brings_the_own_connection_back(
    place: Place, fresh: Place, clock: FakeClock
) -> None:
    full.fill(fresh.database, clock)
    fresh.change(update(hub_credentials).values(connected_at=clock() + timedelta(minutes=1), refresh_token="foreign"))
    clock.advance(hours=1)
    foreign = fresh.back_up()
    own = place.row("hub_credentials")
    clock.advance(hours=1)
    done = place.restore(foreign)
    assert place.row("hub_credentials")["refresh_token"] == "foreign"
    copy = place.backups.folder.copy(done.copy)
    assert copy is not None
    place.restore(copy.read_bytes())
    assert place.row("hub_credentials")["refresh_token"] == own["refresh_token"]


def _refresh(place: Place, token: str, clock: FakeClock) -> None:
    place.change(update(hub_credentials).values(refresh_token=token, refreshed_at=clock(), state=HubState.CONNECTED))


def test_counters_of_alerts_stay(place: Place) -> None:
    file = place.back_up()
    place.change(insert(counters).values(name="alert_mail", value=7))
    place.restore(file)
    assert counter(place, "alert_mail") == 7
