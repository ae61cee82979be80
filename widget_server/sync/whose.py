"""Whose item of the hub's is it? Of a set's items, each finds its listing, or one is to be made for it. Pure.

PROTOCOL §4: an item is ours when its identifier at the hub was met before, else when it names an identifier of ours.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from widget_server.hub.fields import Fields
from widget_server.model import Json, Listing, ListingKind, LocationData, Quarantined, ResourceData
from widget_server.store.listings import GENERATED_PREFIX

Data = TypeVar("Data", LocationData, ResourceData)


@dataclass
class Shared(Generic[Data]):
    """Items by our identifier, listings that are known at the hub by another one from now on, and nobody's items."""

    ours: dict[str, tuple[Data, Json]] = field(default_factory=dict)
    met: dict[str, tuple[Listing, str]] = field(default_factory=dict)
    nobodys: list[tuple[Data, Json]] = field(default_factory=list)


def share(
    listings: Iterable[Listing], items: Iterable[tuple[Data, Json]], is_overtaken: Callable[[str], bool]
) -> Shared[Data]:
    """Each of `items` to its listing among `listings`, which are of one kind and place. Of two for one listing the
    later counts. What a later fetch has spoken of (`is_overtaken`, by our identifier) keeps its identifier at the hub.
    """
    siblings, shared = _Siblings(listings), Shared[Data]()
    for data, raw in items:
        listing = siblings.whose(data)
        if listing is None:
            shared.nobodys.append((data, raw))
            continue
        shared.ours[listing.id] = data, raw
        if data.source_id is not None and not is_overtaken(listing.id) and siblings.meet(listing, data.source_id):
            shared.met[listing.id] = listing, data.source_id
    return shared


def given_to(listing: Listing, items: Iterable[tuple[Data, Json]], is_overtaken: Callable[[str], bool]) -> Shared[Data]:
    """As `share`, where the target says that they are of `listing`."""
    shared = Shared[Data]()
    for data, raw in items:
        shared.ours[listing.id] = data, raw
        if data.source_id is not None and listing.source_id != data.source_id and not is_overtaken(listing.id):
            shared.met[listing.id] = listing, data.source_id
    return shared


def unreadable(listings: Iterable[Listing], quarantined: Sequence[Quarantined]) -> set[str]:
    """Those of `listings`, by our identifier, that the source still has although it can't be read what it says of them.
    An item without an identifier, the hub's or ours, is none of them."""
    hubs = {bad.item_id for bad in quarantined} - {None}
    hints = {kind: _hints(kind, quarantined) for kind in ListingKind}
    return {one.id for one in listings if one.source_id in hubs or one.id in hints[one.kind]}


def _hints(kind: ListingKind, quarantined: Iterable[Quarantined]) -> set[str | None]:
    """What items call themselves by identifiers of ours; they may name the other kind's, too."""
    return {Fields.undisputed(bad.raw).identifier(f"{kind}id", "externalid") for bad in quarantined}


def shown_name(data: ResourceData) -> str:
    """What a listing is called that is made for an item."""
    return data.name or "New resource"


class _Siblings:
    """Listings by what items know them by. Which goes by which identifier of the hub's changes item by item."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._by_id = {one.id: one for one in listings}
        self._source_of = {one.id: one.source_id for one in self._by_id.values()}
        self._by_source: dict[str, Listing] = {}
        self._made_by_name: dict[str, Listing] = {}
        for one in self._by_id.values():
            if one.source_id is not None:
                self._by_source.setdefault(one.source_id, one)
            elif one.id.startswith(GENERATED_PREFIX):
                self._made_by_name.setdefault(one.name, one)

    def whose(self, data: LocationData | ResourceData) -> Listing | None:
        if data.source_id is not None and data.source_id in self._by_source:
            return self._by_source[data.source_id]
        if data.hint is not None and data.hint in self._by_id:
            return self._by_id[data.hint]
        return self._made_for(data) if isinstance(data, ResourceData) and data.source_id is None else None

    def meet(self, listing: Listing, source_id: str) -> bool:
        """From now on `listing`, and no other, is known as `source_id`; True when that is news."""
        before = self._source_of[listing.id]
        if before == source_id:
            return False
        if before is not None and self._by_source.get(before) is listing:
            del self._by_source[before]
        self._by_source[source_id] = listing
        self._source_of[listing.id] = source_id
        return True

    def _made_for(self, data: ResourceData) -> Listing | None:
        """The listing made for an item of that name when it came before: without an identifier only the name tells."""
        made = self._made_by_name.get(shown_name(data))
        return made if made is not None and self._source_of[made.id] is None else None
