"""The operator's decisions, each one transaction. What no longer waits for a decision is left alone."""

from widget_server.clock import Clock
from widget_server.model import ListingKind, ListingStatus
from widget_server.store import by_hand, listings
from widget_server.store.engine import Database


class Decisions:
    """Each answers False when there was nothing to decide any more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def retry(self, delivery_id: int) -> bool:
        """Work a dead letter off again, and those that wait for the same fetch."""
        with self._database.write() as connection:
            return by_hand.redrive(connection, delivery_id, self._clock())

    def remove_held(self, target_id: int) -> bool:
        """The empty answer was right: remove what it says is gone."""
        with self._database.write() as connection:
            return by_hand.remove_held(connection, target_id, self._clock())

    def keep_held(self, target_id: int) -> bool:
        """The empty answer was wrong: keep what is there."""
        with self._database.write() as connection:
            return by_hand.keep_held(connection, target_id)

    def approve(self, kind: ListingKind, listing_id: str) -> bool:
        """Make a pending listing active: visitors see it with the next published version."""
        with self._database.write() as connection:
            if not by_hand.is_pending(connection, kind, listing_id):
                return False
            return listings.set_status(connection, kind, listing_id, ListingStatus.ACTIVE)
