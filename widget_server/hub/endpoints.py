"""What an API path names: which collection or item, under which parents (PROTOCOL §4, "Known endpoints"). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qsl, unquote

MAX_QUERY_FIELDS = 100
MAX_ID_CHARACTERS = 200

PAGE_SIZES = frozenset({"perpage", "pagesize", "limit", "itemsperpage"})
"""Query fields that say how large a page is; any value leaves the set whole. Spelt as `_plain_name` makes it."""

PAGE_POSITIONS = {"page": {"", "0", "1"}, "pagenumber": {"", "0", "1"}, "pageno": {"", "0", "1"}, "offset": {"", "0"}}
"""Query fields that say where to begin, with the values that mean the beginning: from page 2 on it isn't all."""

_VERSION = "v1"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffd]")


class EndpointKind(StrEnum):
    LOCATIONS = "locations"
    LOCATION = "location"
    RESOURCES = "resources"
    RESOURCE = "resource"
    RATES = "rates"
    RATE = "rate"
    EXTRAS = "extras"
    EXTRA = "extra"
    AVAILABILITY = "availability"
    UNKNOWN = "unknown"


_LEVELS = (
    (EndpointKind.LOCATIONS, EndpointKind.LOCATION),
    (EndpointKind.RESOURCES, EndpointKind.RESOURCE),
    (EndpointKind.RATES, EndpointKind.RATE),
    (EndpointKind.EXTRAS, EndpointKind.EXTRA),
)
"""Each collection sits below one item of the collection before it."""

_RESOURCE_LEVEL = 2


@dataclass(frozen=True)
class Endpoint:
    """What a path names. Identifiers are the hub's.

    `plain_query`: nothing in the query but paging from the start. `whole`: a collection with a plain query, so what
    is not in the answer is gone. `single`: one item. The rest (unknown, availability, filtered) only adds.
    """

    kind: EndpointKind
    location_id: str | None = None
    resource_id: str | None = None
    rate_id: str | None = None
    extra_id: str | None = None
    plain_query: bool = True

    @property
    def single(self) -> bool:
        return any(self.kind is item for _, item in _LEVELS)

    @property
    def whole(self) -> bool:
        return self.plain_query and any(self.kind is collection for collection, _ in _LEVELS)


def parse_endpoint(path_and_query: str) -> Endpoint:
    """What "/base/v1/locations/8/resources?page=1" names; never raises, an unknown path is `UNKNOWN`.

    Collection names in any case, with or without a last slash, below any base path before `/v1`.
    """
    path, _, query = path_and_query.partition("#")[0].partition("?")
    plain_query = _is_plain(query)
    segments = [unquote(segment) for segment in path.removesuffix("/").split("/")]
    versions = [index for index, segment in enumerate(segments) if segment.lower() == _VERSION]
    if not versions:
        return Endpoint(EndpointKind.UNKNOWN, plain_query=plain_query)
    return _walk(segments[versions[0] + 1 :], plain_query)


def _walk(segments: Sequence[str], plain_query: bool) -> Endpoint:
    """`["locations", "8", "resources"]` → the resources of location 8."""
    unknown = Endpoint(EndpointKind.UNKNOWN, plain_query=plain_query)
    names, ids = [name.lower() for name in segments[0::2]], list(segments[1::2])
    if not names or len(names) > len(_LEVELS) or not all(_is_id(value) for value in ids):
        return unknown
    expected = [collection.value for collection, _ in _LEVELS[: len(names)]]
    level = len(names) - 1
    if names == expected:
        kind = _LEVELS[level][len(ids) == len(names)]
    elif level == _RESOURCE_LEVEL == len(ids) and names == [*expected[:level], EndpointKind.AVAILABILITY.value]:
        kind = EndpointKind.AVAILABILITY
    else:
        return unknown
    padded: list[str | None] = [*ids, *[None] * len(_LEVELS)]
    return Endpoint(kind, padded[0], padded[1], padded[2], padded[3], plain_query)


def _is_id(value: str) -> bool:
    return 0 < len(value) <= MAX_ID_CHARACTERS and not _UNSAFE.search(value)


def _is_plain(query: str) -> bool:
    try:
        fields = parse_qsl(query, keep_blank_values=True, max_num_fields=MAX_QUERY_FIELDS)
    except ValueError:
        return False
    return all(_is_paging(_plain_name(name), value.strip()) for name, value in fields)


def _is_paging(name: str, value: str) -> bool:
    return name in PAGE_SIZES or value in PAGE_POSITIONS.get(name, ())


def _plain_name(name: str) -> str:
    """ "page[size]", "page_size", "pageSize" → "pagesize"."""
    return re.sub(r"[^a-z0-9]", "", name.lower())
