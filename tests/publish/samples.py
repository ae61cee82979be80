"""Public data to publish in tests: a small workspace that has one of everything, and builders for single parts."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from widget_server.model import ExtraData, Listing, ListingKind, ListingStatus, LocationData, RateData, ResourceData
from widget_server.public_model import PublicData, PublicLocation, PublicRate, PublicResource, PublicWorkspace

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SYNCED_AT = datetime(2026, 3, 1, 11, 57, tzinfo=UTC)


def rate(id: str, amount: str | None = "45.00", unit: str | None = "hour", **more: Any) -> PublicRate:
    price = None if amount is None else Decimal(amount)
    defaults: dict[str, Any] = {"currency": "GBP"}
    return PublicRate(id, RateData(source_id=id, item_id=id, amount=price, unit=unit, **(defaults | more)))


def resource(id: str, name: str, type: str, *rates: PublicRate, data: ResourceData | None = None) -> PublicResource:
    listing = Listing(ListingKind.RESOURCE, id, name, ListingStatus.ACTIVE, type=type, location_id="1198")
    return PublicResource(listing, data or ResourceData(), rates)


def location(id: str, name: str, *resources: PublicResource, data: LocationData | None = None) -> PublicLocation:
    return PublicLocation(Listing(ListingKind.LOCATION, id, name, ListingStatus.ACTIVE), data, resources)


def public(*locations: PublicLocation, version: str = "41", **workspace: Any) -> PublicData:
    settings: dict[str, Any] = {"name": "Demo Workspace", "currency": "GBP", "accent": "#0b6e4f"} | workspace
    return PublicData(version, PublicWorkspace(**settings), SYNCED_AT, locations=locations)


def one_rate(found: PublicRate, **data: Any) -> PublicData:
    """A workspace whose only rate is `found`; `data` is what the source says of its location."""
    return public(location("1", "L", resource("2", "R", "office", found), data=LocationData(**data)))


def meeting_rooms() -> tuple[PublicResource, ...]:
    board = ResourceData(
        description="Bright corner room on the fourth floor, with a screen, a whiteboard and a view of the canal.",
        capacity=8,
        area_sqft=240,
        bookable=True,
        url="https://demo.example/rooms/boardroom",
    )
    coffee = ExtraData("x1", "Coffee and tea, per person", Decimal("4.50"), "GBP")
    return (
        resource(
            "7843", "Boardroom", "meeting-room",
            rate("r1", "45.00", "hour", name="Hourly", tax_mode="exclusive", tax_rate=Decimal("20"), extras=(coffee,),
                 booking_url="https://demo.example/book/r1"),
            rate("r2", "160.00", "half_day", name="Half day", tax_mode="exclusive", tax_rate=Decimal("20")),
            rate("r3", "290.00", "day", name="Full day", tax_mode="exclusive", tax_rate=Decimal("20")),
            data=board,
        ),
        resource(
            "7844", "Snug", "meeting-room",
            rate("r4", "18.50", "hour", name="Hourly", audience="member", tax_mode="exclusive"),
            rate("r5", "24.00", "hour", name="Hourly", tax_mode="exclusive"),
            data=ResourceData(capacity=3, area_sqft=80, description="For calls and quiet conversations."),
        ),
    )  # fmt: skip


def desks_and_offices() -> tuple[PublicResource, ...]:
    return (
        resource(
            "19284", "Hot desk", "hot-desk",
            rate("r6", "25.00", "day", name="Day pass"),
            rate("r7", "180.00", "month", name="Flexible membership", price_type="from", min_term="1 month"),
            data=ResourceData(units=24, description="Any free desk, fast Wi-Fi, phone booths and good coffee."),
        ),
        resource(
            "19285", "Dedicated desk", "dedicated-desk",
            rate("r8", "320.00", "month", name="Your own desk", deposit=Decimal("320.00"), setup_fee=Decimal("50.00"),
                 min_term="3 months", booking_url="mailto:hello@demo.example"),
            data=ResourceData(units=6, available_from=date(2026, 4, 1)),
        ),
        resource(
            "19286", "Office 4.2", "office",
            rate("r9", "2450.00", "month", name="Private office", deposit=Decimal("4900.00"), min_term="12 months"),
            data=ResourceData(capacity=6, area_sqft=410, available_from=date(2026, 4, 15),
                              description="A lockable room for six, with its own meeting corner."),
        ),
        resource(
            "19287", "Fourth floor", "floor",
            rate("r10", None, "year", name="Whole floor", price_type="on_application"),
            data=ResourceData(capacity=60, area_sqft=5200),
        ),
    )  # fmt: skip


def demo() -> PublicData:
    """Two locations in two currencies, every resource type, every kind of price."""
    london = LocationData(
        description="Four floors above the canal, five minutes from King's Cross.",
        timezone="Europe/London",
        open_status="open",
        address=("12 Canal Street", "London N1 9AG"),
        hours=("Mon–Fri 08:00–20:00", "Sat 09:00–17:00"),
        currency="GBP",
    )
    berlin = LocationData(timezone="Europe/Berlin", open_status="closed", address=("Uferstr. 6", "13357 Berlin"))
    tour = resource(
        "501", "Trial day", "hot-desk",
        rate("b1", "0", "day", name="Your first day", price_type="free", currency="EUR"),
        rate("b2", "19.00", "day", name="Day pass", currency="EUR", tax_mode="inclusive"),
    )  # fmt: skip
    return public(
        location("1198", "Demo Workspace – London", *meeting_rooms(), *desks_and_offices(), data=london),
        location("1301", "Demo Workspace – Berlin", tour, data=berlin),
    )
