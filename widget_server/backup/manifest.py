"""The first line of a back-up: what it is, where it comes from, and what is in it. Pure."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from widget_server.backup.values import to_json
from widget_server.errors import BackupRefused

FORMAT = "pricing-widget back-up"
FORMAT_VERSION = 1
KEY_PURPOSE = b"pricing-widget: the key of a back-up, v1"
FINGERPRINT_CHARACTERS = 16
LONGEST_TEXT, MOST_TABLES, MOST_COLUMNS, MOST_ROWS = 500, 100, 200, 10**9
NOT_A_BACKUP = "This isn't a back-up of a pricing widget, or only a part of one."


@dataclass(frozen=True)
class Part:
    """One table: its columns in the order in which rows have them, and how many rows follow."""

    columns: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class About:
    """Where a back-up comes from. `keys`: fingerprints of the site's secret keys, which say nothing of the keys."""

    site: str
    product: str
    made_at: datetime
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Manifest:
    """`schema` is the revision that the tables had. `parts` by table, in the order in which they come."""

    about: About
    schema: str
    parts: Mapping[str, Part]

    def rows(self, table: str) -> int:
        """How many rows of that table there are; 0 for one that isn't in it."""
        return self.parts[table].rows if table in self.parts else 0

    def to_json(self) -> dict[str, Any]:
        """For the file; `from_json` reads it."""
        return {
            "format": FORMAT,
            "formatVersion": FORMAT_VERSION,
            "site": self.about.site,
            "product": self.about.product,
            "madeAt": to_json(self.about.made_at),
            "keys": list(self.about.keys),
            "schema": self.schema,
            "tables": {name: {"columns": part.columns, "rows": part.rows} for name, part in self.parts.items()},
        }

    @classmethod
    def from_json(cls, found: Any) -> "Manifest":
        """Raises `BackupRefused` on what `to_json` didn't write."""
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise BackupRefused(NOT_A_BACKUP)
        if found.get("formatVersion") != FORMAT_VERSION:
            raise BackupRefused("This back-up was made by a newer version of this program. Update this site first.")
        try:
            made_at = datetime.fromisoformat(_text(found["madeAt"])).astimezone(UTC)
            keys = tuple(_text(each) for each in _few(found["keys"], list, MOST_COLUMNS))
            about = About(_text(found["site"]), _text(found["product"]), made_at, keys)
            tables = _few(found["tables"], dict, MOST_TABLES)
            return cls(about, _text(found["schema"]), {_text(name): _part(each) for name, each in tables.items()})
        except (KeyError, TypeError, ValueError, OverflowError):
            raise BackupRefused(NOT_A_BACKUP) from None


def fingerprints(keys: Sequence[str]) -> tuple[str, ...]:
    """What tells whether another site has one of `keys`, without giving away anything of them."""
    digests = (hmac.new(key.encode(), KEY_PURPOSE, hashlib.sha256).hexdigest() for key in keys)
    return tuple(digest[:FINGERPRINT_CHARACTERS] for digest in digests)


def _part(found: Any) -> Part:
    columns = tuple(_text(each) for each in _few(found["columns"], list, MOST_COLUMNS))
    rows = found["rows"]
    if type(rows) is not int or not 0 <= rows <= MOST_ROWS or len(set(columns)) < len(columns):
        raise ValueError
    return Part(columns, rows)


def _text(found: Any) -> str:
    if not isinstance(found, str) or not 0 < len(found) <= LONGEST_TEXT or not found.isprintable():
        raise ValueError
    return found


def _few(found: Any, kind: type[list[Any]] | type[dict[str, Any]], most: int) -> Any:
    if not isinstance(found, kind) or len(found) > most:
        raise ValueError
    return found
