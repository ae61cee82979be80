"""Long lists of values in statements: SQLite and PostgreSQL take only so many bound variables (32,766 and 65,535)."""

from collections.abc import Collection, Iterator
from typing import TypeVar

Value = TypeVar("Value", str, int)

AT_ONCE = 500
"""Values in one statement. Fewer lists of different lengths are compiled, and none is near a limit."""


def chunks(values: Collection[Value]) -> Iterator[list[Value]]:
    """`values` in lists of at most `AT_ONCE`; nothing for none."""
    listed = list(values)
    return (listed[at : at + AT_ONCE] for at in range(0, len(listed), AT_ONCE))
