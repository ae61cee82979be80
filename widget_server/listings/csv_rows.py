"""CSV → rows. Reads what spreadsheets write: `,`, `;` or tabs, a `sep=` line, a header in any order and case."""

import csv
import io
import re
from collections.abc import Iterator

from widget_server.errors import ListingsInvalid
from widget_server.listings import csv_cells
from widget_server.listings.rows import FIELDS, Row, shown

REQUIRED_COLUMNS = ("kind", "id", "name", "status")
SEPARATORS = (",", ";", "\t")

_FROM_SPREADSHEET = re.compile(r"[0-9](?:[.,][0-9]+)?E\+[0-9]+|[0-9][.,][0-9]+E[0-9]+|[0-9]+[.,]0+", re.IGNORECASE)

Record = tuple[int, list[str]]
"""The number that a spreadsheet shows beside the row, and its cells."""


def csv_rows(text: str) -> Iterator[Row]:
    """The rows of a CSV file, one after the other.

    Raises `ListingsInvalid` when it isn't CSV or its header lacks a column.
    """
    named, text = _named_separator(text)
    separator = named or _likely_separator(text)
    records = _records(text, separator, first=2 if named else 1)
    columns = _columns(next((cells for _, cells in records if any(cells)), []))
    for number, cells in records:
        if any(cell.strip() for cell in cells[len(columns) :]):
            yield Row(f"row {number}", {}, (("", "has more cells than the header has columns"),))
        elif any(cell.strip() for cell in cells):
            values = {column: csv_cells.read(cell) for column, cell in zip(columns, cells, strict=False) if column}
            yield Row(f"row {number}", values)


def _named_separator(text: str) -> tuple[str | None, str]:
    """Excel's own first line `sep=;`, and the text after it."""
    found = re.match(r"\"?sep=([,;\t])\"?[,;\t]*\r?\n", text, re.IGNORECASE)
    return (found[1], text[found.end() :]) if found else (None, text)


def _likely_separator(text: str) -> str:
    """The one that makes most columns of the header."""
    header = text.lstrip("\r\n").split("\n", 1)[0]
    return max(SEPARATORS, key=header.count)


def _records(text: str, separator: str, first: int) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = first - 1
    try:
        for cells in reader:
            number += 1
            yield number, cells
    except csv.Error as error:
        raise ListingsInvalid([f"row {number + 1}: isn't CSV: {error}"]) from None


def _columns(header: list[str]) -> list[str]:
    """The field of each column, "" for columns that mean nothing to us."""
    columns = [_field(cell) for cell in header]
    missing = [field for field in REQUIRED_COLUMNS if field not in columns]
    if missing:
        raise ListingsInvalid(
            [f"the header lacks {', '.join(missing)}: the first row names the columns {', '.join(FIELDS)}"]
        )
    twice = sorted({field for field in columns if field and columns.count(field) > 1})
    if twice:
        raise ListingsInvalid([f"the header names {', '.join(twice)} twice"])
    return columns


def _field(cell: str) -> str:
    """`" Location ID "` → `"location_id"`; "" when no field is called so."""
    name = re.sub(r"[\s_-]+", "_", cell.strip().lower())
    return name if name in FIELDS else "location_id" if name == "locationid" else ""


def looks_shortened(text: str) -> bool:
    """True for `1.2E+10`, `1,2E10` and `1198.0`: what a spreadsheet makes of a number."""
    return _FROM_SPREADSHEET.fullmatch(text) is not None


def shortened(text: str) -> str:
    """The sentence for such an identifier."""
    return f"{shown(text)} was {_what_happened(text)} by a spreadsheet: format the column as text and enter it again"


def _what_happened(text: str) -> str:
    return "shortened" if "e" in text.lower() else "made a decimal number"
