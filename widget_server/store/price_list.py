"""Rates as the console lists them: what the source says, the item that it came from, and the operator's word.

Choosing, counting and paging are the database's. Only a search by words reads names of all rates that the other filters
leave, since folding case is the program's (`store/words.py`): a line of a few columns each, and no prices.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, or_, select, true

from widget_server.model import Json, ListingKind, RateData
from widget_server.store import codec, listing_names, overrides
from widget_server.store.listing_names import Names, shown_name
from widget_server.store.overrides import Override
from widget_server.store.tables import listings, price_changes, rates
from widget_server.store.tables import overrides as override_rows
from widget_server.store.words import folded

_RESOURCE, _LOCATION = listings.alias(), listings.alias()
_ORDER = (_LOCATION.c.position, _LOCATION.c.id, _RESOURCE.c.position, _RESOURCE.c.id, rates.c.id)
"""By location and resource as these came, then as the rates came."""


class Show(StrEnum):
    """`ALL` rates that aren't gone; those of which visitors read what `DIFFERS` from the source's newest item; the
    `OVERRIDDEN` and of these the `HIDDEN` ones, even if gone; those whose newest item was `REFUSED`."""

    ALL = "all"
    DIFFERS = "differs"
    OVERRIDDEN = "overridden"
    HIDDEN = "hidden"
    REFUSED = "refused"


@dataclass(frozen=True)
class Wanted:
    """Which rates: a choice, folded `words` that are all in the names of rate, resource and location, one location."""

    show: Show = Show.ALL
    words: tuple[str, ...] = ()
    location_id: str | None = None


@dataclass(frozen=True)
class PriceRow:
    """One rate of `resource` in `location`, by the names that are shown.

    `raw` is the source's newest item; if `quarantined` gives a reason it was not taken over, and `data` is what came
    before it, confirmed last at `confirmed_at`; it holds since `changed_at`. The statuses are the
    listings'; None: there is no such listing.
    """

    id: int
    location_id: str | None
    location: str | None
    location_status: str | None
    resource_id: str
    resource: str
    resource_status: str | None
    unmapped: bool
    data: RateData
    raw: Json
    confirmed_at: datetime
    changed_at: datetime | None
    gone_at: datetime | None
    quarantined: str | None
    override: Override | None


@dataclass(frozen=True)
class Page:
    """Some of the rates that were asked for, and how many each choice has for the same words and location."""

    rows: list[PriceRow]
    counts: dict[Show, int]


def page(connection: Connection, wanted: Wanted, *, offset: int, limit: int) -> Page:
    """`limit` rates from `offset` on, by location and resource as these came, then as the rates came."""
    if wanted.words:
        ids, counts = _found(connection, wanted)
        chosen = _with_places().where(rates.c.id.in_(ids[offset : offset + limit])).order_by(*_ORDER)
    else:
        counts = _counts(connection, wanted)
        shown = and_(_is_shown(wanted.show), _is_in(wanted.location_id))
        chosen = _with_places().where(shown).order_by(*_ORDER).offset(offset).limit(limit)
    return Page(_rows(connection, connection.execute(chosen).all()), counts)


def one(connection: Connection, rate_id: int) -> PriceRow | None:
    """That rate, gone or not."""
    found = _rows(connection, connection.execute(_with_places().where(rates.c.id == rate_id)).all())
    return found[0] if found else None


def _counts(connection: Connection, wanted: Wanted) -> dict[Show, int]:
    counted = [func.count().filter(_is_shown(show)) for show in Show]
    row = connection.execute(_joined(select(*counted)).where(_is_in(wanted.location_id))).one()
    return dict(zip(Show, (int(count) for count in row), strict=True))


def _found(connection: Connection, wanted: Wanted) -> tuple[list[int], dict[Show, int]]:
    """The rates that have the words, in order, and how many of each choice have."""
    names = listing_names.shown_names(connection)
    flags = [_is_shown(show).label(show) for show in Show]
    named = (rates.c.id, rates.c.resource_id, rates.c.data["name"].as_string().label("name"), _RESOURCE.c.location_id)
    lines = connection.execute(_joined(select(*named, *flags)).where(_is_in(wanted.location_id)).order_by(*_ORDER))
    found = list(_with_words(lines, wanted.words, names))
    counts = {show: sum(bool(line._mapping[show]) for line in found) for show in Show}
    return [line.id for line in found if line._mapping[wanted.show]], counts


def _with_words(lines: Iterable[Row[Any]], words: Sequence[str], names: Names) -> Iterable[Row[Any]]:
    """Each name is folded once, however many rates have it."""
    places: dict[tuple[str, str | None], str] = {}
    for line in lines:
        where = line.resource_id, line.location_id
        if where not in places:
            places[where] = folded(" ".join(_texts(*where, names)))
        text = f"{places[where]} {folded(line.name or 'Price')}"
        if all(word in text for word in words):
            yield line


def _texts(resource_id: str, location_id: str | None, names: Names) -> Iterable[str]:
    yield from (resource_id, names.get((ListingKind.RESOURCE, resource_id), ""))
    if location_id is not None:
        yield from (location_id, names.get((ListingKind.LOCATION, location_id), ""))


def _joined(chosen: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A rate whose listing is no more is listed all the same, under its identifier."""
    return (
        chosen.select_from(rates)
        .outerjoin(_RESOURCE, and_(_RESOURCE.c.kind == ListingKind.RESOURCE, _RESOURCE.c.id == rates.c.resource_id))
        .outerjoin(_LOCATION, and_(_LOCATION.c.kind == ListingKind.LOCATION, _LOCATION.c.id == _RESOURCE.c.location_id))
        .outerjoin(override_rows, override_rows.c.rate_id == rates.c.id)
    )


def _with_places() -> Select[*tuple[Any, ...]]:
    newest = (
        select(price_changes.c.at)
        .where(price_changes.c.rate_id == rates.c.id)
        .order_by(price_changes.c.id.desc())
        .limit(1)
    )
    named = (
        _LOCATION.c.id.label("location_id"), shown_name(_LOCATION).label("location"),
        _LOCATION.c.status.label("location_status"), _LOCATION.c.unmapped.label("location_unmapped"),
        shown_name(_RESOURCE).label("resource"), _RESOURCE.c.status.label("resource_status"), _RESOURCE.c.unmapped,
        newest.scalar_subquery().label("changed_at"),
    )  # fmt: skip
    return _joined(select(rates, *named))


def _is_in(location_id: str | None) -> ColumnElement[bool]:
    return true() if location_id is None else _RESOURCE.c.location_id == location_id


def _is_shown(show: Show) -> ColumnElement[bool]:
    present, overridden = rates.c.gone_at.is_(None), override_rows.c.rate_id.is_not(None)
    refused = and_(present, rates.c.quarantined.is_not(None))
    return {
        Show.ALL: present,
        Show.DIFFERS: or_(refused, and_(present, overridden, _is_another_price())),
        Show.OVERRIDDEN: overridden,
        Show.HIDDEN: and_(overridden, override_rows.c.hidden),
        Show.REFUSED: refused,
    }[show]


def _is_another_price() -> ColumnElement[bool]:
    """As `Override.is_used` has it: an amount for other terms isn't shown, so visitors read the source's."""
    data, over = rates.c.data, override_rows.c.made_over
    is_used = and_(
        over["currency"].as_string().is_not_distinct_from(data["currency"].as_string()),
        over["per"].as_string().is_not_distinct_from(data["per"].as_string()),
        over["unit"].as_string().is_not_distinct_from(data["unit"].as_string()),
        over["unitCount"].as_integer() == func.coalesce(data["unit_count"].as_integer(), 1),
    )
    differs = override_rows.c.amount.is_distinct_from(data["amount"].as_string())
    return or_(override_rows.c.hidden, and_(is_used, differs))


def _rows(connection: Connection, found: Sequence[Row[Any]]) -> list[PriceRow]:
    decided = overrides.by_rate(connection, [row.id for row in found])
    return [_row(row, decided.get(row.id)) for row in found]


def _row(row: Row[Any], override: Override | None) -> PriceRow:
    return PriceRow(
        id=row.id,
        location_id=row.location_id,
        location=row.location,
        location_status=row.location_status,
        resource_id=row.resource_id,
        resource=row.resource or row.resource_id,
        resource_status=row.resource_status,
        unmapped=bool(row.unmapped or row.location_unmapped),
        data=codec.decoded(RateData, row.data),
        raw=row.raw,
        confirmed_at=row.fetched_at,
        changed_at=row.changed_at,
        gone_at=row.gone_at,
        quarantined=row.quarantined,
        override=override,
    )
