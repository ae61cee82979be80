"""Between the model's dataclasses and the JSON that columns keep. Decimals travel as text, never as floats."""

import functools
from typing import TYPE_CHECKING, Any, TypeVar

from widget_server.model import Json, LocationData, RateData, ResourceData

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Data = TypeVar("Data", LocationData, ResourceData, RateData)


def encoded(data: LocationData | ResourceData | RateData) -> Json:
    """`data` as a JSON object; what is at its default is left out, so equal data are equal objects."""
    found: Json = _adapters()[type(data)].dump_python(data, mode="json", exclude_defaults=True)
    return found


def decoded(kind: type[Data], stored: Json) -> Data:
    """The dataclass that `encoded` was given."""
    found: Data = _adapters()[kind].validate_python(stored)
    return found


@functools.cache
def _adapters() -> "dict[type, TypeAdapter[Any]]":
    from pydantic import TypeAdapter  # noqa: PLC0415 -- 8 MB and a tenth of a second: only whoever reads rows needs it

    return {kind: TypeAdapter(kind) for kind in (LocationData, ResourceData, RateData)}
