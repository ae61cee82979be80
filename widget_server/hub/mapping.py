"""Raw items → the model, item by item: one bad row never sinks its page (PROTOCOL §4). Pure.

Beside each good item is the raw one that it came from, made storable: numbers are kept exactly (as text where a float
would bend them), NUL and lone surrogates are taken out of texts. What must not be shown is in `quarantined`.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any, TypeVar

from widget_server.hub.cleaning import storable_text
from widget_server.hub.extras import ID_NAMES, read_extra
from widget_server.hub.fields import Fields, RowRefused
from widget_server.hub.listings import read_location, read_resource
from widget_server.hub.marks import Manner, Marks
from widget_server.hub.rates import item_id_of, read_rates
from widget_server.model import ExtraData, Json, LocationData, Mapped, Quarantined, RateData, ResourceData

MAX_DEPTH = 20
MAX_PLAIN_INTEGER = 2**53

T = TypeVar("T")
_Row = tuple[str | None, T, Json]


def map_locations(items: Sequence[Any]) -> Mapped[LocationData]:
    """Locations; an item is refused only when it isn't an object, or contradicts one of the same identifier."""
    return _mapped(items, lambda fields: [read_location(fields)], _listing_id, lambda data: data.source_id)


def map_resources(items: Sequence[Any]) -> Mapped[ResourceData]:
    """Resources, refused as locations are."""
    return _mapped(items, lambda fields: [read_resource(fields)], _listing_id, lambda data: data.source_id)


def map_rates(items: Sequence[Any], default_currency: str | None) -> Mapped[RateData]:
    """Prices: several for an item that names several, then with the same raw item beside each.

    `default_currency` is the location's, else the operator's. Every decision is in `rates.py`; what the set's dots and
    commas stand for, in `marks.py`.
    """

    def under(manner: Manner) -> Mapped[RateData]:
        return _mapped(items, lambda fields: read_rates(fields, manner), item_id_of, lambda data: data.source_id)

    return _read_as_a_set(under, default_currency)


def map_extras(items: Sequence[Any], default_currency: str | None) -> Mapped[ExtraData]:
    """Extras below a rate; one without a name is refused."""

    def under(manner: Manner) -> Mapped[ExtraData]:
        return _mapped(items, lambda fields: [read_extra(fields, manner)], _extra_id, lambda data: data.source_id)

    return _read_as_a_set(under, default_currency)


def _read_as_a_set(under: Callable[[Manner], Mapped[T]], currency: str | None) -> Mapped[T]:
    """Read once, and once more where an amount can only be read after the others have shown how they are written."""
    marks = Marks()
    mapped = under(Manner(currency, marks))
    return under(Manner(currency, marks)) if marks.settle() else mapped


def _listing_id(fields: Fields) -> str | None:
    return fields.identifier("id", "syncarooid", "uuid", "guid")


def _extra_id(fields: Fields) -> str | None:
    return fields.identifier(*ID_NAMES, "extraid")


def _mapped(
    items: Sequence[Any],
    read: Callable[[Fields], list[T]],
    item_id: Callable[[Fields], str | None],
    key: Callable[[T], str | None],
) -> Mapped[T]:
    rows: list[_Row[T]] = []
    refused: list[Quarantined] = []
    for item in items:
        found = _read(item, read, item_id)
        if isinstance(found, Quarantined):
            refused.append(found)
        else:
            rows.extend(found)
    return _without_contradictions(rows, refused, key)


def _read(
    item: Any, read: Callable[[Fields], list[T]], item_id: Callable[[Fields], str | None]
) -> list[_Row[T]] | Quarantined:
    try:
        raw = _storable(item)
    except RowRefused as error:
        return Quarantined(_own_id(item, item_id), error.reason, {})
    if not isinstance(raw, dict):
        return Quarantined(None, "it is not an object", {"item": raw})
    try:
        fields = Fields(item)
        return [(item_id(fields), data, raw) for data in read(fields)]
    except RowRefused as error:
        return Quarantined(item_id(Fields.undisputed(item)), error.reason, raw)


def _own_id(item: Any, item_id: Callable[[Fields], str | None]) -> str | None:
    """The identifier of an item that is nested too deeply to look into."""
    if not isinstance(item, dict):
        return None
    return item_id(Fields.undisputed({key: value for key, value in item.items() if not isinstance(value, dict | list)}))


def _without_contradictions(
    rows: list[_Row[T]], refused: list[Quarantined], key: Callable[[T], str | None]
) -> Mapped[T]:
    """One row for each identifier. Pages that shift while they are read repeat a row; if the two differ, neither is
    to be believed."""
    first: dict[str, T] = {}
    torn: set[str] = set()
    kept: list[_Row[T]] = []
    for row in rows:
        identifier = key(row[1])
        if identifier is None:
            kept.append(row)
        elif identifier not in first:
            first[identifier] = row[1]
            kept.append(row)
        elif first[identifier] != row[1]:
            torn.add(identifier)
    good = tuple((data, raw) for _, data, raw in kept if key(data) not in torn)
    bad = [
        Quarantined(item, "its identifier comes twice, with different values", raw)
        for item, data, raw in kept
        if key(data) in torn
    ]
    return Mapped(good, (*refused, *bad))


def _storable(value: Any, depth: int = 0) -> Any:
    """`value` as any JSON column takes it. Raises RowRefused when it is nested too deeply."""
    if depth > MAX_DEPTH:
        raise RowRefused(f"it is nested more than {MAX_DEPTH} levels deep")
    if isinstance(value, str):
        return storable_text(value)
    if isinstance(value, dict):
        return {storable_text(str(key)): _storable(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(inner, depth + 1) for inner in value]
    return _storable_number(value) if isinstance(value, Decimal | float | int) else None


def _storable_number(value: Decimal | float) -> bool | int | float | str:
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) <= MAX_PLAIN_INTEGER else hex(value) if value.bit_length() > 1024 else str(value)
    number = value if isinstance(value, Decimal) else Decimal(repr(value))
    near = float(number) if number.is_finite() else None
    return near if near is not None and Decimal(repr(near)) == number else str(number)
