"""One fetch into the store: which rows it speaks of, and what follows. One transaction, the caller's.

The items were read before it began (`reading.py`), and the statements don't grow with them.
"""

from sqlalchemy import Connection

from widget_server.hub.endpoints import EndpointKind
from widget_server.store import listings
from widget_server.sync import apply_places, apply_prices
from widget_server.sync.fetched import Applied, Fetched
from widget_server.sync.reading import EXTRA_KINDS, RATE_KINDS


def apply(connection: Connection, fetched: Fetched) -> Applied:
    """Take over what came. Running it again with the same items changes nothing and writes no history."""
    applied = Applied()
    kind = fetched.reading.kind
    if kind in (*RATE_KINDS, *EXTRA_KINDS):
        _apply_below_resource(connection, fetched, applied)
    elif kind is EndpointKind.LOCATION:
        apply_places.apply_location(connection, fetched, applied)
    elif kind is EndpointKind.LOCATIONS:
        apply_places.apply_locations(connection, fetched, applied)
    elif kind is EndpointKind.RESOURCE:
        apply_places.apply_resource(connection, fetched, applied)
    elif kind is EndpointKind.RESOURCES:
        apply_places.apply_resources(connection, fetched, applied)
    if not applied.held:
        _map_again(connection, fetched)
    return applied


def apply_gone(connection: Connection, fetched: Fetched) -> Applied:
    """The one item that the target names no longer exists at the hub (404, 410)."""
    applied = Applied(notes=["it no longer exists at the hub"])
    kind = fetched.reading.kind
    resource = apply_places.named_resource(connection, fetched)
    if kind is EndpointKind.LOCATION:
        apply_places.location_gone(connection, fetched, applied)
    elif resource is None:
        applied.notes.append("nothing of it was known here")
    elif kind is EndpointKind.RESOURCE:
        apply_places.resource_gone(connection, fetched, resource, applied)
    elif kind is EndpointKind.RATE:
        apply_prices.rate_gone(connection, fetched, resource, applied)
    elif kind is EndpointKind.EXTRA:
        apply_prices.extra_gone(connection, fetched, resource, applied)
    return applied


def _apply_below_resource(connection: Connection, fetched: Fetched, applied: Applied) -> None:
    resource = apply_places.named_resource(connection, fetched)
    if resource is None:
        applied.notes.append("its resource is nobody's here")
    elif fetched.reading.kind in RATE_KINDS:
        apply_prices.apply_rates(connection, fetched, resource, applied)
    else:
        apply_prices.apply_extras(connection, fetched, resource, applied)


def _map_again(connection: Connection, fetched: Fetched) -> None:
    """PROTOCOL §3: an unmapped resource is hidden until the next data webhook for it, which `hinted_by` was."""
    if fetched.key.resource_id is not None and fetched.hinted_by:
        listings.set_unmapped(connection, fetched.key.resource_id, False, fetched.hinted_by)
