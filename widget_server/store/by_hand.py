"""What the operator decides by hand: hand failed deliveries on again, answer for an empty set."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from widget_server.model import DeliveryState, ListingKind, ListingStatus
from widget_server.store import counters, listing_names
from widget_server.store import targets as target_rows
from widget_server.store.inbox import OPEN_STATES
from widget_server.store.tables import deliveries, listings, targets

ATTRIBUTE_WORDS = {"rates": "prices", "resources": "resources", "locations": "location's data"}


def redrive(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Try that dead letter again at once, with all others that wait for the same fetch. False: it isn't dead."""
    dead = deliveries.c.state == DeliveryState.DEAD
    found = select(deliveries.c.target_id).where(deliveries.c.id == delivery_id, dead)
    target_id = connection.execute(found).scalar_one_or_none()
    if target_id is None:
        return False
    again = {"state": DeliveryState.WAITING, "attempts": 0, "done_at": None}
    connection.execute(update(deliveries).where(deliveries.c.target_id == target_id, dead).values(again))
    target_rows.make_these_due(connection, targets.c.id == target_id, now, failures=0)
    return True


def redrive_all(connection: Connection, now: datetime) -> int:
    """Try all dead letters again at once; how many there are."""
    dead = deliveries.c.state == DeliveryState.DEAD
    theirs = targets.c.id.in_(select(deliveries.c.target_id).where(dead))
    target_rows.make_these_due(connection, theirs, now, failures=0)
    again = {"state": DeliveryState.WAITING, "attempts": 0, "done_at": None}
    return connection.execute(update(deliveries).where(dead).values(again)).rowcount


def replay(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Fetch again what that delivery announced: a dead letter itself, else its target as if one more had come.

    False when it hasn't come to its end, or there was nothing to fetch.
    """
    if redrive(connection, delivery_id, now):
        return True
    ended = deliveries.c.state.not_in(OPEN_STATES)
    of_it = targets.c.id == deliveries.c.target_id
    found = select(targets).join(deliveries, of_it).where(deliveries.c.id == delivery_id, ended)
    row = connection.execute(found).one_or_none()
    if row is None:
        return False
    target_rows.hint(connection, target_rows.key_of(row), now)
    return True


def remove_held(connection: Connection, target_id: int, now: datetime) -> bool:
    """The empty set is right: fetch it again now and carry it out. False: nothing is held there."""
    held = (targets.c.id == target_id, targets.c.held_since.is_not(None))
    if connection.execute(update(targets).where(*held).values(empty_confirmed=True)).rowcount != 1:
        return False
    target_rows.make_due(connection, target_id, now)
    return True


def keep_held(connection: Connection, target_id: int) -> bool:
    """The empty set is wrong: what is there stays. The next fetch asks again if it is still empty."""
    held = (targets.c.id == target_id, targets.c.held_since.is_not(None))
    if connection.execute(select(targets.c.id).where(*held)).one_or_none() is None:
        return False
    target_rows.clear_hold(connection, target_id)
    return True


def described(connection: Connection, target_id: int) -> str:
    """What a target is about, in words: "prices of Thames Room", "resources of London"."""
    columns = (targets.c.attribute_type, targets.c.location_id, targets.c.resource_id)
    attribute, location_id, resource_id = connection.execute(select(*columns).where(targets.c.id == target_id)).one()
    names = listing_names.shown_names(connection)
    room = names.get((ListingKind.RESOURCE, resource_id or ""))
    place = names.get((ListingKind.LOCATION, location_id), location_id)
    return f"{ATTRIBUTE_WORDS.get(attribute, 'data')} of {room or place}"


def is_pending(connection: Connection, kind: ListingKind, listing_id: str) -> bool:
    """True while that listing waits for the operator's approval."""
    counters.take_turns(connection)
    held = select(listings.c.status).where(listings.c.kind == kind, listings.c.id == listing_id)
    return bool(connection.execute(held).scalar_one_or_none() == ListingStatus.PENDING)
