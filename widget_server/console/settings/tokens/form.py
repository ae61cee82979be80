"""A new access token, as the form has it. Pure."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from widget_server.console.settings.fields import plain_problem
from widget_server.model import DataKind

LONGEST_NAME = 64
"""Characters."""
NAME, KIND = "name", "kind"
TAKEN = "There is a token with this name already. Choose another name, or revoke that one first."
TURNING = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
"""Characters that turn the direction of what stands around them (Unicode UAX #9, 2): a name could look like another."""
VISIBLE = frozenset("LNPS")
"""First letters of the Unicode categories of what can be seen."""
WORDS = {
    DataKind.LISTINGS: ("Listings", "Your list of locations and resources: identifiers, names, types and statuses."),
    DataKind.LOCATIONS: ("Locations", "What Syncaroo says about them, such as addresses and opening hours."),
    DataKind.RESOURCES: ("Resources", "What Syncaroo says about rooms and desks, such as size and capacity."),
    DataKind.RATES: ("Rates", "The prices of each resource."),
}
"""Kind → its label, and what it is."""


@dataclass(frozen=True)
class NewTokenForm:
    """The fields as they came."""

    name: str = ""
    kinds: tuple[DataKind, ...] = ()

    @classmethod
    def from_fields(cls, name: str, kinds: Iterable[str]) -> "NewTokenForm":
        """The form from posted fields; a kind that there isn't is none."""
        ticked = frozenset(kinds)
        return cls(name.strip(), tuple(kind for kind in DataKind if kind in ticked))

    def problems(self) -> dict[str, str]:
        """Field → what would do; empty when all is well."""
        found = {
            NAME: self._name_problem(),
            KIND: None if self.kinds else "Tick at least one kind of data.",
        }
        return {name: text for name, text in found.items() if text}

    def _name_problem(self) -> str | None:
        if not any(unicodedata.category(character)[0] in VISIBLE for character in self.name):
            return "Give it a name, such as the program that will use it."
        if any(_is_no_text(character) for character in self.name):
            return "It has characters that can't be shown. Type it again."
        return plain_problem(self.name, LONGEST_NAME)


def _is_no_text(character: str) -> bool:
    """A line's end, or a character that turns the direction of others."""
    return unicodedata.category(character) in ("Zl", "Zp") or unicodedata.bidirectional(character) in TURNING
