"""The connections between the hub's workspace and the site, and which hub item is which of the site's listings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from widget_server.sandbox.answers import PlatformTokens, SiteLocation, SiteResource
from widget_server.sandbox.errors import NotKnown
from widget_server.sandbox.workspace import Workspace

Listing = TypeVar("Listing", SiteLocation, SiteResource)


@dataclass
class Connection:
    """One integration that a person added.

    `site_ids` maps hub ids to the site's IDs, for locations and resources alike (hub ids never clash). What was
    unmapped by hand waits in `unmapped`, so that matching by name doesn't bring it back.
    """

    id: int
    awaiting: bool = True
    tokens: PlatformTokens | None = field(default=None, repr=False)
    site_ids: dict[str, str] = field(default_factory=dict)
    unmapped: dict[str, str] = field(default_factory=dict)
    problem: str = ""

    @property
    def connected(self) -> bool:
        """Whether the site gave us tokens that still hold."""
        return self.tokens is not None

    def match(self, workspace: Workspace, listings: Iterable[SiteLocation]) -> set[str]:
        """Pair hub items with the site's listings by the ID known before or by name; returns hub ids that are new."""
        before = set(self.site_ids)
        self.site_ids = {
            hub_id: site_id
            for hub_id, site_id in _pairs(workspace, listings, self.site_ids)
            if hub_id not in self.unmapped
        }
        return set(self.site_ids) - before

    def unmap(self, hub_id: str) -> str | None:
        """Forget the pairing of an item; returns the site's ID that it had, None if it had none."""
        site_id = self.site_ids.pop(hub_id, None)
        if site_id is not None:
            self.unmapped[hub_id] = site_id
        return site_id

    def map_again(self, hub_id: str) -> bool:
        """Undo `unmap`; False if the item wasn't unmapped."""
        site_id = self.unmapped.pop(hub_id, None)
        if site_id is not None:
            self.site_ids[hub_id] = site_id
        return site_id is not None


class Connections:
    """All connections of one hub, by id. Hold the hub's lock while using it."""

    def __init__(self, first_id: int) -> None:
        self._next_id = first_id
        self._by_id: dict[int, Connection] = {}

    def begin(self) -> Connection:
        """A connection with the next id, waiting for the site's code."""
        connection = Connection(self._next_id)
        self._by_id[connection.id] = connection
        self._next_id += 1
        return connection

    def get(self, connection_id: object) -> Connection:
        """The connection with this id, given as a number or as text; raises NotKnown."""
        for known, connection in self._by_id.items():
            if str(known) == str(connection_id):
                return connection
        raise NotKnown("connection", connection_id)

    def all(self) -> list[Connection]:
        """Every connection, the oldest first."""
        return list(self._by_id.values())

    def connected(self) -> list[Connection]:
        """Those that webhooks can be sent for."""
        return [connection for connection in self._by_id.values() if connection.connected]


def _pairs(workspace: Workspace, listings: Iterable[SiteLocation], known: dict[str, str]) -> Iterable[tuple[str, str]]:
    """(hub id, site ID) of everything that both sides have and the site hasn't deleted."""
    locations = _Candidates(listings)
    for location in workspace.locations:
        found = locations.counterpart(location.id, location.name, known)
        if found is None:
            continue
        yield location.id, found.id
        resources = _Candidates(found.resources)
        for resource in location.resources:
            item = resources.counterpart(resource.id, resource.name, known)
            if item is not None:
                yield resource.id, item.id


class _Candidates(Generic[Listing]):
    """Listings of the site that a hub item may be; of those with one name, the first."""

    def __init__(self, listings: Iterable[Listing]) -> None:
        self._by_id: dict[str, Listing] = {}
        self._by_name: dict[str, Listing] = {}
        for listing in listings:
            if listing.status != "deleted":
                self._by_id[listing.id] = listing
                self._by_name.setdefault(_folded(listing.name), listing)

    def counterpart(self, hub_id: str, name: str, known: dict[str, str]) -> Listing | None:
        """The one that it was paired with before, else the one of its name."""
        return self._by_id.get(known.get(hub_id, "")) or self._by_name.get(_folded(name))


def _folded(name: str) -> str:
    return name.strip().casefold()
