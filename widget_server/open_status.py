"""Whether a location is open, in the spellings that hubs and their webhooks use (PROTOCOL §§3–4). Pure."""

import re
from collections.abc import Mapping
from typing import Any

NAMES = ("status", "openstatus", "syncopenstatus")
LONGEST = 60
"""Characters of a status in words of its own."""
_NOISE = re.compile(r"[_\-\s]")
_OPEN_WORDS = frozenset({"open", "opened", "true", "yes", "y", "on", "isopen", "1"})
_CLOSED_WORDS = frozenset({"closed", "close", "shut", "false", "no", "n", "off", "0"})


def open_status(meta: Mapping[str, Any]) -> str | None:
    """The status that a `status` webhook's `metaData` carries in `status`, `openStatus` or `syncOpenStatus`.

    "Open", true → "open"; "CLOSED", false → "closed"; any other text as it is; None when there is none.
    """
    known = {_plain(key): value for key, value in meta.items() if value is not None}
    found = (normal_status(known.get(name)) for name in NAMES)
    return next((status for status in found if status), None)


def normal_status(value: Any) -> str | None:
    """One status value as `open_status` says it."""
    if isinstance(value, bool | int) and value in (0, 1):
        return "open" if value else "closed"
    if not isinstance(value, str):
        return None
    word = _plain(value)
    if word in _OPEN_WORDS:
        return "open"
    if word in _CLOSED_WORDS:
        return "closed"
    return _line(value)


def _plain(text: str) -> str:
    """ "Is_Open" → "isopen"."""
    return _NOISE.sub("", text).lower()


def _line(text: str) -> str | None:
    """On one line, without characters that can't be seen or stored."""
    seen = "".join(each if each.isprintable() else " " if each.isspace() else "" for each in text)
    return " ".join(seen.split())[:LONGEST].rstrip() or None
