"""The accent colour of one widget: read as people write colours. Pure."""

import re
from dataclasses import dataclass

SIX_DIGITS = re.compile(r"#?([0-9a-f]{6})")
THREE_DIGITS = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")
LONGEST = 40
PROBLEM = "Give a colour as #rrggbb, such as #0b6e4f, or leave it empty."


@dataclass(frozen=True)
class Accent:
    """`typed` is what stands in the field. `colour` ("#0b6e4f") is what the widget gets; None: the workspace's."""

    typed: str = ""
    colour: str | None = None

    @property
    def problem(self) -> str | None:
        """What is wrong with what was typed."""
        return PROBLEM if self.typed and self.colour is None else None


def read(text: str) -> Accent:
    """ "#0B6E4F", "0b6e4f" and the short "#abc" are colours; whatever else isn't, and stays in the field."""
    typed = text.strip()[:LONGEST]
    written = typed.lower()
    if short := THREE_DIGITS.fullmatch(written):
        written = "".join(digit * 2 for digit in short.groups())
    found = SIX_DIGITS.fullmatch(written)
    return Accent(f"#{found[1]}", f"#{found[1]}") if found else Accent(typed)
