"""What is public → the document of PROTOCOL §5, as plain JSON values. Pure: no clock, no I/O.

Absent means unknown, so keys without a value are left out and never null. Texts are passed on as they are: whoever
shows them escapes them.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision

from widget_server.model import RESOURCE_TYPES, UNITS, ExtraData, LocationData, RateData, ResourceData
from widget_server.model import normal_resource_type as normal_type
from widget_server.public_model import PublicData, PublicLocation, PublicResource, PublicWorkspace
from widget_server.publish.links import filled, followable
from widget_server.publish.opening_hours import folded
from widget_server.publish.validity import instant, is_to_come, is_valid, known_zone, last_change, zone_of
from widget_server.publish.words import speech

Document = dict[str, Any]
"""`widget.json`, decoded."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_ACCENT = re.compile(r"#[0-9a-fA-F]{6}")
_NUMBER_IN_NAME = re.compile(r"([0-9]{1,9})")
_NO_AMOUNT = Decimal("Infinity")


def compose(public: PublicData, *, now: datetime) -> Document:
    """Return the document that holds at `now` (aware UTC): all locations, unfiltered, without `words`."""
    locations = [_location(location, public.workspace, now) for location in public.locations]
    return _known(
        version=edition(public, now=now),
        syncedAt=_utc(public.synced_at),
        staleAfter=_utc(public.synced_at + public.stale_after) if public.synced_at else None,
        workspace=_workspace(public.workspace),
        locations=sorted(locations, key=lambda location: (_collation(location["name"]), location["id"])),
    )


def edition(public: PublicData, *, now: datetime) -> str:
    """The version of the document at `now`: the data's, and the last validity edge that has passed if there is one.

    Data version "41" becomes "41" and, from the moment that a rate's validity has ended, "41.1767225600".
    """
    changed = last_change(public, now)
    return public.version if changed is None else f"{public.version}.{int(changed.timestamp())}"


def filtered(
    document: Document, *, location: str | None = None, types: Collection[str] = (), period: str | None = None
) -> Document:
    """The document with one location, some resource types and rates for one unit only; what is empty or None doesn't
    filter, all combine.

    Locations that have nothing of the kind are left out. An unknown value gives an empty list of locations.
    """
    kept = [each for each in document["locations"] if location in (None, each["id"])]
    if types:
        kept = _with_resources(kept, lambda resource: resource if resource.get("type") in types else None)
    if period is not None:
        kept = _with_resources(kept, lambda resource: _charged_by(resource, period))
    return {**document, "locations": kept}


def _with_resources(locations: list[Document], kept: Callable[[Document], Document | None]) -> list[Document]:
    found = [{**each, "resources": list(filter(None, map(kept, each["resources"])))} for each in locations]
    return [each for each in found if each["resources"]]


def _charged_by(resource: Document, period: str) -> Document | None:
    rates = [rate for rate in resource["rates"] if rate.get("unit") == period]
    return {**resource, "rates": rates} if rates else None


def types_in(document: Document) -> list[str]:
    """The resource types that occur, in the order in which visitors see them."""
    found = {resource["type"] for each in document["locations"] for resource in each["resources"] if "type" in resource}
    return sorted(found, key=lambda type: (_place(type, RESOURCE_TYPES), type))


def periods_in(document: Document) -> list[str]:
    """The units of ours that prices are for, shortest first; a source's own units can't be chosen by."""
    rates = [rate for each in document["locations"] for resource in each["resources"] for rate in resource["rates"]]
    found = {rate.get("unit") for rate in rates if "amount" in rate}
    return [unit for unit in UNITS if unit in found]


def _workspace(workspace: PublicWorkspace) -> Document:
    accent = workspace.accent if workspace.accent and _ACCENT.fullmatch(workspace.accent) else None
    return _known(
        name=workspace.name,
        locale=workspace.locale,
        languages=_languages(workspace),
        currency=workspace.currency,
        accent=accent,
    )


def _languages(workspace: PublicWorkspace) -> list[str] | None:
    """Those that visitors may have when not all: the operator's own always, since whoever can't have theirs gets it."""
    if workspace.languages is None:
        return None
    return sorted({*workspace.languages, speech(None, workspace.locale).language.lang})


def _location(location: PublicLocation, workspace: PublicWorkspace, now: datetime) -> Document:
    data = location.data or LocationData()
    resources = [_resource(resource, location, workspace, now) for resource in location.resources]
    return _known(
        id=location.listing.id,
        name=location.listing.shown_name(data.name),
        description=data.description,
        timezone=data.timezone if known_zone(data.timezone) else None,
        openStatus=data.open_status,
        address=list(data.address),
        hours=folded(data.hours),
        url=followable(data.url),
    ) | {"resources": sorted(resources, key=_resource_order)}


def _resource(
    resource: PublicResource, location: PublicLocation, workspace: PublicWorkspace, now: datetime
) -> Document:
    data = resource.data or ResourceData()
    zone = zone_of(location.data)
    currency = data.currency or (location.data and location.data.currency) or workspace.currency
    ids = {"location": location.listing.id, "resource": resource.listing.id}
    book = None if data.bookable is False else workspace.booking_url
    rates = [
        _rate(r.id, _taxed(r.data, location.data), currency, zone, filled(book, **ids, rate=r.id))
        for r in resource.rates
        if is_valid(r.data, zone, now)
    ]
    return _known(
        id=resource.listing.id,
        name=resource.listing.shown_name(data.name),
        type=normal_type(data.type or resource.listing.type or ""),
        description=data.description,
        capacity=data.capacity,
        areaSqft=data.area_sqft,
        units=data.units,
        bookable=data.bookable,
        availableFrom=_moment(data.available_from, zone) if is_to_come(data.available_from, zone, now) else None,
        url=followable(data.url) or (None if rates else filled(book, **ids)),
    ) | {"rates": sorted(rates, key=_rate_order)}


def _taxed(rate: RateData, location: LocationData | None) -> RateData:
    """The location says whether prices include tax where the rate doesn't."""
    if location is None or rate.tax_mode is not None or rate.tax_disputed:
        return rate
    return replace(rate, tax_mode=location.tax_mode)


def _rate(id: str, rate: RateData, fallback_currency: str | None, zone: tzinfo, book: str | None) -> Document:
    """What it names no currency for is in `fallback_currency`, whatever that was when it was read."""
    currency = _currency(fallback_currency if rate.inherited else rate.currency or fallback_currency)
    if rate.relies and rate.currency != currency:  # it waits to be read again, in this one
        rate = replace(rate, amount=None, deposit=None, setup_fee=None)
    return _known(
        id=id,
        name=rate.name,
        amount=_amount(rate.amount, currency) if rate.price_type != "on_application" else None,
        currency=currency,
        unit=rate.unit,
        unitCount=rate.unit_count if rate.unit else None,
        per=rate.per,
        priceType=rate.price_type,
        taxMode=rate.tax_mode,
        taxRate=None if rate.tax_rate is None else format(rate.tax_rate.normalize(), "f"),
        audience=rate.audience,
        deposit=_amount(rate.deposit, currency),
        setupFee=_amount(rate.setup_fee, currency),
        minTerm=rate.min_term,
        minLength=rate.min_length,
        maxLength=rate.max_length,
        validFrom=_moment(rate.valid_from, zone),
        validTo=_moment(rate.valid_to, zone),
        bookingUrl=followable(rate.booking_url) or book,
        extras=[_extra(extra, currency) for extra in rate.extras],
    )


def _extra(extra: ExtraData, fallback_currency: str | None) -> Document:
    currency = fallback_currency if extra.inherited else _currency(extra.currency) or fallback_currency
    waits = extra.relies and extra.currency != currency
    return _known(
        id=extra.source_id,
        name=extra.name,
        amount=None if waits else _amount(extra.amount, currency),
        currency=currency,
        unit=extra.unit,
    )


def _known(**values: object) -> Document:
    """Without what is unknown: None, and empty texts and lists. False, 0 and `locations` are known."""
    return {key: value for key, value in values.items() if key == "locations" or value not in (None, "", [])}


def _currency(code: str | None) -> str | None:
    code = code.upper() if code else ""
    return code if _CURRENCY.fullmatch(code) else None


def _amount(amount: Decimal | None, currency: str | None) -> str | None:
    """PROTOCOL §4: without a currency no amount; padded to its minor units, never rounded: 300 → "300.00"."""
    if amount is None or currency is None or not amount.is_finite():
        return None
    places = int(amount.normalize().as_tuple().exponent)
    return f"{amount:.{max(get_currency_precision(currency), -places)}f}"


def _utc(moment: datetime | None) -> str | None:
    """RFC 3339, UTC, whole seconds: "2026-03-01T09:30:00Z"."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def _moment(moment: date | datetime | None, zone: tzinfo) -> str | None:
    """A date stays a date ("2026-03-01", RFC 3339 full-date); a datetime becomes UTC."""
    if isinstance(moment, datetime):
        return _utc(instant(moment, zone))
    return None if moment is None else moment.isoformat()


def _resource_order(resource: Document) -> tuple[Any, ...]:
    return _place(resource.get("type"), RESOURCE_TYPES), _collation(resource["name"]), resource["id"]


def _rate_order(rate: Document) -> tuple[Any, ...]:
    amount = Decimal(rate["amount"]) if "amount" in rate else _NO_AMOUNT
    unit = rate.get("unit")
    return _place(unit, UNITS), rate.get("unitCount", 0), amount, _collation(rate.get("name", "")), rate["id"]


def _place(value: str | None, order: Iterable[str]) -> int:
    """Where a value stands in `order`; what isn't in it comes after, and nothing at all comes last."""
    places = {each: place for place, each in enumerate(order)}
    return places.get(value, len(places)) if value else len(places) + 1


def _collation(name: str) -> list[str | int]:
    """Sorts as people do: "Zürich" beside "Zurich", "Room 2" before "Room 10"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    return [int(part) if place % 2 else part for place, part in enumerate(_NUMBER_IN_NAME.split(plain))]
