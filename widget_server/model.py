"""What the product talks about, as plain data. No I/O, no framework, no hub's spelling.

A *listing* is ours: a location or a resource with an identifier that we gave out, and a status. What a source
(today: Syncaroo) says about it is *data*: `LocationData`, `ResourceData`, `RateData`. Listing and data meet in the
store; visitors see data of listings that are `active`.
"""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")
Json = dict[str, Any]
"""A decoded JSON object."""


class ListingKind(StrEnum):
    LOCATION = "location"
    RESOURCE = "resource"


class ListingStatus(StrEnum):
    """Guide, 'check_connection': our own status of a listing. Only `ACTIVE` is public."""

    ACTIVE = "active"
    DRAFT = "draft"
    PRIVATE = "private"
    PENDING = "pending"
    DELETED = "deleted"


RESOURCE_TYPES = ("meeting-room", "hot-desk", "dedicated-desk", "office", "floor")
"""PROTOCOL §3, in the order in which visitors see them."""

RESOURCE_TYPE_ALIASES = {"fixed-desk": "dedicated-desk"}


def normal_resource_type(text: str) -> str:
    """`"Fixed Desk"` → `"dedicated-desk"`; an unknown type stays, lower-cased and hyphenated: `"Studio, small"` →
    `"studio-small"`, since commas part types in addresses."""
    hyphenated = "-".join(re.sub("[-_,]", " ", text).lower().split())
    return RESOURCE_TYPE_ALIASES.get(hyphenated, hyphenated)


@dataclass(frozen=True)
class Listing:
    """A location or a resource under an identifier of ours.

    `location_id` is the parent's for a resource and None for a location. `connection_id` names the connection
    that syncs it (a resource follows its location). `source_id` is the hub's identifier, once it is known.
    `unmapped` hides it until the next data arrives for it. `name` is what it came under; `own_name` is what the
    operator calls it, None where they leave that to the hub.
    """

    kind: ListingKind
    id: str
    name: str
    status: ListingStatus
    type: str | None = None
    location_id: str | None = None
    connection_id: str | None = None
    source_id: str | None = None
    unmapped: bool = False
    revision: int = 0
    own_name: str | None = None

    def shown_name(self, from_hub: str | None) -> str:
        """What everybody reads: the operator's name, else the hub's, else the one that it came under."""
        return self.own_name or from_hub or self.name


@dataclass(frozen=True)
class LocationData:
    """What the source says of a location. `hint` is our identifier if the item itself names one."""

    source_id: str | None = None
    hint: str | None = None
    name: str | None = None
    description: str | None = None
    timezone: str | None = None
    open_status: str | None = None
    address: tuple[str, ...] = ()
    hours: tuple[str, ...] = ()
    currency: str | None = None
    tax_mode: "TaxMode | None" = None
    url: str | None = None


@dataclass(frozen=True)
class ResourceData:
    """What the source says of a resource. `area_sqft` in square feet; `available_from` an ISO date or instant."""

    source_id: str | None = None
    hint: str | None = None
    name: str | None = None
    type: str | None = None
    description: str | None = None
    capacity: int | None = None
    area_sqft: int | None = None
    units: int | None = None
    bookable: bool | None = None
    available_from: date | datetime | None = None
    currency: str | None = None
    url: str | None = None


PriceType = Literal["exact", "from", "on_application", "free"]
TaxMode = Literal["inclusive", "exclusive"]
Audience = Literal["any", "member", "non_member"]

UNITS = (
    "minute", "hour", "half_day", "day", "week", "four_weeks", "month", "quarter", "year", "use", "one_off",
)  # fmt: skip
"""PROTOCOL §5, shortest first. A unit outside of it is the source's own text."""

PER = ("person", "desk", "room")
"""What a price by time may be for, in words of ours; others are the source's own text."""


@dataclass(frozen=True)
class ExtraData:
    """Something that can be had on top of a rate: coffee, a projector, cleaning. `inherited` and `relies` as in
    `RateData`; what it inherits is its rate's currency."""

    source_id: str | None = None
    name: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    unit: str | None = None
    inherited: bool = False
    relies: bool = False


@dataclass(frozen=True)
class RateData:
    """One price. Amounts are exact decimals in major units ("45.00"), padded to the currency's minor units.

    `item_id` is the hub's identifier of the item that it came from; one item may carry several prices (per hour
    and per day), so `source_id` is what is unique within a resource. `amount` is None when `price_type` is
    `on_application`. `per` is what a price by time is for, beside its unit: "person", "desk", "room" or the source's
    own text. Dates without a time are whole days in the location's time zone.

    `inherited`: it names no currency, and `currency` is the one of its place or the operator when it was read; it is
    shown in theirs as it is then. `relies`: its amounts can only be read with a currency, because they are in minor
    units or such as "1.250", so in another one they aren't what they are here. `tax_disputed`: it contradicts itself
    about tax, which is then nobody's to say.
    """

    source_id: str
    item_id: str
    name: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    unit: str | None = None
    unit_count: int = 1
    per: str | None = None
    price_type: PriceType = "exact"
    tax_mode: TaxMode | None = None
    tax_rate: Decimal | None = None
    audience: Audience = "any"
    deposit: Decimal | None = None
    setup_fee: Decimal | None = None
    min_term: str | None = None
    min_length: str | None = None
    max_length: str | None = None
    valid_from: date | datetime | None = None
    valid_to: date | datetime | None = None
    booking_url: str | None = None
    extras: tuple[ExtraData, ...] = ()
    inherited: bool = False
    relies: bool = False
    tax_disputed: bool = False


@dataclass(frozen=True)
class Quarantined:
    """A row that must not be shown. `item_id` is None when even that could not be read."""

    item_id: str | None
    reason: str
    raw: Json


@dataclass(frozen=True)
class Mapped(Generic[T]):
    """The result of mapping a list of raw items: good ones beside the raw item each came from, and the rest."""

    items: tuple[tuple[T, Json], ...] = ()
    quarantined: tuple[Quarantined, ...] = ()


class WebhookType(StrEnum):
    DATA = "data"
    STATUS = "status"


class DataKind(StrEnum):
    """What programs may be let read. Rows of each carry a revision."""

    LISTINGS = "listings"
    LOCATIONS = "locations"
    RESOURCES = "resources"
    RATES = "rates"


class HashVerdict(StrEnum):
    """What checking a delivery's `hash` found."""

    VERIFIED = "verified"
    MISMATCH = "mismatch"
    MISSING = "missing"
    UNCHECKED = "unchecked"


class DeliveryState(StrEnum):
    """`WAITING` may be claimed; `CLAIMED` is under a lease; the rest are ends."""

    WAITING = "waiting"
    CLAIMED = "claimed"
    DONE = "done"
    IGNORED = "ignored"
    REFUSED = "refused"
    DEAD = "dead"


class RefusalReason(StrEnum):
    """Why a webhook was turned away before anything was stored (PROTOCOL §3, 'Answers')."""

    NO_BEARER = "no_bearer"
    UNKNOWN_BEARER = "unknown_bearer"
    EXPIRED_BEARER = "expired_bearer"
    REVOKED_BEARER = "revoked_bearer"
    OTHERS_BEARER = "others_bearer"
    OTHERS_LISTING = "others_listing"
    UNKNOWN_CONNECTION = "unknown_connection"
    NOT_SENT_AS_JSON = "not_sent_as_json"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    WRONG_FIELD = "wrong_field"


@dataclass(frozen=True)
class Webhook:
    """A webhook as it was understood; identifiers are strings whatever they came as (PROTOCOL §3)."""

    connection_id: str
    type: WebhookType
    location_id: str
    resource_id: str | None = None
    attribute_type: str | None = None
    resource_type: str | None = None
    api_url: str | None = None
    syncaroo_id: str | None = None
    action: str | None = None
    action_callback: str | None = None
    open_status: str | None = None
    hash: str | None = None
    meta: Json = field(default_factory=dict)
