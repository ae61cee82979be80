"""JSON → rows: check_connection's `locations`, or its whole answer (guide, 'check_connection')."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from widget_server.errors import ListingsInvalid
from widget_server.listings.rows import Row, shown

JSON_FIELDS = (("ID", "id"), ("name", "name"), ("status", "status"), ("type", "type"), ("ownName", "own_name"))
SHAPE = 'give {"1198": {"ID": "1198", "name": …, "status": …, "resources": [ … ]}, … }'


def json_rows(text: str) -> tuple[list[Row], list[str]]:
    """The listings of a JSON file as rows, and what is wrong with its shape.

    Raises `ListingsInvalid` when it isn't JSON or has another shape altogether.
    """
    problems: list[str] = []
    rows: list[Row] = []
    for key, location in _locations(text).items():
        if not isinstance(location, dict):
            problems.append(f"location {shown(key)}: is {shown(location)}, not an object")
            continue
        rows.append(_location_row(key, location, problems))
        rows += _resource_rows(key, location.get("resources"), problems)
    return rows, problems


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


def _location_row(key: str, location: dict[str, Any], problems: list[str]) -> Row:
    place = f"location {shown(key)}"
    values = dict(_texts(place, location, problems))
    own = values.setdefault("id", key)
    if own != key:
        problems.append(f"{place}, ID: {shown(own)} differs from the key that it stands under")
    return Row(place, values | {"kind": "location"})


def _resource_rows(key: str, resources: object, problems: list[str]) -> Iterator[Row]:
    place = f"location {shown(key)}"
    if resources is None or resources == {}:
        return
    if not isinstance(resources, list):
        problems.append(f"{place}, resources: {shown(resources)} is not an array")
        return
    for number, resource in enumerate(resources, 1):
        inner = f"{place}, resource {number}"
        if isinstance(resource, dict):
            yield Row(inner, dict(_texts(inner, resource, problems)) | {"kind": "resource", "location_id": key})
        else:
            problems.append(f"{inner}: is {shown(resource)}, not an object")


def _texts(place: str, item: dict[str, Any], problems: list[str]) -> Iterator[tuple[str, str]]:
    """The fields that we use, as text: identifiers may come as numbers (PROTOCOL §3)."""
    for name, field in JSON_FIELDS:
        value = item.get(name)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            yield field, str(value)
        elif value is not None:
            problems.append(f"{place}, {name}: {shown(value)} is not text")
            yield field, ""
