"""What a fetch brought, read into the model before any transaction begins. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from widget_server.hub.endpoints import Endpoint, EndpointKind
from widget_server.hub.mapping import map_extras, map_locations, map_rates, map_resources
from widget_server.model import ExtraData, LocationData, Mapped, RateData, ResourceData
from widget_server.store.targets import TargetKey
from widget_server.sync.single import named

RATE_KINDS = (EndpointKind.RATES, EndpointKind.RATE)
EXTRA_KINDS = (EndpointKind.EXTRAS, EndpointKind.EXTRA)


@dataclass(frozen=True)
class Reading:
    """All items of a target. `kind` says which of the mapped sets is filled; `currency` is the one that prices without
    any were read with."""

    kind: EndpointKind
    endpoint: Endpoint
    items: Sequence[Any]
    currency: str | None = None
    locations: Mapped[LocationData] = field(default_factory=Mapped)
    resources: Mapped[ResourceData] = field(default_factory=Mapped)
    rates: Mapped[RateData] = field(default_factory=Mapped)
    extras: Mapped[ExtraData] = field(default_factory=Mapped)

    def under(self, currency: str | None) -> "Reading":
        """The same read with `currency` where an item names none; this one when that makes no difference."""
        if self.currency == currency:
            return self
        if self.kind in RATE_KINDS:
            return replace(self, currency=currency, rates=map_rates(self.items, currency))
        if self.kind in EXTRA_KINDS:
            return replace(self, currency=currency, extras=map_extras(self.items, currency))
        return self


def read(key: TargetKey, endpoint: Endpoint, brought: Sequence[Any], currency: str | None) -> Reading:
    """The items of the target `key` as the model has them: of an endpoint that names one item, that one.

    `currency` is the best guess of what prices without any are in; `Reading.under` makes good for a wrong one.
    """
    kind = kind_of(key, endpoint, brought)
    items = named(brought, _hub_id(kind, endpoint))
    reading = Reading(kind, endpoint, items, currency)
    if kind in RATE_KINDS:
        return replace(reading, rates=map_rates(items, currency))
    if kind in EXTRA_KINDS:
        return replace(reading, extras=map_extras(items, currency))
    if kind in (EndpointKind.LOCATION, EndpointKind.LOCATIONS):
        return replace(reading, locations=map_locations(items))
    if kind in (EndpointKind.RESOURCE, EndpointKind.RESOURCES):
        return replace(reading, resources=map_resources(items))
    return reading


def kind_of(key: TargetKey, endpoint: Endpoint, brought: Sequence[Any]) -> EndpointKind:
    """What the path names; a path that we don't know holds what the webhook's attributeType says."""
    if endpoint.kind is not EndpointKind.UNKNOWN:
        return endpoint.kind
    if key.attribute_type == "rates":
        return EndpointKind.RATES
    one = len(brought) == 1
    if key.attribute_type == "resources":
        return EndpointKind.RESOURCE if one and key.resource_id else EndpointKind.RESOURCES
    if key.attribute_type == "locations":
        return EndpointKind.LOCATION if one else EndpointKind.LOCATIONS
    return EndpointKind.UNKNOWN


def _hub_id(kind: EndpointKind, endpoint: Endpoint) -> str | None:
    """The hub's identifier of the one item that the path names; None where it names a set."""
    if kind is EndpointKind.LOCATION:
        return endpoint.location_id
    if kind is EndpointKind.RESOURCE:
        return endpoint.resource_id
    return endpoint.rate_id if kind is EndpointKind.RATE else None
