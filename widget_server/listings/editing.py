"""What the operator does to one listing, each in one transaction that is written down as theirs."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.listings.form import ListingForm
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import activity, authorizations, counters, listing_names, listings
from widget_server.store.engine import Database


@dataclass(frozen=True)
class Edited:
    """The listing as it is now; or None, with field → what is wrong."""

    listing: Listing | None = None
    problems: Mapping[str, str] = field(default_factory=dict)


class ListingsEditor:
    """Creates and changes listings by hand. `actor` is the operator's e-mail address."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def begin(self) -> int:
        """What a form for a new listing carries, to be told from the same form sent once more."""
        with self._database.read() as connection:
            return counters.value(connection, "revision")

    def create(self, form: ListingForm, actor: str, begun: int | None = None) -> Edited:
        """A listing under the identifier that was given, or one that is made up.

        A new location joins the only connection if there is just one (PROTOCOL §1). A form that is sent twice, `begun`
        being what `begin` answered when it was opened, makes one listing.
        """
        wanted, problems = form.new()
        if wanted is None:
            return Edited(problems=problems)
        with self._database.write() as connection:
            counters.take_turns(connection)
            made_before = None if begun is None else listings.made_since(connection, begun, wanted)
            if made_before is not None:
                return Edited(made_before)
            problems = _taken(connection, wanted) | _lost(connection, wanted)
            if problems:
                return Edited(problems=problems)
            made = _placed(connection, wanted)
            listings.upsert(connection, made, self._clock())
            self._record(connection, actor, "listing_created", made, f"Added the {made.kind} “{made.name}”.")
        return Edited(made)

    def edit(self, held: Listing, form: ListingForm, actor: str) -> Edited:
        """Bring a listing to what the form says. A name that is left empty is the hub's to give."""
        wanted, problems = form.changed(held)
        if wanted is None:
            return Edited(problems=problems)
        with self._database.write() as connection:
            counters.take_turns(connection)
            problems = _lost(connection, wanted)
            if problems:
                return Edited(problems=problems)
            before = listings.one(connection, held.kind, held.id) or held
            facts = {name: getattr(wanted, name) for name in ("own_name", "status", "type", "location_id")}
            changed = {name: value for name, value in facts.items() if value != getattr(before, name)}
            if changed:
                told = _told(connection, before, changed)
                listings.change(connection, before, changed)
                self._record(connection, actor, "listing_edited", before, told)
        return Edited(wanted)

    def set_status(
        self,
        kind: ListingKind,
        listing_id: str,
        status: ListingStatus,
        actor: str,
        only_from: ListingStatus | None = None,
    ) -> tuple[Listing, str] | None:
        """Change the status alone; the listing as it was, and its name.

        None: there is no such listing, or its status is another than `only_from`.
        """
        with self._database.write() as connection:
            counters.take_turns(connection)
            before = listings.one(connection, kind, listing_id)
            if before is None or only_from not in (None, before.status):
                return None
            if before.status != status:
                told = _told(connection, before, {"status": status})
                listings.change(connection, before, {"status": status})
                self._record(connection, actor, "listing_status", before, told)
            return before, listing_names.name_of_listing(connection, kind, listing_id)

    def _record(self, connection: Connection, actor: str, kind: str, listing: Listing, detail: str) -> None:
        subject = f"{listing.kind} {listing.id}"
        activity.record(connection, self._clock(), actor, kind, subject=subject, detail=detail)


def _taken(connection: Connection, wanted: Listing) -> dict[str, str]:
    if not wanted.id or listings.one(connection, wanted.kind, wanted.id) is None:
        return {}
    return {"id": f"Another {wanted.kind} has this identifier: give another one, or leave it empty."}


def _lost(connection: Connection, wanted: Listing) -> dict[str, str]:
    if wanted.location_id is None or listings.location(connection, wanted.location_id):
        return {}
    return {"location_id": "There is no such location any more: choose another one."}


def _placed(connection: Connection, wanted: Listing) -> Listing:
    owner = authorizations.only_connection(connection) if wanted.kind is ListingKind.LOCATION else None
    return replace(wanted, id=wanted.id or listings.made_up_id(connection), connection_id=owner)


def _told(connection: Connection, before: Listing, changed: Mapping[str, Any]) -> str:
    """`Changed the resource “Room 3”: status active → private; own name none → Library.`"""
    words = {"own_name": "own name", "status": "status", "type": "type", "location_id": "location"}
    parts = [f"{words[each]} {getattr(before, each) or 'none'} → {value or 'none'}" for each, value in changed.items()]
    name = listing_names.name_of_listing(connection, before.kind, before.id)
    return f"Changed the {before.kind} “{name}”: {'; '.join(parts)}."
