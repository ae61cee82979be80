"""Sites as operators have them, for axe to judge and for the manual's pictures: new, well, and with things to do.

The clock stands still, so that a picture changes only when the product does.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, update

from tests.conftest import FakeClock, environment_of_a_site
from tests.console import scene
from tests.console.deliveries import past
from tests.publish import samples
from widget_server import config, create_app, services
from widget_server.console.prices.deciding import Overriding, edition
from widget_server.console.prices.wording import Wording
from widget_server.model import DataKind, Json, LocationData, Quarantined, RateData, ResourceData
from widget_server.public_model import PublicLocation, PublicResource
from widget_server.store import access_tokens, activity, counters, listings, places, prices, sightings, sync_runs
from widget_server.store.overrides import Decision
from widget_server.store.places import Stamp
from widget_server.store.tables import hub_credentials, publication, targets

OPERATOR = "operator@example.com"
CONNECTED = timedelta(days=139)
BOARDROOM, HOURLY = "7843", "r1"
HISTORY = ((138, "38.00"), (100, "40.00"), (64, "42.50"), (30, "39.00"), (12, "45.00"))
"""What the boardroom's hour cost, from how many days ago on."""
FROM_ENVIRONMENT = ("DATA_DIR", "SITE_URL", "SECRET_KEY")
"""Of the variables, what a new site has."""


@dataclass(frozen=True)
class Shown:
    """A site, and the path to begin at for somebody who isn't logged in."""

    app: Flask
    clock: FakeClock
    door: str = "/login"


Make = Callable[[Path], Shown]
"""Makes a site that keeps its data below a folder."""


def new(folder: Path) -> Shown:
    """Nobody has set it up yet."""
    variables = environment_of_a_site(folder)
    clock = FakeClock()
    app = create_app(config.load({f"WIDGET_{name}": variables[f"WIDGET_{name}"] for name in FROM_ENVIRONMENT}), clock)
    return Shown(app, clock, _parts(app).operators.setup_link(""))


def well(folder: Path) -> Shown:
    """Connected for months, and everything in step."""
    clock = FakeClock()
    now = clock()
    clock.now = now - CONNECTED
    app = create_app(config.load(environment_of_a_site(folder)), clock)
    parts = _parts(app)
    with parts.database.write() as connection:
        _connect(connection, now)
        for position, place in enumerate(samples.demo().locations):
            _add_place(connection, place, now, str(position))
        _fetched(connection, "c" * 64, now)
        sightings.note(connection, ["https://www.demo-workspace.example"], now - timedelta(hours=1))
        connection.execute(update(publication).values(synced_at=now - timedelta(minutes=2)))
    _override(parts, clock, now - timedelta(days=9))
    _add_tokens(parts, clock, now)
    clock.now = now
    return Shown(app, clock)


def busy(folder: Path) -> Shown:
    """The same, with webhooks of every verdict, listings in every state, and a price that wasn't taken over."""
    shown = well(folder)
    now = shown.clock()
    with _parts(shown.app).database.write() as connection:
        past.add_deliveries(connection, now)
        past.add_refusals(connection, now)
        stamp = Stamp(counters.next_value(connection, "ticket"), now - timedelta(minutes=2, seconds=20))
        raised = replace(_boardroom_hourly(), amount=Decimal("48.00"))
        prices.save(connection, BOARDROOM, raised, _raw(raised), stamp)
        bad = Quarantined("r9", "its amount is negative", {"ID": "r9", "name": "Private office", "price": -2450})
        prices.quarantine(connection, "19286", bad, stamp)
        attic = {"location_id": "1198", "type": "meeting-room", "position": 0}
        scene.add_listing(connection, now, "new-1", "New meeting room", status="pending", **attic)
        data = ResourceData(source_id="res-410", name="The Attic")
        places.save_resource(connection, "new-1", "1198", data, {}, stamp)
        private = {"location_id": "1198", "type": "hot-desk", "position": 91}
        scene.add_listing(connection, now, "9004", "Staff desk", status="private", **private)
        scene.add_listing(
            connection, now, "7120", "Demo Workspace – New York", kind="location", status="draft", position=92
        )
    return shown


def syncing(folder: Path) -> Shown:
    """The same; all of it is being fetched anew, and half has come."""
    shown = busy(folder)
    begun = shown.clock() - timedelta(seconds=20)
    with _parts(shown.app).database.write() as connection:
        sync_runs.begin(connection, begun, OPERATOR, None, "Had everything fetched anew.")
        done = {"started_at": begun + timedelta(seconds=4), "succeeded_at": begun + timedelta(seconds=5)}
        due = shown.clock() + timedelta(hours=6)
        half = targets.c.location_id == "1198", targets.c.problem.is_(None)
        connection.execute(update(targets).where(*half).values(due_at=due, **done))
    return shown


def _parts(app: Flask) -> services.Services:
    found: services.Services = app.extensions[services.EXTENSION]
    return found


def _connect(connection: Connection, now: datetime) -> None:
    """Both ways, on the first day."""
    first = now - CONNECTED
    scene.add_connection(
        connection, now, connected_at=first, last_webhook_at=now - timedelta(minutes=3), hash_verified_at=first
    )
    scene.connect_hub(connection, now)
    connection.execute(update(hub_credentials).values(connected_at=first))
    for minutes, actor, kind, told in (
        (4, OPERATOR, "hub_connected", "Connected this site to Syncaroo."),
        (6, OPERATOR, "connection_approved", "Approved connection 99 for 2 locations."),
        (6, "Syncaroo", "connection_exchanged", "Exchanged the approval of connection 99 for access."),
    ):
        activity.record(connection, first + timedelta(minutes=minutes), actor, kind, detail=told)


def _add_place(connection: Connection, place: PublicLocation, now: datetime, number: str) -> None:
    """As it was imported, with all that the hub says of it."""
    listings.upsert(connection, replace(place.listing, connection_id="99"), now - CONNECTED)
    stamp = _stamp(connection, now - timedelta(minutes=2))
    data = replace(place.data or LocationData(), source_id=f"loc-30{number}")
    places.save_location(connection, place.listing.id, data, {}, stamp)
    for position, room in enumerate(place.resources):
        _add_room(connection, place.listing.id, room, now, f"res-4{number}{position}")


def _add_room(connection: Connection, location_id: str, room: PublicResource, now: datetime, source_id: str) -> None:
    id = room.listing.id
    listings.upsert(connection, replace(room.listing, location_id=location_id), now - CONNECTED)
    data = replace(room.data or ResourceData(), source_id=source_id)
    places.save_resource(connection, id, location_id, data, {}, _stamp(connection, now - timedelta(minutes=2)))
    for rate in room.rates:
        amounts = HISTORY if (id, rate.id) == (BOARDROOM, HOURLY) else ((138, rate.data.amount),)
        for days, amount in amounts:
            then = replace(rate.data, amount=None if amount is None else Decimal(amount))
            prices.save(connection, id, then, _raw(then), _stamp(connection, now - timedelta(days=days)))
        prices.save(connection, id, then, _raw(then), _stamp(connection, now - timedelta(minutes=2)))


def _raw(rate: RateData) -> Json:
    """The item as the hub might have written it."""
    price = None if rate.amount is None else float(rate.amount)
    return {"ID": rate.source_id, "name": rate.name, "price": price, "unit": rate.unit, "currency": rate.currency}


def _stamp(connection: Connection, at: datetime) -> Stamp:
    return Stamp(counters.next_value(connection, "ticket"), at)


def _fetched(connection: Connection, key: str, now: datetime) -> None:
    done = {"started_at": now - timedelta(minutes=2), "succeeded_at": now - timedelta(minutes=2)}
    for number, location_id in enumerate(("1198", "1301")):
        due = now + timedelta(hours=6)
        scene.add_target(
            connection, f"{number}{key[1:]}", location_id=location_id, resource_id=None, due_at=due, **done
        )


def _boardroom_hourly() -> RateData:
    rooms = [room for place in samples.demo().locations for room in place.resources]
    return next(rate.data for room in rooms for rate in room.rates if (room.listing.id, rate.id) == (BOARDROOM, HOURLY))


def _override(parts: services.Services, clock: FakeClock, at: datetime) -> None:
    """The operator shows a price of their own."""
    clock.now = at
    with parts.database.read() as connection:
        row = next(each for each in prices.of_resource(connection, BOARDROOM) if each.data.source_id == HOURLY)
    decision = Decision(hidden=False, amount=Decimal("41.00"), note="Spring offer on the website until May")
    Overriding(parts.database, clock, Wording("en-GB")).decide(row.id, decision, edition(row.data), OPERATOR)


def _add_tokens(parts: services.Services, clock: FakeClock, now: datetime) -> None:
    """Two that programs have used."""
    for days, name, kinds, used in (
        (6, "Website of the partner network", tuple(DataKind), timedelta(minutes=3)),
        (2, "Nightly report", (DataKind.RATES,), timedelta(hours=9)),
    ):
        clock.now = now - timedelta(days=days)
        parts.access_tokens.make(OPERATOR, name, kinds)
        with parts.database.write() as connection:
            made = access_tokens.good(connection)[0]
            access_tokens.mark_used(connection, made.id, now - used, now)
