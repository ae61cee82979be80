"""Trying deliveries again, at the operator's word. What still waits is tried anyhow."""

from widget_server.clock import Clock
from widget_server.store import activity, by_hand
from widget_server.store.engine import Database


class Replays:
    """`actor`: the operator's address, written down with each replay."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    def replay(self, delivery_id: int) -> bool:
        """Fetch again, now, what that delivery announced. False when it waits, or there was nothing to fetch."""
        now = self._clock()
        with self._database.write() as connection:
            if not by_hand.replay(connection, delivery_id, now):
                return False
            told = f"Replayed webhook {delivery_id}."
            activity.record(connection, now, self._actor, "replay", subject=str(delivery_id), detail=told)
        return True

    def replay_failed(self) -> int:
        """Try all that failed for good again; how many these are."""
        now = self._clock()
        with self._database.write() as connection:
            count = by_hand.redrive_all(connection, now)
            if count:
                told = f"Replayed all failed webhooks: {count}."
                activity.record(connection, now, self._actor, "replay_failed", detail=told)
        return count
