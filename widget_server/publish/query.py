"""Which document a query string asks for, reduced to the few that exist (FAULTS 35).

Whatever a visitor makes up, the answer is one of a bounded set: unknown keys don't count, an unknown location or type
shares one answer, an unknown language gets the operator's.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, urlencode

from widget_server.model import normal_resource_type
from widget_server.publish.words import speech

MAX_QUERY_CHARACTERS = 1_000
MAX_FIELDS = 20
COMBINED_TYPES = 8
"""So many types can be asked for together: their combinations are documents, and these must not be without number."""
THEMES = ("light", "dark")


class Kind(StrEnum):
    """The documents made from prices; the value is the path they are served under."""

    JSON = "/widget.json"
    PAGE = "/widget"


@dataclass(frozen=True)
class Wanted:
    """A document: its kind and its filters. `missing` names what isn't there: a "location" or a "type".

    `types` are in the order of `Choices`, each once: a set has one address. None of them: all.

    `period` is one of our units, for the page only.

    `locale` is a language for JSON ("de"; None: no words wanted) and a locale for the page ("de-AT"; None: the
    operator's).
    """

    kind: Kind
    location: str | None = None
    types: tuple[str, ...] = ()
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
        types = ",".join(self.types) or None
        found = {"location": self.location, "type": types, "period": self.period, "locale": self.locale,
                 "theme": self.theme}  # fmt: skip
        return {name: value for name, value in found.items() if value is not None}

    @property
    def href(self) -> str:
        """Path and query to ask for it with: "/widget?location=1198"."""
        return f"{self.kind}?{urlencode(self.fields, safe=',')}" if self.fields else str(self.kind)


@dataclass(frozen=True)
class Choices:
    """What can be filtered by: the location ids, types and periods that occur; the operator's locale, and the languages
    that are offered (None: all). The types are in the order in which visitors see them."""

    locations: Set[str]
    types: Sequence[str]
    locale: str
    periods: Set[str] = frozenset()
    languages: Set[str] | None = None


def wanted(kind: Kind, query: str, choices: Choices) -> Wanted:
    """The document that `query` (percent-encoded, without "?") asks for. Never raises."""
    pairs = _pairs(query)
    fields = dict(reversed(pairs))
    locale, theme, period = _locale(kind, fields, choices), _theme(kind, fields), _period(kind, fields, choices)
    location = fields.get("location", "").strip() or None
    asked = types_asked_for(value for name, value in pairs if name == "type")
    if location is not None and location not in choices.locations:
        return Wanted(kind, locale=locale, theme=theme, missing="location")
    types = known_types(asked, choices.types)
    if asked and not types:
        return Wanted(kind, locale=locale, theme=theme, missing="type")
    return Wanted(kind, location, types, locale, theme, period)


def types_asked_for(texts: Iterable[str]) -> frozenset[str]:
    """`["Meeting Room, office", "fixed-desk"]` → meeting-room, office and dedicated-desk, whether or not they exist."""
    return frozenset(filter(None, (normal_resource_type(each) for text in texts for each in text.split(","))))


def known_types(asked: Set[str], known: Sequence[str]) -> tuple[str, ...]:
    """Those of `known` that were `asked` for, in its order. Only the first `COMBINED_TYPES` can be asked for together;
    one of the others, alone."""
    found = tuple(each for each in known if each in asked)
    return tuple(each for each in found if each in known[:COMBINED_TYPES]) or found[:1]


def _pairs(query: str) -> list[tuple[str, str]]:
    """The fields with their values; a query that is too long or too full counts as none. Of a field that is given
    twice the first value counts; of types, all."""
    if not query or len(query) > MAX_QUERY_CHARACTERS:
        return []
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="replace")
    except ValueError:
        return []


def _locale(kind: Kind, fields: dict[str, str], choices: Choices) -> str | None:
    if kind is Kind.JSON:
        asked = "locale" in fields
        return speech(fields["locale"], choices.locale, choices.languages).tag if asked else None
    found = speech(fields.get("locale"), choices.locale, choices.languages).locale
    return None if found == speech(None, choices.locale).locale else found


def _theme(kind: Kind, fields: dict[str, str]) -> str | None:
    theme = fields.get("theme")
    return theme if kind is Kind.PAGE and theme in THEMES else None


def _period(kind: Kind, fields: dict[str, str], choices: Choices) -> str | None:
    """One that nobody charges by doesn't filter: unlike a type it isn't in anybody's snippet."""
    period = fields.get("period")
    return period if kind is Kind.PAGE and period in choices.periods else None
