"""The item of an endpoint that names one. Pure."""

from collections.abc import Sequence
from typing import Any

ID_KEYS = ("id", "ID", "Id", "_id")


def named(items: Sequence[Any], hub_id: str | None) -> list[Any]:
    """The one item that the path names: of several that with its id, and an item without an id gets the path's.

    `named([{"ID": 5, "price": 1}, {"ID": 6}], "5")` → `[{"ID": 5, "price": 1}]`
    """
    if hub_id is None or not items:
        return list(items)
    matching = [item for item in items if _id(item) == hub_id]
    if matching:
        return matching[:1]
    first = items[0]
    return [{"ID": hub_id, **first}] if isinstance(first, dict) and _id(first) is None else [first]


def _id(item: Any) -> str | None:
    if not isinstance(item, dict):
        return None
    found = next((item[key] for key in ID_KEYS if item.get(key) is not None), None)
    return None if found is None else str(found)
