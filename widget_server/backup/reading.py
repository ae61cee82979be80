"""A file into rows, whatever it is: nothing in it is believed, and memory stays bounded."""

import gzip
import hashlib
import json
import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, NoReturn

from widget_server.backup.manifest import NOT_A_BACKUP, Manifest
from widget_server.backup.writing import END
from widget_server.errors import BackupRefused

MEBIBYTE = 1024 * 1024
LONGEST_LINE_BYTES = 16 * MEBIBYTE
"""More than one item of the hub can be: its whole answer is cut off before."""
DAMAGED = "The file is damaged, or its download broke off: it doesn't end where a back-up ends."
ALTERED = "The file was changed since the back-up was made, so it can't be trusted."


@dataclass(frozen=True)
class Limits:
    """How much of a file is read: `packed` bytes as it is, `plain` bytes once unpacked."""

    packed: int
    plain: int


UPLOADED = Limits(packed=64 * MEBIBYTE, plain=2048 * MEBIBYTE)
"""What a browser may bring: years of prices of a hundred locations."""
AT_HAND = Limits(packed=4096 * MEBIBYTE, plain=65536 * MEBIBYTE)
"""What lies on the server already."""


class BackupReader:
    """Reads `source` once, from its beginning. Every method raises `BackupRefused`."""

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self._packed = gzip.GzipFile(fileobj=source, mode="rb")
        self._all = self._left = limits.plain
        self._digest = hashlib.sha256()
        self.manifest = Manifest.from_json(self._parsed(self._line()))

    @property
    def unpacked(self) -> int:
        """Bytes that were read so far, as they are unpacked."""
        return self._all - self._left

    def rows(self) -> Iterator[tuple[str, list[Any]]]:
        """Each row with its table's name, values in the order of the part's columns. Whoever comes to the end knows
        that nothing is missing and nothing was altered."""
        for name, part in self.manifest.parts.items():
            for _ in range(part.rows):
                found = self._parsed(self._line())
                if not isinstance(found, list) or found[:1] != [name] or len(found) != len(part.columns) + 1:
                    raise BackupRefused(ALTERED)
                yield name, found[1:]
        self._check_end()

    def _check_end(self) -> None:
        expected = self._digest.hexdigest()
        if self._parsed(self._line()) != [END, expected] or self._unpacked(1):
            raise BackupRefused(ALTERED)

    def _line(self) -> bytes:
        line = self._unpacked(LONGEST_LINE_BYTES + 1)
        if not line:
            raise BackupRefused(DAMAGED)
        self._left -= len(line)
        if len(line) > LONGEST_LINE_BYTES or self._left < 0:
            raise BackupRefused("There is more in this file than a back-up from here can hold.")
        self._digest.update(line)
        return line

    def _unpacked(self, most: int) -> bytes:
        try:
            return self._packed.readline(most)
        except gzip.BadGzipFile:
            raise BackupRefused(NOT_A_BACKUP) from None
        except (EOFError, zlib.error):
            raise BackupRefused(DAMAGED) from None

    @staticmethod
    def _parsed(line: bytes) -> Any:
        try:
            return DECODER.decode(line.decode())
        except (ValueError, RecursionError):
            raise BackupRefused(NOT_A_BACKUP) from None


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is there twice")
    return found


DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_number, object_pairs_hook=_once_each)
"""Strict: numbers are finite, names are there once."""
