"""What the operator decides by hand: hand failed deliveries on again, answer for an empty set."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from widget_server.model import DeliveryState, ListingKind, ListingStatus
from widget_server.store import counters, listing_names
from widget_server.store import targets as target_rows
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
    connection.execute(update(targets).where(targets.c.id == target_id).values(failures=0))
    target_rows.make_due(connection, target_id, now)
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
