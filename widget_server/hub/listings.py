"""Raw location and resource items → the model (PROTOCOL §4, "Known fields"). Pure.

`source_id` is None when an item names none: an API path that ends in an identifier says it too, and one made up here
would look like the hub's. Values that can't be read are left out; unlike a price they mislead nobody.
"""

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from widget_server.hub.dates import NotADate, read_moment
from widget_server.hub.fields import Fields, RowRefused
from widget_server.hub.hours import address_lines, hour_lines
from widget_server.hub.money import read_currency
from widget_server.hub.numbers import NotANumber, read_number, read_whole
from widget_server.hub.tax import read_tax
from widget_server.model import LocationData, ResourceData, normal_resource_type
from widget_server.open_status import normal_status

HIGHEST_CAPACITY = 100_000
HIGHEST_AREA_SQFT = 10_000_000
TYPE_CHARACTERS = 64

_ID_NAMES = ("id", "syncarooid", "uuid", "guid")
_URL_NAMES = ("url", "website", "weburl", "publicurl", "pageurl", "link")
_NAME_NAMES = ("name", "title", "displayname")
_DESCRIPTION_NAMES = ("description", "summary", "about")


def read_location(fields: Fields) -> LocationData:
    """One location; its `timezone` only if it is an IANA name. Never raises."""
    status = normal_status(fields.get("syncopenstatus", "openstatus", "isopen"))
    general = normal_status(fields.get("status"))  # usually a listing's status ("active"), not the door's
    return LocationData(
        source_id=fields.identifier(*_ID_NAMES),
        hint=fields.identifier("locationid", "externalid"),
        name=fields.line(*_NAME_NAMES, "locationname"),
        description=fields.description(*_DESCRIPTION_NAMES),
        timezone=_timezone(fields.line("timezone", "tz", "timezoneid")),
        open_status=status or (general if general in {"open", "closed"} else None),
        address=address_lines(fields.get("address", "addresslines", "fulladdress")),
        hours=hour_lines(fields.get("hoursofoperation", "openinghours", "hours", "businesshours")),
        currency=_currency(fields),
        tax_mode=read_tax(fields).mode,
        url=fields.url(*_URL_NAMES),
    )


def read_resource(fields: Fields) -> ResourceData:
    """One resource; area in square feet, rounded to whole ones. Never raises."""
    return ResourceData(
        source_id=fields.identifier(*_ID_NAMES),
        hint=fields.identifier("resourceid", "externalid"),
        name=fields.line(*_NAME_NAMES, "resourcename"),
        type=_type(fields.line("type", "resourcetype", "category", limit=TYPE_CHARACTERS)),
        description=fields.description(*_DESCRIPTION_NAMES),
        capacity=read_whole(fields.get("capacity", "seats", "maxcapacity"), HIGHEST_CAPACITY) or None,
        area_sqft=_area(fields.get("size", "areasqft", "sizesqft", "squarefeet", "area")),
        units=read_whole(fields.get("units", "unitsavailable"), HIGHEST_CAPACITY),
        bookable=fields.flag("bookable", "isbookable"),
        available_from=_moment(fields.get("availablefrom", "availabledate", "availableat")),
        currency=_currency(fields),
        url=fields.url(*_URL_NAMES),
    )


def _type(text: str | None) -> str | None:
    return (normal_resource_type(text)[:TYPE_CHARACTERS] or None) if text else None


def _area(value: Any) -> int | None:
    try:
        number = read_number(value)
    except NotANumber:
        return None
    return (int(number.to_integral_value()) or None) if 0 < number <= HIGHEST_AREA_SQFT else None


def _moment(value: Any) -> date | datetime | None:
    try:
        return read_moment(value)
    except NotADate:
        return None


def _currency(fields: Fields) -> str | None:
    try:
        return read_currency(fields.get("currency", "currencycode"))
    except RowRefused:
        return None


def _timezone(name: str | None) -> str | None:
    return _zones().get(name.lower()) if name else None


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}
