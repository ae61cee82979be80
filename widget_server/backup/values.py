"""Values of columns as JSON, the same whatever the engine; and whether a value from a file may become one. Pure.

Instants are text such as `"2026-03-01T12:00:00.000000Z"`, JSON stays JSON, everything else is as it is.
"""

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Boolean, Column, DateTime, Integer, String
from sqlalchemy.types import TypeDecorator, TypeEngine

INSTANT = re.compile(r"(?:1\d{3}|2\d{3})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
LARGEST_INTEGER, LARGEST = 2**31 - 1, 2**63 - 1


def to_json(value: Any) -> Any:
    """A value as the database hands it out, as the file has it. NUL is left out: SQLite keeps it, PostgreSQL can't."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if not isinstance(value, datetime):
        return value
    utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return utc.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_json(column: Column[Any], value: Any) -> Any:
    """A value of the file, as the database takes it. Raises ValueError saying what it isn't."""
    kind = _kind(column)
    if isinstance(kind, DateTime) and isinstance(value, str):
        value = _instant(value)
    check(column, value)
    is_plain = kind is column.type
    return value.replace(tzinfo=None) if isinstance(value, datetime) and is_plain else value


def check(column: Column[Any], value: Any) -> None:
    """Raises ValueError, saying why, unless every engine would take `value` for `column` and hand it back."""
    kind = _kind(column)
    if value is None:
        if not column.nullable:
            raise ValueError("is missing")
    elif isinstance(kind, JSON):
        pass  # whoever read it from JSON has seen to it that it can be written as such again
    elif isinstance(kind, Boolean):
        _expect(isinstance(value, bool), "is neither true nor false")
    elif isinstance(kind, Integer):
        most = LARGEST if isinstance(kind, BigInteger) else LARGEST_INTEGER
        _expect(type(value) is int and -most <= value <= most, "isn't a whole number, or too large")
    elif isinstance(kind, DateTime):
        _expect(isinstance(value, datetime), "isn't a date and time")
    elif isinstance(kind, String):
        _expect(isinstance(value, str), "isn't text")
        _check_text(value)
        _expect(kind.length is None or len(value) <= kind.length, f"is longer than {kind.length} characters")
    else:
        raise ValueError("can't be restored")


def check_texts(value: Any) -> None:
    """Raises ValueError when a text in this JSON, however deep, is none that PostgreSQL would look into."""
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        check_texts([*value.keys(), *value.values()])
    elif isinstance(value, list):
        for each in value:
            check_texts(each)


def _kind(column: Column[Any]) -> TypeEngine[Any]:
    return column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type


def _instant(text: str) -> datetime:
    _expect(INSTANT.fullmatch(text) is not None, "isn't a date and time")
    return datetime.fromisoformat(text)


def _check_text(text: str) -> None:
    _expect("\0" not in text, "has characters that can't be stored")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("has characters that can't be stored") from None


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise ValueError(otherwise)
