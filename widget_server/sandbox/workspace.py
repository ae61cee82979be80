"""The demo workspace as the hub holds it: locations with resources with rates, and how a price is spelled in each.

Items are kept as the raw JSON that the API serves, because the point of the demo data is its variety of spellings.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from widget_server.sandbox.errors import BadInput, NotKnown

Item = dict[str, Any]

FIRST_NEW_ID = 9001
MINOR_UNITS = {"JPY": 0, "KWD": 3}
MOST_DIGITS = 15
"""Before and after the point: far beyond what the site should believe, and still exact as a number in JSON."""

RESOURCE_TYPES = ("meeting-room", "hot-desk", "dedicated-desk", "office", "floor")
OPEN_STATUSES = ("open", "closed")


@dataclass
class Rate:
    """A price. `amount_at` is the way to the amount in the item: ("pricePerHour",) or ("price", "net")."""

    item: Item
    amount_at: tuple[str, ...]
    extras: list[Item] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.item["ID"])

    @property
    def currency(self) -> str | None:
        """The item's own currency; None when it leaves it to the location."""
        found = self.item.get("currency", self.item.get("currencyCode"))
        return str(found) if found else None

    @property
    def amount(self) -> Decimal | None:
        """The price in the currency's main unit; None is "on application"."""
        value = self._holder()[self.amount_at[-1]]
        if value is None:
            return None
        return Decimal(str(value)) / self._scale()

    def change(self, amount: Decimal | None) -> None:
        """Write a new price in the item's own spelling: cents stay cents, a string stays a string."""
        holder, key = self._holder(), self.amount_at[-1]
        holder[key] = _spelled(amount, self._scale(), as_text=isinstance(holder[key], str))
        if "gross" in holder:
            gross = None if amount is None else amount * (1 + Decimal(str(self.item.get("taxRate", 0))) / 100)
            holder["gross"] = _spelled(gross, Decimal(1), as_text=isinstance(holder["gross"], str), places=2)

    def _holder(self) -> Item:
        holder = self.item
        for key in self.amount_at[:-1]:
            holder = holder[key]
        return holder

    def _scale(self) -> Decimal:
        in_cents = self.amount_at[-1].lower().endswith("incents")
        return Decimal(10) ** MINOR_UNITS.get(self.currency or "", 2) if in_cents else Decimal(1)


@dataclass
class Resource:
    """A bookable thing and its rates."""

    item: Item
    rates: list[Rate] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.item["ID"])

    @property
    def name(self) -> str:
        return str(self.item["name"])

    @property
    def type(self) -> str:
        return str(self.item["type"])


@dataclass
class Location:
    """A building and its resources."""

    item: Item
    resources: list[Resource] = field(default_factory=list)

    @property
    def id(self) -> str:
        return str(self.item["ID"])

    @property
    def name(self) -> str:
        return str(self.item["Name"])


class Workspace:
    """All locations of the hub. Not safe by itself: hold the hub's lock while reading or changing it."""

    def __init__(self, locations: list[Location]) -> None:
        self.locations = locations
        self._last_id = FIRST_NEW_ID - 1
        self._locations = {location.id: location for location in locations}
        self._resources = {resource.id: (location, resource) for location, resource in self.resources()}
        self._rates = {rate.id: (*found, rate) for found in self.resources() for rate in found[1].rates}

    @classmethod
    def read(cls, file: Path) -> Workspace:
        """A workspace from a file like `demo_workspace.json`, which has the guide's example workspace."""
        raw = json.loads(file.read_text(encoding="utf-8"))
        return cls([_location(location) for location in raw["locations"]])

    def location(self, location_id: str) -> Location:
        """The location with this hub id; raises NotKnown."""
        found = self._locations.get(location_id)
        if found is None:
            raise NotKnown("location", location_id)
        return found

    def resource(self, resource_id: str) -> tuple[Location, Resource]:
        """The resource with this hub id, and where it is; raises NotKnown."""
        found = self._resources.get(resource_id)
        if found is None:
            raise NotKnown("resource", resource_id)
        return found

    def rate(self, rate_id: str) -> tuple[Location, Resource, Rate]:
        """The rate with this hub id, and whose it is; raises NotKnown."""
        found = self._rates.get(rate_id)
        if found is None:
            raise NotKnown("rate", rate_id)
        return found

    def resources(self) -> Iterator[tuple[Location, Resource]]:
        """Every resource with its location."""
        for location in self.locations:
            for resource in location.resources:
                yield location, resource

    def add_resource(self, location_id: str, name: str, kind: str) -> tuple[Location, Resource]:
        """A new resource without rates; raises NotKnown, or BadInput for an empty name or an unknown type."""
        location = self.location(location_id)
        if kind not in RESOURCE_TYPES:
            raise BadInput(f"A resource is one of {', '.join(RESOURCE_TYPES)}, not {kind!r}.")
        if not name.strip():
            raise BadInput("A resource needs a name.")
        item = {"ID": self._new_id("res"), "name": name.strip(), "type": kind, "units": 1, "bookable": True}
        resource = Resource(item)
        location.resources.append(resource)
        self._resources[resource.id] = (location, resource)
        return location, resource

    def remove_resource(self, resource_id: str) -> tuple[Location, Resource]:
        """Take a resource and its rates away; returns it and where it was. Raises NotKnown."""
        location, resource = self.resource(resource_id)
        location.resources.remove(resource)
        del self._resources[resource_id]
        for rate in resource.rates:
            del self._rates[rate.id]
        return location, resource

    def add_rate(self, resource_id: str, item: Item, amount: Decimal | None) -> tuple[Location, Resource, Rate]:
        """A new rate whose amount is spelled `price`."""
        location, resource = self.resource(resource_id)
        rate = Rate({"ID": self._new_id("rate"), **item, "price": None}, ("price",))
        rate.change(amount)
        resource.rates.append(rate)
        self._rates[rate.id] = (location, resource, rate)
        return location, resource, rate

    def remove_rate(self, rate_id: str) -> tuple[Location, Resource]:
        """Take a rate away; returns whose it was. Raises NotKnown."""
        location, resource, rate = self.rate(rate_id)
        resource.rates.remove(rate)
        del self._rates[rate_id]
        return location, resource

    def as_json(self) -> Item:
        """A copy of everything, raw items included."""
        return {"locations": [_location_json(location) for location in self.locations]}

    def _new_id(self, kind: str) -> str:
        self._last_id += 1
        return f"{kind}-{self._last_id}"


def read_amount(value: object) -> Decimal | None:
    """A price as a person or a test gives it: text or a number, None for "on application". Raises BadInput.

    Negative amounts pass, since a test may want the hub to serve nonsense.
    """
    if value is None:
        return None
    try:
        amount = Decimal(str(value).strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    exponent = amount.as_tuple().exponent
    too_long = not isinstance(exponent, int) or exponent < -MOST_DIGITS or amount.adjusted() >= MOST_DIGITS
    if isinstance(value, bool) or too_long:
        raise BadInput(f"This must be a number such as 52.50, not {value!r}.")
    return amount


def _spelled(amount: Decimal | None, scale: Decimal, *, as_text: bool, places: int | None = None) -> object:
    if amount is None:
        return None
    scaled = amount * scale
    if places is not None:
        scaled = round(scaled, places)
    if as_text:
        return f"{scaled:f}"
    return int(scaled) if scaled == scaled.to_integral_value() else float(scaled)


def _location(raw: Item) -> Location:
    return Location(raw["item"], [_resource(resource) for resource in raw["resources"]])


def _resource(raw: Item) -> Resource:
    rates = [Rate(rate["item"], tuple(rate["amountAt"]), rate["extras"]) for rate in raw["rates"]]
    return Resource(raw["item"], rates)


def _location_json(location: Location) -> Item:
    resources = [_resource_json(resource) for resource in location.resources]
    return {"id": location.id, "item": copy.deepcopy(location.item), "resources": resources}


def _resource_json(resource: Resource) -> Item:
    rates = [rate_json(rate) for rate in resource.rates]
    return {"id": resource.id, "item": copy.deepcopy(resource.item), "rates": rates}


def rate_json(rate: Rate) -> Item:
    """A copy of a rate: its id, what it costs in plain words, and the raw item."""
    amount = None if rate.amount is None else f"{rate.amount:f}"
    return {"id": rate.id, "amount": amount, "currency": rate.currency, "item": copy.deepcopy(rate.item)}
