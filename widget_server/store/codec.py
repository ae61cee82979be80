"""Between the model's dataclasses and the JSON that columns keep. Decimals travel as text, never as floats."""

from typing import Any, TypeVar

from pydantic import TypeAdapter

from widget_server.model import Json, LocationData, RateData, ResourceData

Data = TypeVar("Data", LocationData, ResourceData, RateData)

_ADAPTERS: dict[type, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in (LocationData, ResourceData, RateData)}


def encoded(data: LocationData | ResourceData | RateData) -> Json:
    """`data` as a JSON object; what is at its default is left out, so equal data are equal objects."""
    found: Json = _ADAPTERS[type(data)].dump_python(data, mode="json", exclude_defaults=True)
    return found


def decoded(kind: type[Data], stored: Json) -> Data:
    """The dataclass that `encoded` was given."""
    found: Data = _ADAPTERS[kind].validate_python(stored)
    return found
