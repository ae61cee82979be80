"""Which listings a page shows: chosen by status and words, by locations, a page at a time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from widget_server.console.listings.judgement import Entry, entry
from widget_server.model import ListingKind, ListingStatus
from widget_server.store.listing_facts import ListingFact
from widget_server.store.words import LONGEST_SEARCH, folded, wanted_words

PAGE_LENGTH = 50
"""Listings on a page."""
LONGEST_ID = 64
"""Characters of an identifier of ours."""
ALL, UNMATCHED = "all", "unmatched"
SHOWN = {
    ALL: "All",
    ListingStatus.ACTIVE: "Active",
    ListingStatus.PENDING: "To approve",
    ListingStatus.PRIVATE: "Private",
    ListingStatus.DRAFT: "Drafts",
    UNMATCHED: "Unmatched",
    ListingStatus.DELETED: "Deleted",
}
"""What can be chosen, and its words. `ALL` is all but what was deleted."""


@dataclass(frozen=True)
class Choice:
    """What the operator asked for: one of `SHOWN`, words to look for, a page from 1, and one location (None: all)."""

    show: str = ALL
    words: str = ""
    page: int = 1
    place: str | None = None

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """The choice in an address; what makes no sense in it is as if it weren't there."""
        show, page = query.get("show", ALL), query.get("page", "1")
        is_number = page.isascii() and page.isdecimal() and len(page) <= 6
        words = " ".join(query.get("q", "")[:LONGEST_SEARCH].split())
        place = query.get("location", "")
        is_place = place.isprintable() and 0 < len(place) <= LONGEST_ID
        number = max(1, int(page)) if is_number else 1
        return cls(show if show in SHOWN else ALL, words, number, place if is_place else None)

    def query(self, **changes: object) -> dict[str, Any]:
        """The address's parameters for this choice with `changes`; a new choice begins at its first page."""
        wanted = {"show": self.show, "q": self.words, "location": self.place, "page": 1} | changes
        return {name: value for name, value in wanted.items() if value not in (ALL, "", None, 1)}


@dataclass(frozen=True)
class Group:
    """A location with those of its resources that the page shows. `as_heading`: it only says where they are."""

    location: Entry | None
    resources: tuple[Entry, ...]
    as_heading: bool


@dataclass(frozen=True)
class Table:
    """One page. `counts` are by what can be chosen, for the words looked for; `found` is of the present choice."""

    groups: tuple[Group, ...]
    counts: Mapping[str, int]
    found: int
    page: int
    pages: int


def table(facts: Sequence[ListingFact], choice: Choice) -> Table:
    """The page that was asked for; one behind the end is the last one."""
    entries = _in_order(facts)
    words = wanted_words(choice.words)
    named = [one for one in entries if _is_at(one, choice.place) and _is_meant(one, words)]
    chosen = [one for one in named if _is_chosen(one, choice.show)]
    pages = max(1, ceil(len(chosen) / PAGE_LENGTH))
    page = min(choice.page, pages)
    shown = chosen[(page - 1) * PAGE_LENGTH : page * PAGE_LENGTH]
    counts = {show: sum(_is_chosen(one, show) for one in named) for show in SHOWN}
    return Table(_grouped(shown, entries), counts, len(chosen), page, pages)


def _in_order(facts: Sequence[ListingFact]) -> list[Entry]:
    """Each location, then its resources, as they came; resources without a location last."""
    places = {one.listing.id: one for one in facts if one.listing.kind is ListingKind.LOCATION}
    inside: dict[str | None, list[ListingFact]] = {}
    for one in facts:
        if one.listing.kind is ListingKind.RESOURCE:
            home = one.listing.location_id if one.listing.location_id in places else None
            inside.setdefault(home, []).append(one)
    found: list[Entry] = []
    for place in places.values():
        found.append(entry(place, None))
        found += [entry(one, place) for one in inside.get(place.listing.id, ())]
    return found + [entry(one, None) for one in inside.get(None, ())]


def _is_at(one: Entry, place: str | None) -> bool:
    listing = one.fact.listing
    return place is None or place == (listing.id if listing.kind is ListingKind.LOCATION else listing.location_id)


def _is_meant(one: Entry, words: Sequence[str]) -> bool:
    """Every word is in its names, identifiers or type; those of its location count for a resource, too."""
    if not words:
        return True
    text = _text(one.fact) + (_text(one.place) if one.place else "")
    return all(word in text for word in words)


def _text(fact: ListingFact) -> str:
    listing = fact.listing
    kind_of_space = listing.type and f"{listing.type} {listing.type.replace('-', ' ')}"
    parts = (fact.name, listing.name, listing.id, kind_of_space, fact.hub_name, fact.hub_id)
    return folded(" ".join(part for part in parts if part)) + " "


def _is_chosen(one: Entry, show: str) -> bool:
    if show == ALL:
        return one.fact.listing.status is not ListingStatus.DELETED
    return one.is_unmatched if show == UNMATCHED else one.fact.listing.status == show


def _grouped(shown: Sequence[Entry], entries: Sequence[Entry]) -> tuple[Group, ...]:
    places = {one.fact.listing.id: one for one in entries if one.fact.listing.kind is ListingKind.LOCATION}
    chosen = {one.fact.listing.id for one in shown if one.fact.listing.kind is ListingKind.LOCATION}
    inside: dict[str | None, list[Entry]] = {}
    for one in shown:
        listing = one.fact.listing
        if listing.kind is ListingKind.LOCATION:
            inside.setdefault(listing.id, [])
        else:
            inside.setdefault(listing.location_id if listing.location_id in places else None, []).append(one)
    return tuple(
        Group(places.get(home or ""), tuple(resources), home not in chosen) for home, resources in inside.items()
    )
