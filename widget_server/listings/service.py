"""Taking listings over from a file: all or nothing, and twice is the same as once."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.listings.importing import read_listings
from widget_server.listings.plan import Held, Plan, plan
from widget_server.model import Listing, ListingKind
from widget_server.store import activity, authorizations, counters, listing_imports, listings
from widget_server.store.engine import Database

SERVER = "the server"
"""Who imports on the command line, as the activity names it."""
PLANNED_OUTSIDE = 3
"""Times that a plan is made without holding anybody up."""


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

    def preview(self, body: bytes) -> Plan:
        """What importing a JSON or CSV file would change now. Raises `ListingsInvalid`, `StoreUnavailable`."""
        with self._database.read() as connection:
            held = _held(connection)
        return plan(read_listings(body, _locations(held)), held)

    def run_file(self, body: bytes) -> ImportResult:
        """Take over a JSON or CSV file. Resources may name locations that we have already.

        Raises `ListingsInvalid`, `StoreUnavailable`; then nothing has changed.
        """
        with self._database.read() as connection:
            known = _locations(_held(connection))
        return self.run(read_listings(body, known))

    def run(self, found: tuple[Listing, ...], actor: str = SERVER) -> ImportResult:
        """Create and update listings in one transaction; only those that differ get a new revision.

        New locations join the only connection if there is just one (PROTOCOL §1). Raises as `run_file` does.
        """
        return self._settle(lambda held: plan(found, held), actor)

    def run_previewed(self, body: bytes, fingerprint: str, actor: str) -> ImportResult | None:
        """Take the file over if that does what the preview with that fingerprint told; None: it would do other things.

        Raises as `run_file` does.
        """
        try:
            return self._settle(lambda held: _as_previewed(body, fingerprint, held), actor)
        except _IsAnother:
            return None

    def _settle(self, planned: Callable[[Held], Plan], actor: str) -> ImportResult:
        """Plan outside of the transaction that writes, so that nobody waits for it; again if listings have changed
        meanwhile. Where they keep changing it is planned inside at last."""
        for _ in range(PLANNED_OUTSIDE):
            with self._database.read() as connection:
                seen, held = listing_imports.newest_revision(connection), _held(connection)
            wanted = planned(held)
            with self._database.write() as connection:
                counters.take_turns(connection)
                if listing_imports.newest_revision(connection) == seen:
                    return self._carry_out(connection, wanted, actor)
        with self._database.write() as connection:
            counters.take_turns(connection)
            return self._carry_out(connection, planned(_held(connection)), actor)

    def _carry_out(self, connection: Connection, planned: Plan, actor: str) -> ImportResult:
        now = self._clock()
        owner = authorizations.only_connection(connection)
        new = [_owned(one.listing, owner) for one in planned.differing if one.change == "created"]
        changed = [one.listing for one in planned.differing if one.change == "updated"]
        listing_imports.take_over(connection, new, changed, now)
        result = ImportResult(planned.count("created"), planned.count("updated"), planned.count("unchanged"))
        if planned.differing:
            detail = f"Imported listings: {result.created} new, {result.updated} changed."
            activity.record(connection, now, actor, "listings_import", detail=detail)
        return result


class _IsAnother(Exception):
    """The file would do other things than the preview told."""


def _as_previewed(body: bytes, fingerprint: str, held: Held) -> Plan:
    found = plan(read_listings(body, _locations(held)), held)
    if found.fingerprint != fingerprint:
        raise _IsAnother
    return found


def _held(connection: Connection) -> Held:
    found = listings.all_locations(connection) + listings.all_resources(connection)
    return {(listing.kind, listing.id): listing for listing in found}


def _locations(held: Held) -> set[str]:
    return {listing_id for kind, listing_id in held if kind is ListingKind.LOCATION}


def _owned(listing: Listing, owner: str | None) -> Listing:
    return replace(listing, connection_id=owner) if listing.kind is ListingKind.LOCATION else listing
