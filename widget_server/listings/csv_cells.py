"""Cells of a CSV file that a spreadsheet can't take for formulas, and back. Pure."""

import re

_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""What a spreadsheet may run, with or without apostrophes before it: so each text has one way to be written."""

_KEPT_AS_TEXT = re.compile(r"=\"([^\"]*)\"")


def written(text: str) -> str:
    """`=1+1` → `'=1+1`, which spreadsheets show and don't run; what is harmless stays as it is."""
    return f"'{text}" if _RISKY.match(text) else text


def read(cell: str) -> str:
    """The text that `written` was given; and `="0815"`, how people keep Excel from dropping a zero, → `0815`."""
    if cell.startswith("'") and _RISKY.match(cell):
        return cell[1:]
    found = _KEPT_AS_TEXT.fullmatch(cell.strip())
    return found[1] if found else cell
