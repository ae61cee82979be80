"""When a rate is valid and a resource still to come, and when that changes next.

A date without a time is a whole day in the location's time zone, the last day included; a datetime without a zone is
that zone's local time. Sources write "for ever" as 9999-12-31: moments outside of what a datetime can hold are
clamped, not errors.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from widget_server.model import LocationData, RateData
from widget_server.public_model import PublicData

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def known_zone(name: str | None) -> ZoneInfo | None:
    """The IANA zone of that name; None for None, for unknown names and for texts that only look like paths."""
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):
        return None


def zone_of(data: LocationData | None) -> tzinfo:
    """The zone that a location's days are counted in: its own, else UTC."""
    return (known_zone(data.timezone) if data else None) or UTC


def instant(moment: date | datetime, zone: tzinfo) -> datetime:
    """The aware UTC datetime of a moment; a date is its first instant in `zone`."""
    local = moment if isinstance(moment, datetime) else datetime.combine(moment, time.min)
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
    try:
        return local.astimezone(UTC)
    except (OverflowError, ValueError):
        return BEGINNING if local.year < 5000 else END


def starts(rate: RateData, zone: tzinfo) -> datetime:
    """The first instant at which the rate is valid."""
    return BEGINNING if rate.valid_from is None else instant(rate.valid_from, zone)


def ends(rate: RateData, zone: tzinfo) -> datetime:
    """The first instant at which the rate is no longer valid."""
    last = rate.valid_to
    if last is None or last == date.max:
        return END
    return instant(last if isinstance(last, datetime) else last + _ONE_DAY, zone)


def is_valid(rate: RateData, zone: tzinfo, now: datetime) -> bool:
    """Whether the rate may be shown at `now`."""
    return starts(rate, zone) <= now < ends(rate, zone)


def is_to_come(moment: date | datetime | None, zone: tzinfo, now: datetime) -> bool:
    """Whether it lies ahead: a resource that has been available since last year needs no word about it."""
    return moment is not None and now < instant(moment, zone)


def edges(public: PublicData) -> Iterator[datetime]:
    """Every instant at which some rate becomes valid or stops being so, or a resource available, in no order."""
    for location in public.locations:
        zone = zone_of(location.data)
        for resource in location.resources:
            if resource.data and resource.data.available_from:
                yield instant(resource.data.available_from, zone)
            for rate in resource.rates:
                yield from (starts(rate.data, zone), ends(rate.data, zone))


def next_change(public: PublicData, now: datetime) -> datetime | None:
    """The next instant after `now` at which what is valid changes; None if that never happens."""
    return min((edge for edge in edges(public) if now < edge < END), default=None)


def last_change(public: PublicData, now: datetime) -> datetime | None:
    """The latest instant up to `now` at which what is valid changed; None if it never did."""
    return max((edge for edge in edges(public) if BEGINNING < edge <= now), default=None)
