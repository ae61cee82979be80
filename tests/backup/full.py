"""A site with something in every table of a back-up, made as the site itself makes it where that is easy."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import Connection, func, insert, select, update

from tests import seeding
from tests.conftest import FakeClock
from tests.console import scene
from widget_server.backup.contents import kept_tables
from widget_server.model import DataKind, LocationData, RateData, RefusalReason, ResourceData
from widget_server.store import (
    access_tokens,
    activity,
    counters,
    operators,
    overrides,
    places,
    platform_secrets,
    prices,
    sightings,
)
from widget_server.store.cipher import Cipher
from widget_server.store.credentials import Pair, save_connected
from widget_server.store.engine import Database
from widget_server.store.overrides import Decision
from widget_server.store.places import Stamp
from widget_server.store.tables import publication, refusals, site_settings

KEY = "k" * 40
OWN_NAME = "The big room"
ODD = "Zoë’s “café” \N{SNOWMAN} \N{MUSICAL SYMBOL G CLEF}"


def fill(database: Database, clock: FakeClock, key: str = KEY) -> None:
    """Rows as a site has them after a while. Nothing is due in it."""
    seeding.add_listings(database, clock)
    seeding.connect(database, clock, "99", seeding.LONDON)
    with database.write() as connection:
        _fill_data(connection, clock)
        _fill_decisions(connection, clock)
        _fill_keys(connection, clock, Cipher([key]))
        _fill_inbox(connection, clock)
        connection.execute(update(publication).values(synced_at=clock(), version=41))
    missing = [name for name, count in counts(database).items() if not count]
    assert missing == [], "give each table of a back-up a row here"


def counts(database: Database) -> dict[str, int]:
    """Rows by table."""
    with database.read() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in kept_tables()
        }


def add_rate(connection: Connection, clock: FakeClock, source_id: str, amount: str) -> None:
    """A price of the meeting room, as a fetch brings it."""
    stamp = Stamp(counters.next_value(connection, "ticket"), clock())
    data = RateData(source_id, source_id, name=ODD, amount=Decimal(amount), currency="GBP", unit="hour")
    prices.save(connection, seeding.MEETING_ROOM, data, {"price": amount, "deep": [{"a": None}, 1.5]}, stamp)


def _fill_data(connection: Connection, clock: FakeClock) -> None:
    stamp = Stamp(counters.next_value(connection, "ticket"), clock())
    places.save_location(connection, seeding.LONDON, LocationData(source_id="801", name="London"), {"ID": 801}, stamp)
    room = ResourceData(source_id="901", name="Thames Room", capacity=8)
    places.save_resource(connection, seeding.MEETING_ROOM, seeding.LONDON, room, {"ID": 901}, stamp)
    add_rate(connection, clock, "1", "45.00")
    add_rate(connection, clock, "2", "300.00")
    clock.advance(hours=1)
    add_rate(connection, clock, "1", "50.00")


def _fill_decisions(connection: Connection, clock: FakeClock) -> None:
    first = prices.of_resource(connection, seeding.MEETING_ROOM)[0]
    overrides.save(connection, first.id, Decision(False, Decimal("48.00"), ODD), "operator@example.com", clock())
    operators.save(connection, "operator@example.com", "pbkdf2:sha256:1$x$y", None, clock())
    activity.record(connection, clock(), "operator@example.com", "override", subject="1", detail=ODD)
    connection.execute(insert(site_settings).values(name="accent", value="#123456", updated_at=clock()))


def _fill_keys(connection: Connection, clock: FakeClock, cipher: Cipher) -> None:
    access_tokens.add(connection, "c" * 64, "abcdef", ODD, [DataKind.RATES], clock())
    platform_secrets.add(connection, "a" * 64, clock())
    pair = Pair(cipher.encrypt("access"), cipher.encrypt("refresh"), clock() + timedelta(minutes=10))
    save_connected(connection, pair, clock())
    secret = {"name": "syncaroo_client_secret", "value": cipher.encrypt("s3cret"), "updated_at": clock()}
    connection.execute(insert(site_settings).values(**secret))


def _fill_inbox(connection: Connection, clock: FakeClock) -> None:
    target = scene.add_target(connection, due_at=clock() + timedelta(hours=6), started_at=clock())
    scene.add_delivery(connection, clock(), state="done", target_id=target, done_at=clock(), body='{"é": "\\u0000"}')
    refused = {"hour": clock(), "reason": RefusalReason.NO_BEARER, "count": 3, "first_at": clock(), "last_at": clock()}
    connection.execute(insert(refusals).values(**refused, status=401))
    sightings.note(connection, ["https://www.example.com"], clock())
