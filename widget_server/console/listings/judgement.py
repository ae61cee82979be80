"""From a listing's facts to words: its status, what it is matched with, and why visitors don't see it. Pure."""

from dataclasses import dataclass
from datetime import datetime

from widget_server.model import ListingKind, ListingStatus
from widget_server.store.listing_facts import ListingFact

STATUS_WORDS = {
    ListingStatus.ACTIVE: ("good", "Active"),
    ListingStatus.PRIVATE: ("off", "Private"),
    ListingStatus.DRAFT: ("off", "Draft"),
    ListingStatus.PENDING: ("look", "Waits for approval"),
    ListingStatus.DELETED: ("bad", "Deleted"),
}
"""The colour of the pill and what stands in it."""

TO_STATUS = {
    ListingStatus.ACTIVE: "Make active",
    ListingStatus.PRIVATE: "Make private",
    ListingStatus.DRAFT: "Make a draft",
    ListingStatus.DELETED: "Delete …",
}
"""What the buttons say; nothing is sent back to wait for approval."""


@dataclass(frozen=True)
class Entry:
    """A listing as the page shows it, with its location if it is a resource's.

    `trouble`: what is wrong with its match, None: nothing. `hidden`: why visitors don't see it although it is active,
    None: they do, or the status or the trouble says enough.
    """

    fact: ListingFact
    place: ListingFact | None
    tone: str
    status: str
    type: str | None
    trouble: str | None
    hidden: str | None

    @property
    def is_unmatched(self) -> bool:
        """True when the operator should look why no data comes of it."""
        return self.trouble is not None and self.fact.listing.status is not ListingStatus.DELETED

    @property
    def offers(self) -> tuple[tuple[ListingStatus, str], ...]:
        """What its status can become at one click, and what the button says."""
        return tuple((status, words) for status, words in TO_STATUS.items() if status != self.fact.listing.status)

    @property
    def gone_at(self) -> datetime | None:
        """When Syncaroo no longer had it."""
        return self.fact.gone_at


def entry(fact: ListingFact, parent: ListingFact | None) -> Entry:
    """`fact` in words; `parent` is a resource's location, None for a location."""
    tone, status = STATUS_WORDS[fact.listing.status]
    kind_of_space = fact.listing.type.replace("-", " ") if fact.listing.type else None
    return Entry(fact, parent, tone, status, kind_of_space, _trouble(fact), _hidden(fact, parent))


def _trouble(fact: ListingFact) -> str | None:
    listing = fact.listing
    if fact.gone_at is not None:
        return "Syncaroo no longer has it."
    if listing.unmapped:
        return "Unmapped at Syncaroo: hidden until it is mapped there again."
    if listing.kind is ListingKind.LOCATION and listing.connection_id is None:
        return "No connection syncs it: choose it when you approve a connection at Syncaroo."
    if fact.fetched_at is None:
        return "No data from Syncaroo yet: map it there to this identifier."
    return None


def _hidden(fact: ListingFact, parent: ListingFact | None) -> str | None:
    if fact.listing.status is not ListingStatus.ACTIVE or fact.listing.unmapped:
        return None
    if parent is not None and parent.listing.status is not ListingStatus.ACTIVE:
        return f"Visitors don't see it: its location isn't active ({STATUS_WORDS[parent.listing.status][1].lower()})."
    if parent is not None and parent.gone_at is not None:
        return "Visitors don't see it: Syncaroo no longer has its location."
    needs_data = fact.listing.kind is ListingKind.RESOURCE
    if fact.gone_at is not None or (needs_data and fact.fetched_at is None):
        return "Visitors don't see it."
    return None
