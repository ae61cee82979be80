"""Back-ups as text, to be altered and packed again with a digest that fits."""

import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

Lines = list[Any]


def unpacked(file: bytes) -> Lines:
    """The manifest and the rows; the end is left out."""
    return [json.loads(line) for line in gzip.decompress(file).splitlines()][:-1]


def packed(lines: Lines, end: str | None = None) -> bytes:
    """A file of these lines, texts as they are, with a digest that fits unless `end` says otherwise."""
    plain = b"".join((line if isinstance(line, str) else json.dumps(line)).encode() + b"\n" for line in lines)
    digest = hashlib.sha256(plain).hexdigest() if end is None else end
    return gzip.compress(plain + json.dumps(["end", digest]).encode() + b"\n")


def altered(file: bytes, change: Callable[[Lines], object]) -> bytes:
    """The file after `change`, which works on its lines, with a digest that fits."""
    lines = unpacked(file)
    change(lines)
    return packed(lines)


def in_table(table: str, column: str, value: Any) -> Callable[[Lines], object]:
    """A change: put `value` into the first row of `table`."""

    def change(lines: Lines) -> None:
        position = lines[0]["tables"][table]["columns"].index(column) + 1
        row = next(line for line in lines[1:] if line[0] == table)
        row[position] = value

    return change
