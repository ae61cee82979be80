"""Which prices a page shows, as its address says it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from widget_server.console.paging import position
from widget_server.store.price_list import Show, Wanted
from widget_server.store.types import LARGEST_ID
from widget_server.store.words import LONGEST_SEARCH, wanted_words

PAGE_LENGTH = 50
"""Prices on a page."""
LONGEST_ID = 64
"""Characters of an identifier of ours."""
SHOWN = {
    Show.ALL: "All",
    Show.DIFFERS: "Different from Syncaroo",
    Show.OVERRIDDEN: "Overridden",
    Show.HIDDEN: "Hidden",
    Show.REFUSED: "Not taken over",
}
"""What can be chosen, and its words."""


@dataclass(frozen=True)
class Choice:
    """What the operator asked for: `typed` is the search as the field shows it again, `at` the first price's place."""

    wanted: Wanted = field(default_factory=Wanted)
    typed: str = ""
    at: int = 0

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Choice":
        """The choice in an address; what makes no sense in it is as if it weren't there."""
        show, place = query.get("show"), query.get("location", "")
        typed = " ".join("".join(c if c.isprintable() else " " for c in query.get("q", "")[:LONGEST_SEARCH]).split())
        is_place = place.isprintable() and 0 < len(place) <= LONGEST_ID
        return cls(
            Wanted(Show(show) if show in list(Show) else Show.ALL, wanted_words(typed), place if is_place else None),
            typed,
            min(position(query.get("from")) or 0, LARGEST_ID - PAGE_LENGTH),
        )

    @property
    def is_narrowed(self) -> bool:
        """Whether words or a location leave some out."""
        return bool(self.wanted.words) or self.wanted.location_id is not None

    def query(self, **changes: object) -> dict[str, Any]:
        """The address's parameters for this choice with `changes`; a new choice begins at its first page."""
        wanted = {"show": self.wanted.show, "q": self.typed, "location": self.wanted.location_id, "from": 0} | changes
        return {name: value for name, value in wanted.items() if value not in (Show.ALL, "", None, 0)}
