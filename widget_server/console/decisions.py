"""The operator's decisions, each one transaction. What no longer waits for a decision is left alone."""

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.model import ListingKind, ListingStatus
from widget_server.store import activity, by_hand, listing_names, listings
from widget_server.store.engine import Database


class Decisions:
    """Each answers False, or None, when there was nothing to decide any more. `actor`: the operator's address, which is
    written down."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    def retry(self, delivery_id: int) -> bool:
        """Work a dead letter off again, and those that wait for the same fetch."""
        with self._database.write() as connection:
            found = by_hand.redrive(connection, delivery_id, self._clock())
            if found:
                self._record(connection, "retry", str(delivery_id), f"Had webhook {delivery_id} tried again.")
            return found

    def remove_held(self, target_id: int) -> bool:
        """The empty answer was right: remove what it says is gone."""
        with self._database.write() as connection:
            found = by_hand.remove_held(connection, target_id, self._clock())
            if found:
                what = by_hand.described(connection, target_id)
                self._record(
                    connection, "held_removed", str(target_id), f"Confirmed that Syncaroo has no {what} any more."
                )
            return found

    def keep_held(self, target_id: int) -> bool:
        """The empty answer was wrong: keep what is there."""
        with self._database.write() as connection:
            found = by_hand.keep_held(connection, target_id)
            if found:
                what = by_hand.described(connection, target_id)
                self._record(
                    connection, "held_kept", str(target_id), f"Kept the {what} against an empty list of Syncaroo's."
                )
            return found

    def approve(self, kind: ListingKind, listing_id: str) -> str | None:
        """Make a pending listing active: visitors see it with the next published version. Answers its name."""
        with self._database.write() as connection:
            if not by_hand.is_pending(connection, kind, listing_id):
                return None
            name = listing_names.name_of_listing(connection, kind, listing_id)
            self._record(connection, "approve", listing_id, f"Approved the {kind} {name}: visitors see it.")
            listings.set_status(connection, kind, listing_id, ListingStatus.ACTIVE)
            return name

    def _record(self, connection: Connection, kind: str, subject: str, detail: str) -> None:
        activity.record(connection, self._clock(), self._actor, kind, subject=subject, detail=detail)
