"""Listings → a file that the import takes back without a change. Pure."""

import csv
import io
import json
from collections.abc import Collection
from typing import Any

from widget_server.listings import csv_cells
from widget_server.listings.json_rows import JSON_FIELDS
from widget_server.listings.rows import FIELDS
from widget_server.model import Listing, ListingKind


def as_csv(found: Collection[Listing]) -> bytes:
    """One row a listing, whatever its status. The byte order mark tells spreadsheets that it is UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(FIELDS)
    writer.writerows([csv_cells.written(str(getattr(one, field) or "")) for field in FIELDS] for one in found)
    return text.getvalue().encode("utf-8-sig")


def as_json(found: Collection[Listing]) -> bytes:
    """check_connection's `locations` (guide), with `ownName` where the operator named a listing."""
    resources: dict[str | None, list[dict[str, str]]] = {}
    for one in found:
        if one.kind is ListingKind.RESOURCE:
            resources.setdefault(one.location_id, []).append(_fields(one))
    places = [one for one in found if one.kind is ListingKind.LOCATION]
    document: dict[str, Any] = {one.id: _fields(one) | _inside(resources.get(one.id)) for one in places}
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


def _inside(resources: list[dict[str, str]] | None) -> dict[str, Any]:
    return {"resources": resources} if resources else {}


def _fields(one: Listing) -> dict[str, str]:
    return {name: value for name, field in JSON_FIELDS if (value := getattr(one, field))}
