"""Made-up workspaces of any size: what the hub holds, and the listings that the site has for it. Pure."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RATES_EACH = 3
TYPES = ("meeting-room", "hot-desk", "dedicated-desk", "office")
PERIODS = (("Hourly", "hour", 0), ("Daily", "day", 20), ("Monthly", "month", 40))
LEAST_AMOUNT = 200
"""Amounts begin here and are whole; those that the benchmark changes to lie below, so no two can be mixed up."""


@dataclass(frozen=True)
class Size:
    """So many locations with so many resources each."""

    locations: int
    resources_each: int

    @classmethod
    def of(cls, resources: int) -> "Size":
        """Ten resources are one location, up to a thousand are ten, more are in hundreds."""
        locations = 1 if resources <= 10 else 10 if resources <= 1_000 else resources // 100
        return cls(locations, resources // locations)

    @property
    def resources(self) -> int:
        return self.locations * self.resources_each

    @property
    def pages(self) -> int:
        """Pages of the hub's API that the initial set reads: each location, each resource, and each one's rates."""
        return self.locations + 2 * self.resources

    def site_id(self, location: int, resource: int | None = None) -> str:
        """The site's identifier of a location or of one of its resources, both counted from 0."""
        return str(1_000 + location) if resource is None else f"{1_000 + location}-{resource}"

    def hub_location(self, location: int) -> str:
        return f"loc-{location}"

    def hub_resource(self, location: int, resource: int) -> str:
        return f"res-{location}-{resource}"

    def hub_rate(self, location: int, resource: int, rate: int) -> str:
        return f"rate-{location}-{resource}-{rate}"

    def hub_paths(self) -> list[str]:
        """The paths of all pages of the initial set."""
        paths = []
        for location in range(self.locations):
            base = f"/v1/locations/{self.hub_location(location)}"
            paths.append(base)
            for resource in range(self.resources_each):
                item = f"{base}/resources/{self.hub_resource(location, resource)}"
                paths += [item, f"{item}/rates"]
        return paths


def write(size: Size, folder: Path) -> tuple[Path, Path]:
    """Write the hub's workspace and the site's listings; the two files."""
    hub, listings = folder / "hub_workspace.json", folder / "listings.json"
    hub.write_text(json.dumps({"locations": [_location(size, number) for number in range(size.locations)]}))
    listings.write_text(json.dumps(dict(_listing(size, number) for number in range(size.locations))))
    return hub, listings


def _location(size: Size, location: int) -> dict[str, Any]:
    item = {
        "ID": size.hub_location(location),
        "Name": _location_name(location),
        "Description": "A made-up house with desks, rooms and offices, two minutes from a station.",
        "TimeZone": "Europe/London",
        "currency": "GBP",
        "syncOpenStatus": "open",
        "address": [f"{location + 1} Wharf Road", "London", "N1 7GR", "United Kingdom"],
        "hoursOfOperation": [{"day": "monday", "open": "08:30", "close": "18:00"}],
    }
    return {"item": item, "resources": [_resource(size, location, each) for each in range(size.resources_each)]}


def _resource(size: Size, location: int, resource: int) -> dict[str, Any]:
    item = {
        "ID": size.hub_resource(location, resource),
        "name": _resource_name(location, resource),
        "description": "With daylight, a screen and a whiteboard; coffee is two doors down the corridor.",
        "type": TYPES[resource % len(TYPES)],
        "units": 1,
        "capacity": 2 + resource % 12,
        "size": 90 + 10 * (resource % 40),
        "bookable": True,
    }
    return {"item": item, "rates": [_rate(size, location, resource, each) for each in range(RATES_EACH)]}


def _rate(size: Size, location: int, resource: int, rate: int) -> dict[str, Any]:
    name, unit, more = PERIODS[rate]
    amount = LEAST_AMOUNT + more + resource % 20
    item = {
        "ID": size.hub_rate(location, resource, rate),
        "name": name,
        "price": f"{amount}.00",
        "unit": unit,
        "currency": "GBP",
        "taxIncluded": False,
        "taxRate": "20",
    }
    return {"item": item, "amountAt": ["price"], "extras": []}


def _listing(size: Size, location: int) -> tuple[str, dict[str, Any]]:
    site_id = size.site_id(location)
    resources = [
        {
            "ID": size.site_id(location, each),
            "name": _resource_name(location, each),
            "status": "active",
            "type": TYPES[each % len(TYPES)],
        }
        for each in range(size.resources_each)
    ]
    return site_id, {"ID": site_id, "name": _location_name(location), "status": "active", "resources": resources}


def _location_name(location: int) -> str:
    return f"House {location + 1}"


def _resource_name(location: int, resource: int) -> str:
    return f"Room {location + 1}.{resource + 1}"
