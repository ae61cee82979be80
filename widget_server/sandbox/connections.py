"""The connections between the hub's workspace and the site, and which hub item is which of the site's listings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from widget_server.sandbox.answers import PlatformTokens, SiteLocation
from widget_server.sandbox.errors import NotKnown
from widget_server.sandbox.workspace import Workspace

T = TypeVar("T")


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
    locations = [(listing.id, listing.name, listing) for listing in listings if listing.status != "deleted"]
    for location in workspace.locations:
        found = _counterpart(location.id, location.name, locations, known)
        if found is None:
            continue
        yield location.id, found.id
        resources = [(item.id, item.name, item) for item in found.resources if item.status != "deleted"]
        for resource in location.resources:
            item = _counterpart(resource.id, resource.name, resources, known)
            if item is not None:
                yield resource.id, item.id


def _counterpart(hub_id: str, name: str, candidates: list[tuple[str, str, T]], known: dict[str, str]) -> T | None:
    for site_id, _, candidate in candidates:
        if known.get(hub_id) == site_id:
            return candidate
    for _, site_name, candidate in candidates:
        if site_name.strip().casefold() == name.strip().casefold():
            return candidate
    return None
