"""Which document a query string asks for, reduced to the few that exist (FAULTS 35).

Whatever a visitor makes up, the answer is one of a bounded set: unknown keys don't count, an unknown location or type
shares one answer, an unknown language gets the operator's.
"""

from collections.abc import Set
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from widget_server.model import normal_resource_type
from widget_server.publish.words import speech

MAX_QUERY_CHARACTERS = 1_000
MAX_FIELDS = 20
THEMES = ("light", "dark")


class Kind(StrEnum):
    """The documents made from prices; the value is the path they are served under."""

    JSON = "/widget.json"
    PAGE = "/widget"


@dataclass(frozen=True)
class Wanted:
    """A document: its kind and its filters. `missing` names what isn't there: a "location" or a "type".

    `period` is one of our units, for the page only.

    `locale` is a language for JSON ("de"; None: no words wanted) and a locale for the page ("de-AT"; None: the
    operator's).
    """

    kind: Kind
    location: str | None = None
    type: str | None = None
    locale: str | None = None
    theme: str | None = None
    period: str | None = None
    missing: str | None = None

    @property
    def key(self) -> str:
        """A text that only this document has; usable in a cache key."""
        return f"{self.kind}?" + urlencode({**self.fields, "missing": self.missing} if self.missing else self.fields)

    @property
    def fields(self) -> dict[str, str]:
        """Of its address's query."""
        found = {"location": self.location, "type": self.type, "period": self.period, "locale": self.locale,
                 "theme": self.theme}  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @property
    def href(self) -> str:
        """Path and query to ask for it with: "/widget?location=1198"."""
        return f"{self.kind}?{urlencode(self.fields)}" if self.fields else str(self.kind)


@dataclass(frozen=True)
class Choices:
    """What can be filtered by: the location ids, types and periods that occur; and the operator's locale."""

    locations: Set[str]
    types: Set[str]
    locale: str
    periods: Set[str] = frozenset()


def wanted(kind: Kind, query: str, choices: Choices) -> Wanted:
    """The document that `query` (percent-encoded, without "?") asks for. Never raises."""
    fields = _fields(query)
    locale, theme, period = _locale(kind, fields, choices), _theme(kind, fields), _period(kind, fields, choices)
    location = fields.get("location", "").strip() or None
    type = normal_resource_type(fields["type"]) if fields.get("type") else None
    if location is not None and location not in choices.locations:
        return Wanted(kind, locale=locale, theme=theme, missing="location")
    if type is not None and type not in choices.types:
        return Wanted(kind, locale=locale, theme=theme, missing="type")
    return Wanted(kind, location, type, locale, theme, period)


def _fields(query: str) -> dict[str, str]:
    """The first value of each field; a query that is too long or too full counts as none."""
    if not query or len(query) > MAX_QUERY_CHARACTERS:
        return {}
    try:
        pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        return {}
    return dict(reversed(pairs))


def _locale(kind: Kind, fields: dict[str, str], choices: Choices) -> str | None:
    if kind is Kind.JSON:
        asked = "locale" in fields
        return speech(fields["locale"], choices.locale).tag if asked else None
    found = speech(fields.get("locale"), choices.locale).locale
    return None if found == speech(None, choices.locale).locale else found


def _theme(kind: Kind, fields: dict[str, str]) -> str | None:
    theme = fields.get("theme")
    return theme if kind is Kind.PAGE and theme in THEMES else None


def _period(kind: Kind, fields: dict[str, str], choices: Choices) -> str | None:
    """One that nobody charges by doesn't filter: unlike a type it isn't in anybody's snippet."""
    period = fields.get("period")
    return period if kind is Kind.PAGE and period in choices.periods else None
