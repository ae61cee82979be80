"""JSON → rows: check_connection's `locations`, or its whole answer (guide, 'check_connection')."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from widget_server.errors import ListingsInvalid
from widget_server.listings.rows import Row, shown

JSON_FIELDS = (("ID", "id"), ("name", "name"), ("status", "status"), ("type", "type"), ("ownName", "own_name"))
SHAPE = 'give {"1198": {"ID": "1198", "name": …, "status": …, "resources": [ … ]}, … }'


def json_rows(text: str) -> Iterator[Row]:
    """The listings of a JSON file as rows, one after the other.

    Raises `ListingsInvalid` when it isn't JSON or has another shape altogether.
    """
    for key, location in _locations(text).items():
        if isinstance(location, dict):
            yield _location_row(key, location)
            yield from _resource_rows(key, location.get("resources"))
        else:
            yield Row(f"location {shown(key)}", {}, (("", f"is {shown(location)}, not an object"),))


def _locations(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_object)
    except RecursionError:
        raise ListingsInvalid(["the JSON is nested too deeply"]) from None
    except ValueError as error:
        raise ListingsInvalid([f"isn't JSON: {error}"]) from None
    if isinstance(found, dict) and "locations" in found:
        found = found["locations"]
    if not isinstance(found, dict):
        raise ListingsInvalid([f"has another shape: {SHAPE}"])
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"one object has the key {shown(key)} twice, and one of the two would be lost")
        found[key] = value
    return found


def _location_row(key: str, location: dict[str, Any]) -> Row:
    values, wrong = _texts(location)
    own = values.setdefault("id", key)
    if own != key:
        wrong.append(("ID", f"{shown(own)} differs from the key that it stands under"))
    return Row(f"location {shown(key)}", values | {"kind": "location"}, tuple(wrong))


def _resource_rows(key: str, resources: object) -> Iterator[Row]:
    place = f"location {shown(key)}"
    if resources is None or resources == {}:
        return
    if not isinstance(resources, list):
        yield Row(place, {}, (("resources", f"{shown(resources)} is not an array"),))
        return
    for number, resource in enumerate(resources, 1):
        inner = f"{place}, resource {number}"
        if isinstance(resource, dict):
            values, wrong = _texts(resource)
            yield Row(inner, values | {"kind": "resource", "location_id": key}, tuple(wrong))
        else:
            yield Row(inner, {}, (("", f"is {shown(resource)}, not an object"),))


def _texts(item: dict[str, Any]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """The fields that we use, as text, and what is wrong with them: identifiers may come as numbers (PROTOCOL §3)."""
    texts: dict[str, str] = {}
    wrong: list[tuple[str, str]] = []
    for name, field in JSON_FIELDS:
        value = item.get(name)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            texts[field] = str(value)
        elif value is not None:
            wrong.append((name, f"{shown(value)} is not text"))
            texts[field] = ""
    return texts, wrong
