"""Whether staged rows mean something to this program: what it stores it can read, so what it can't read is not its own.

A page that meets a status which there isn't would break; so it is looked for before anything is restored.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Table, select

from widget_server.backup.contents import kept_tables
from widget_server.backup.copying import rows_at_once
from widget_server.backup.values import check, check_texts
from widget_server.errors import BackupRefused
from widget_server.model import (
    DataKind,
    DeliveryState,
    HashVerdict,
    ListingKind,
    ListingStatus,
    LocationData,
    RateData,
    RefusalReason,
    ResourceData,
    WebhookType,
)
from widget_server.store import codec
from widget_server.store.credentials import HubState

MOST_COUNTED = 2**53
"""Counters go out as JSON numbers, too."""
PRICE = frozenset({"amount", "currency", "unit", "unitCount", "priceType"})
ONE_ROW = ("hub_credentials", "publication")
COUNTERS = frozenset({"revision", "ticket", "listing", "sweep_finds"})


def _location(value: Any) -> LocationData:
    check_texts(value)
    return codec.decoded(LocationData, value)


def _resource(value: Any) -> ResourceData:
    check_texts(value)
    return codec.decoded(ResourceData, value)


def _rate(value: Any) -> RateData:
    check_texts(value)
    return codec.decoded(RateData, value)


def _kinds(value: Any) -> list[DataKind]:
    return [DataKind(each) for each in value]


def _price(value: Any) -> None:
    if value is not None:
        if not set(value) >= PRICE:
            raise ValueError
        check_texts(value)
        _amount(value["amount"])


def _amount(value: Any) -> None:
    if value is not None and not Decimal(value).is_finite():
        raise ValueError


def _count(value: int) -> None:
    if not 0 <= value <= MOST_COUNTED:
        raise ValueError


def _row_one(value: int) -> None:
    if value != 1:
        raise ValueError


MEANING: Mapping[str, Mapping[str, Callable[[Any], object]]] = {
    "listings": {"kind": ListingKind, "status": ListingStatus, "revision": _count, "position": _count},
    "locations": {"data": _location, "revision": _count, "ticket": _count},
    "resources": {"data": _resource, "revision": _count, "ticket": _count},
    "rates": {"data": _rate, "revision": _count, "ticket": _count},
    "price_changes": {"old": _price, "new": _price, "revision": _count},
    "overrides": {"amount": _amount, "made_over": _price},
    "deliveries": {"state": DeliveryState, "type": WebhookType, "hash_verdict": HashVerdict},
    "refusals": {"reason": RefusalReason},
    "access_tokens": {"kinds": _kinds},
    "hub_credentials": {"id": _row_one, "state": HubState},
    "publication": {"id": _row_one, "version": _count},
    "operators": {"id": _row_one},
    "counters": {"value": _count},
}
"""Table → column → what raises ValueError, TypeError or the like for a value that makes no sense."""


def check_meaning(connection: Connection) -> None:
    """Raises `BackupRefused` naming the first value that can't be used."""
    for table in kept_tables():
        rules = MEANING.get(table.name, {})
        found = connection.execute(select(table), execution_options={"yield_per": rows_at_once(connection, table)})
        count = sum(_checked(table, row, rules) for row in found.mappings())
        if table.name in ONE_ROW and count != 1:
            raise BackupRefused(f"In this back-up, {table.name} has {count} rows instead of one.")
    _check_counters(connection)


def _checked(table: Table, row: Mapping[Any, Any], rules: Mapping[str, Callable[[Any], object]]) -> bool:
    for column in table.c:
        try:
            check(column, row[column.name])
            if column.name in rules:
                rules[column.name](row[column.name])
        except ValueError as error:
            why = str(error) if column.name not in rules else "can't be used"
            raise BackupRefused(f"In its {table.name}, a value of {column.name!r} {why}.") from None
        except (TypeError, KeyError, ArithmeticError, AttributeError):
            raise BackupRefused(f"In its {table.name}, a value of {column.name!r} can't be used.") from None
    return True


def _check_counters(connection: Connection) -> None:
    table = next(table for table in kept_tables() if table.name == "counters")
    missing = COUNTERS - set(connection.execute(select(table.c.name)).scalars())
    if missing:
        raise BackupRefused(f"In this back-up, the counter {min(missing)!r} is missing.")
