"""What the console's form for one listing asks for, and what is wrong with an answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from widget_server.listings.importing import listing_in
from widget_server.listings.rows import Row
from widget_server.model import Listing, ListingKind
from widget_server.store.listings import GENERATED_PREFIX

FIELDS = ("id", "name", "status", "type", "location_id")
LABELS = {"id": "The identifier", "name": "The name", "status": "The status", "type": "The type",
          "location_id": "The location"}  # fmt: skip
PLACEHOLDER = "x"
"""Stands in for an identifier that will be made up, or a name that is left to others, while the rest is judged."""


@dataclass(frozen=True)
class ListingForm:
    """The fields as they were typed. `name` is the operator's own name for the listing."""

    kind: ListingKind
    values: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_fields(cls, kind: ListingKind, fields: Mapping[str, str]) -> "ListingForm":
        """The form from posted fields; missing ones are empty, others are left out."""
        return cls(kind, {name: fields.get(name, "") for name in FIELDS})

    @classmethod
    def of(cls, listing: Listing) -> "ListingForm":
        """The form of a listing that is there."""
        held = {"id": listing.id, "name": listing.own_name, "status": listing.status, "type": listing.type,
                "location_id": listing.location_id}  # fmt: skip
        return cls(listing.kind, {name: value or "" for name, value in held.items()})

    def new(self) -> tuple[Listing | None, dict[str, str]]:
        """The listing to create, its `id` empty where one is to be made up; or field → what is wrong."""
        wants_id = not self.values.get("id", "").strip()
        listing, problems = self._read({"id": PLACEHOLDER} if wants_id else {})
        if listing and not wants_id and listing.id.startswith(GENERATED_PREFIX):
            return None, {
                "id": f"Identifiers that begin with {GENERATED_PREFIX} are made up by this site: give another."
            }
        return (_with_own_name(listing, "" if wants_id else listing.id) if listing else None), problems

    def changed(self, held: Listing) -> tuple[Listing | None, dict[str, str]]:
        """`held` as it is to become; an empty name leaves naming to the hub. Or field → what is wrong."""
        named = bool(self.values.get("name", "").strip())
        listing, problems = self._read({"id": held.id} if named else {"id": held.id, "name": PLACEHOLDER})
        if listing is None:
            return None, problems
        return _edited(held, listing, listing.name if named else None), {}

    def _read(self, instead: Mapping[str, str]) -> tuple[Listing | None, dict[str, str]]:
        values = {**self.values, **instead, "kind": self.kind}
        if self.kind is ListingKind.LOCATION:
            values |= {"type": "", "location_id": ""}
        listing, problems = listing_in(Row("", values))
        return listing, {
            name: f"{LABELS.get(name, name)} {sentence.rstrip(' …')}." for name, sentence in reversed(problems)
        }


def _with_own_name(listing: Listing, listing_id: str) -> Listing:
    return Listing(listing.kind, listing_id, listing.name, listing.status, listing.type,
                   location_id=listing.location_id, own_name=listing.name)  # fmt: skip


def _edited(held: Listing, wanted: Listing, own_name: str | None) -> Listing:
    return Listing(held.kind, held.id, held.name, wanted.status, wanted.type, location_id=wanted.location_id,
                   own_name=own_name)  # fmt: skip
