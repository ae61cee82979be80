"""Beginning a run at the operator's word."""

from widget_server.clock import Clock
from widget_server.model import ListingKind
from widget_server.store import listing_names, sync_runs
from widget_server.store.engine import Database


class SyncRuns:
    """`actor`: the operator's address, written down with each run."""

    def __init__(self, database: Database, clock: Clock, actor: str) -> None:
        self._database = database
        self._clock = clock
        self._actor = actor

    def begin(self, location_id: str | None) -> int:
        """Fetch what is known of that location (None: of all) now; how many requests that takes."""
        with self._database.write() as connection:
            what = "everything"
            if location_id is not None:
                what = listing_names.name_of_listing(connection, ListingKind.LOCATION, location_id)
            return sync_runs.begin(connection, self._clock(), self._actor, location_id, f"Had {what} fetched anew.")
