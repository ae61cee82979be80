"""The form above the list: which deliveries to show. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from widget_server.store.deliveries import Verdict, Wanted

LONGEST_TEXT = 100
"""Characters: identifiers have at most 64."""


def wanted(fields: Mapping[str, str]) -> Wanted:
    """What the form's fields ask for; what they can't mean is as if it weren't there."""
    text = searched(fields.get("text"))
    verdict = fields.get("verdict")
    return Wanted(
        verdict=Verdict(verdict) if verdict in list(Verdict) else None,
        kind=searched(fields.get("kind")),
        connection_id=searched(fields.get("connection")),
        location_id=searched(fields.get("location")),
        text=text,
        text_in_json=json.dumps(text)[1:-1] if text else None,
    )


def fields_of(chosen: Wanted) -> dict[str, Any]:
    """The other way round, for the addresses of further pages."""
    found = {
        "verdict": chosen.verdict,
        "kind": chosen.kind,
        "connection": chosen.connection_id,
        "location": chosen.location_id,
        "text": chosen.text,
    }
    return {name: str(value) for name, value in found.items() if value is not None}


def searched(given: str | None) -> str | None:
    """A text to search for, without what no stored text holds: PostgreSQL refuses to compare with a NUL."""
    if given is None:
        return None
    return "".join(each for each in given if each.isprintable()).strip()[:LONGEST_TEXT] or None
