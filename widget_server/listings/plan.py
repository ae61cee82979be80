"""What an import would change, before it does. Pure."""

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from widget_server.errors import ListingsInvalid
from widget_server.listings.rows import shown
from widget_server.model import Listing, ListingKind
from widget_server.store.listings import GENERATED_PREFIX, Change, differences

Held = Mapping[tuple[ListingKind, str], Listing]
"""What is there, by kind and identifier."""
INVENTED = f"identifiers that begin with {GENERATED_PREFIX!r} are made up by this site: give another one"


@dataclass(frozen=True)
class FieldChange:
    """One field of a listing that is there, from → to; None where there is no value."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class PlannedChange:
    """What becomes of one listing of the file. `fields` differ, when it is there already."""

    listing: Listing
    change: Change
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True)
class Plan:
    """One entry for each listing of the file, locations first."""

    changes: tuple[PlannedChange, ...]

    def count(self, change: Change) -> int:
        """How many listings would be `created`, `updated` or stay `unchanged`."""
        return Counter(one.change for one in self.changes)[change]

    @property
    def differing(self) -> tuple[PlannedChange, ...]:
        """What would change at all."""
        return tuple(one for one in self.changes if one.change != "unchanged")

    @property
    def fingerprint(self) -> str:
        """Two plans that would do the same have the same."""
        told = [(one.listing.kind, one.listing.id, one.change, one.fields) for one in self.changes]
        return hashlib.sha256(repr(told).encode("utf-8", "backslashreplace")).hexdigest()


def plan(found: Collection[Listing], held: Held) -> Plan:
    """What taking `found` over would do to what is `held`.

    Raises `ListingsInvalid` when an identifier that isn't there looks like those that we make up ourselves: it would
    one day meet one of ours.
    """
    changes = tuple(planned(listing, held) for listing in found)
    invented = [one.listing for one in changes if is_invented(one)]
    if invented:
        raise ListingsInvalid([f"{listing.kind} {shown(listing.id)}, id: {INVENTED}" for listing in invented])
    return Plan(changes)


def planned(listing: Listing, held: Held) -> PlannedChange:
    """What taking this one over would do."""
    before = held.get((listing.kind, listing.id))
    if before is None:
        return PlannedChange(listing, "created")
    changed = differences(before, listing)
    fields = tuple(FieldChange(field, getattr(before, field), after) for field, after in changed.items())
    return PlannedChange(listing, "updated" if fields else "unchanged", fields)


def is_invented(change: PlannedChange) -> bool:
    """Whether it would be new under an identifier like those that we make up ourselves."""
    return change.change == "created" and change.listing.id.startswith(GENERATED_PREFIX)
