"""Taking listings over from a file: all or nothing, and twice is the same as once."""

from collections import Counter
from dataclasses import dataclass, replace

from widget_server.clock import Clock
from widget_server.errors import ListingsInvalid
from widget_server.listings.importing import read_listings
from widget_server.listings.rows import shown
from widget_server.model import Listing, ListingKind
from widget_server.store import authorizations, counters, listings
from widget_server.store.engine import Database


@dataclass(frozen=True)
class ImportResult:
    """How many listings came of it."""

    created: int
    updated: int
    unchanged: int


class ListingsImport:
    """Imports listings. What isn't in the file stays untouched, and so does everything that the hub has told us."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def run_file(self, body: bytes) -> ImportResult:
        """Take over a JSON or CSV file. Resources may name locations that we have already.

        Raises `ListingsInvalid`, `StoreUnavailable`; then nothing has changed.
        """
        with self._database.read() as connection:
            known = {location.id for location in listings.all_locations(connection)}
        return self.run(read_listings(body, known))

    def run(self, found: tuple[Listing, ...]) -> ImportResult:
        """Create and update listings in one transaction; only those that differ get a new revision.

        New locations join the only connection if there is just one (PROTOCOL §1).
        """
        now = self._clock()
        changes: Counter[listings.Change] = Counter()
        with self._database.write() as connection:
            counters.take_turns(connection)
            owner = authorizations.only_connection(connection)
            for listing in found:
                change = listings.upsert(connection, _owned(listing, owner), now)
                if change == "created":
                    _refuse_generated(listing)
                changes[change] += 1
        return ImportResult(changes["created"], changes["updated"], changes["unchanged"])


def _owned(listing: Listing, owner: str | None) -> Listing:
    return replace(listing, connection_id=owner) if listing.kind is ListingKind.LOCATION else listing


def _refuse_generated(listing: Listing) -> None:
    """Identifiers like those that we make up ourselves would one day meet one of ours."""
    if listing.id.startswith(listings.GENERATED_PREFIX):
        raise ListingsInvalid(
            [
                f"{listing.kind} {shown(listing.id)}, id: identifiers that begin with {listings.GENERATED_PREFIX!r} "
                "are made up by this site: give another one"
            ]
        )
