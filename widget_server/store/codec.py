"""Between the model's dataclasses and the JSON that columns keep. Decimals travel as text, never as floats.

A day is text such as "2026-03-01", an instant such as "2026-03-01T00:00:00Z". Which of the two it was decides when a
price begins and ends, so each is read back as what it was: an instant at midnight isn't a day.
"""

import functools
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from widget_server.model import Json, LocationData, RateData, ResourceData

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Data = TypeVar("Data", LocationData, ResourceData, RateData)

_DAY_CHARACTERS = len("2026-03-01")


def encoded(data: LocationData | ResourceData | RateData) -> Json:
    """`data` as a JSON object; what is at its default is left out, so equal data are equal objects."""
    found: Json = _adapters()[type(data)].dump_python(data, mode="json", exclude_defaults=True)
    return found


def decoded(kind: type[Data], stored: Json) -> Data:
    """The dataclass that `encoded` was given. Raises ValueError for what it can't have been made from."""
    if isinstance(stored, dict):  # a restored file may have anything here, and Pydantic says what
        stored = stored | {name: _moment(stored[name]) for name in moments_of(kind) & stored.keys()}
    found: Data = _adapters()[kind].validate_python(stored)
    return found


def moments_of(kind: type[LocationData] | type[ResourceData] | type[RateData]) -> frozenset[str]:
    """The fields of `kind` that hold a day or an instant."""
    return _moments()[kind]


@functools.cache
def _moments() -> dict[type, frozenset[str]]:
    return {
        kind: frozenset(name for name, hint in get_type_hints(kind).items() if {date, datetime} <= set(get_args(hint)))
        for kind in (LocationData, ResourceData, RateData)
    }


def _moment(stored: Any) -> Any:
    """Pydantic would take an instant at midnight for a day. What is no text is left to it."""
    if not isinstance(stored, str):
        return stored
    return date.fromisoformat(stored) if len(stored) == _DAY_CHARACTERS else datetime.fromisoformat(stored)


@functools.cache
def _adapters() -> "dict[type, TypeAdapter[Any]]":
    from pydantic import TypeAdapter  # noqa: PLC0415 -- 8 MB and a tenth of a second: only whoever reads rows needs it

    return {kind: TypeAdapter(kind) for kind in (LocationData, ResourceData, RateData)}
