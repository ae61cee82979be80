"""A file's bytes → listings, or every reason why not. Pure: nothing is read or stored here.

CSV has the columns `kind`, `id`, `name`, `status`, `type`, `location_id` and `own_name`; JSON is check_connection's
`locations` or its whole answer, with `ownName` where the operator named a listing. Everything that is wrong is told at
once, so that a long file is mended in one go.
"""

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice

from widget_server.errors import ListingsInvalid
from widget_server.hub.cleaning import is_seen, reorders
from widget_server.listings.csv_rows import csv_rows, looks_shortened, shortened
from widget_server.listings.json_rows import json_rows
from widget_server.listings.rows import Problem, Row, shown
from widget_server.model import Listing, ListingKind, ListingStatus, normal_resource_type
from widget_server.store.listings import GENERATED_PREFIX

MAX_FILE_BYTES = 10_000_000
MAX_ID_CHARACTERS = 64
MAX_NAME_CHARACTERS = 300
MAX_TYPE_CHARACTERS = 64
MAX_PROBLEMS = 50
"""How many problems are told; their number is told anyhow."""

Wrong = tuple[str, str]
"""A field and a sentence about its value."""


@dataclass(frozen=True)
class JudgedRow:
    """A row of the file and its listing; or None, and all that is wrong with the row."""

    row: Row
    listing: Listing | None
    problems: tuple[Problem, ...] = ()


def read_listings(body: bytes, known_locations: Collection[str] = ()) -> tuple[Listing, ...]:
    """The listings in a JSON or CSV file, locations first.

    `known_locations` are the identifiers of locations that we have already: resources may name them without the
    file repeating them. Raises `ListingsInvalid` with up to `MAX_PROBLEMS` sentences, each naming row and field.
    """
    rows = judged_rows(body, known_locations)
    problems = [str(problem) for one in rows for problem in one.problems]
    if problems:
        raise ListingsInvalid(_capped(problems))
    return locations_first(one.listing for one in rows if one.listing)


def judged_rows(
    body: bytes, known_locations: Collection[str] = (), most_rows: int | None = None
) -> tuple[JudgedRow, ...]:
    """Every row of a JSON or CSV file, in the file's order, each with its listing or all that is wrong with it.

    `known_locations` as in `read_listings`. Raises `ListingsInvalid` when the file as a whole can't be read, is empty
    or has more than `most_rows`; of a longer one no more is kept.
    """
    text = _decoded(body)
    found = json_rows(text) if text.lstrip()[:1] in ("{", "[") else csv_rows(text)
    rows = list(found if most_rows is None else islice(found, most_rows + 1))
    if not rows:
        raise ListingsInvalid(["the file holds no listings"])
    if most_rows is not None and len(rows) > most_rows:
        raise ListingsInvalid([f"the file has more than {most_rows:,} rows: split it"])
    return tuple(_judged(rows, known_locations))


def locations_first(found: Iterable[Listing]) -> tuple[Listing, ...]:
    """The order in which they are taken over: a resource comes after its location."""
    return tuple(sorted(found, key=lambda listing: listing.kind is ListingKind.RESOURCE))


def _judged(rows: list[Row], known_locations: Collection[str]) -> Iterable[JudgedRow]:
    first: dict[tuple[str, str], Row] = {}
    locations = {row.value("id") for row in rows if row.value("kind").lower() == ListingKind.LOCATION}
    locations.update(known_locations)
    for row in rows:
        listing, wrong = listing_in(row)
        problems = tuple(
            row.problem(field, sentence)
            for field, sentence in (*wrong, *_duplicates(row, first), *_orphans(row, locations))
        )
        yield JudgedRow(row, None if problems else listing, problems)


def _decoded(body: bytes) -> str:
    if len(body) > MAX_FILE_BYTES:
        raise ListingsInvalid([f"the file is larger than {MAX_FILE_BYTES // 1_000_000} MB"])
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise ListingsInvalid(
            [f"line {line}: isn't UTF-8. In a spreadsheet, save it as 'CSV UTF-8 (comma delimited)'"]
        ) from None


def listing_in(row: Row) -> tuple[Listing | None, list[Wrong]]:
    """The row's listing; or None, and all that is wrong with it."""
    problems: list[Wrong] = list(row.wrong)
    if not row.values:
        return None, problems
    kind = _kind(row, problems)
    _check_id(row, "id", problems)
    name = _name(row, "name", problems)
    own_name = _name(row, "own_name", problems) if row.value("own_name") else None
    status = _status(row, problems)
    if kind is ListingKind.RESOURCE:
        _check_id(row, "location_id", problems)
        _check_type(row, problems)
    elif kind is ListingKind.LOCATION:
        problems += [
            (field, f"{shown(row.value(field))} must be empty for a location")
            for field in ("type", "location_id")
            if row.value(field)
        ]
    if kind is None or status is None or problems:
        return None, problems
    parent = row.value("location_id") or None
    kind_of_space = normal_resource_type(row.value("type")) or None
    listing = Listing(kind, row.value("id"), name, status, kind_of_space, location_id=parent, own_name=own_name)
    return listing, problems


def _kind(row: Row, problems: list[Wrong]) -> ListingKind | None:
    text = row.value("kind")
    if text.lower() in set(ListingKind):
        return ListingKind(text.lower())
    problems.append(("kind", f"{shown(text)} is not one of location, resource" if text else "is missing"))
    return None


def _status(row: Row, problems: list[Wrong]) -> ListingStatus | None:
    text = row.value("status")
    if text.lower() in set(ListingStatus):
        return ListingStatus(text.lower())
    names = ", ".join(ListingStatus)
    problems.append(("status", f"{shown(text)} is not one of {names}" if text else f"is missing: {names}"))
    return None


def _check_id(row: Row, field: str, problems: list[Wrong]) -> None:
    text = row.value(field)
    if not text:
        problems.append((field, "is missing"))
    elif len(text) > MAX_ID_CHARACTERS:
        problems.append((field, f"{shown(text)} is longer than {MAX_ID_CHARACTERS} characters"))
    elif not text.isprintable():
        problems.append((field, f"{shown(text)} has characters that can't be printed"))
    elif looks_shortened(text):
        problems.append((field, shortened(text)))


def _name(row: Row, field: str, problems: list[Wrong]) -> str:
    """The name on one line: a cell may hold line breaks."""
    name = " ".join(row.value(field).split())
    if not name:
        problems.append((field, "is missing"))
    elif not is_seen(name):
        problems.append((field, f"{shown(name)} has nothing that can be seen"))
    elif len(name) > MAX_NAME_CHARACTERS:
        problems.append((field, f"{shown(name)} is longer than {MAX_NAME_CHARACTERS} characters"))
    elif any(unicodedata.category(character) in ("Cc", "Cs") for character in name):
        problems.append((field, f"{shown(name)} has control characters"))
    elif reorders(name):
        problems.append((field, f"{shown(name)} has characters that turn the order of others around"))
    return name


def _check_type(row: Row, problems: list[Wrong]) -> None:
    """The hub may not have told the type of what it reported itself."""
    kind_of_space = normal_resource_type(row.value("type"))
    if not kind_of_space and not row.value("id").startswith(GENERATED_PREFIX):
        problems.append(("type", "is missing: meeting-room, hot-desk, dedicated-desk, office, floor …"))
    elif len(kind_of_space) > MAX_TYPE_CHARACTERS or not kind_of_space.isprintable():
        problems.append(("type", f"{shown(kind_of_space)} is no type: give one such as meeting-room"))


def _duplicates(row: Row, first: dict[tuple[str, str], Row]) -> list[Wrong]:
    """Each identifier once among locations, and once among resources, whatever the location. `first` is where each
    was met."""
    if not row.value("id"):
        return []
    earlier = first.setdefault((row.value("kind").lower(), row.value("id")), row)
    return [] if earlier is row else [("id", f"{shown(row.value('id'))} is that of {earlier.place}, too")]


def _orphans(row: Row, locations: Collection[str]) -> list[Wrong]:
    parent = row.value("location_id")
    is_known = not parent or parent in locations or row.value("kind").lower() != ListingKind.RESOURCE
    return [] if is_known else [("location_id", f"there is no location {shown(parent)}")]


def _capped(problems: list[str]) -> list[str]:
    if len(problems) <= MAX_PROBLEMS:
        return problems
    return [*problems[:MAX_PROBLEMS], f"… and {len(problems) - MAX_PROBLEMS} more"]
