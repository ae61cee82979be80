"""What both file formats are brought into before anything is judged: rows of plain text."""

from collections.abc import Mapping
from dataclasses import dataclass

FIELDS = ("kind", "id", "name", "status", "type", "location_id", "own_name")
"""The columns of a CSV file, and what JSON is read into."""

SHOWN_CHARACTERS = 60
"""How much of a wrong value a message repeats."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: where it is ("row 4"), the field, and a sentence; the first two may be empty."""

    place: str
    field: str
    sentence: str

    def __str__(self) -> str:
        """`row 4, status: …`"""
        where = ", ".join(filter(None, (self.place, self.field)))
        return f"{where}: {self.sentence}" if where else self.sentence


@dataclass(frozen=True)
class Row:
    """One listing as the file has it. `place` is where ("row 4"); a field that isn't there is "". `wrong` is what is
    wrong with its shape, as field and sentence; without `values` there is nothing else to judge."""

    place: str
    values: Mapping[str, str]
    wrong: tuple[tuple[str, str], ...] = ()

    def value(self, field: str) -> str:
        """The text of `field`, without the blanks around it."""
        return self.values.get(field, "").strip()

    def problem(self, field: str, sentence: str) -> Problem:
        """Something wrong with `field` of this row."""
        return Problem(self.place, field, sentence)


def shown(value: object) -> str:
    """`value` as messages show it: quoted, escaped and short, whatever it contains."""
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
