"""The end of both connections by the operator's word. Listings and prices stay."""

from widget_server.clock import Clock
from widget_server.store import activity, authorizations, counters, credentials, hub_states
from widget_server.store.engine import Database


def disconnect(database: Database, clock: Clock, actor: str) -> None:
    """End what we issued to Syncaroo, approvals under way included, and forget what it issued to us; all at once."""
    now = clock()
    with database.write() as connection:
        counters.take_turns(connection)
        authorizations.revoke_all(connection, "disconnected by the operator", now)
        hub_states.forget_all(connection)
        credentials.forget(connection)
        told = "Disconnected from Syncaroo, in both directions. Listings and prices stay."
        activity.record(connection, now, actor, "disconnected", detail=told)
