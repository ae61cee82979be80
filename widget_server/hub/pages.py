"""The hub's JSON envelope: `{"data": […], "pages": {…}}` (PROTOCOL §4). Pure."""

import json
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from widget_server.errors import HubRefused
from widget_server.hub.endpoints import Endpoint, EndpointKind
from widget_server.hub.fields import Fields, RowRefused, is_blank
from widget_server.hub.numbers import NotANumber, read_number

MAX_PAGES = 200
MAX_DIGITS = 100
"""Of one number in JSON; a longer one is read as not a number, so that only its own row falls."""

_LONE_KINDS = (EndpointKind.UNKNOWN, EndpointKind.AVAILABILITY)
_NOT_A_NUMBER = Decimal("NaN")


@dataclass(frozen=True)
class Page:
    """One page. `count` and `current` are what the hub claims, None unless they are numbers."""

    items: tuple[Any, ...]
    next: str | None = None
    count: Decimal | None = None
    current: Decimal | None = None


def decode(body: bytes) -> Any:
    """JSON → Python, with exact decimals. Raises HubRefused when it isn't JSON in UTF-8, or nested absurdly.

    The constants NaN and Infinity, which aren't JSON but sent by some, become a Decimal NaN: their row is quarantined,
    the page isn't lost (PROTOCOL §4).
    """
    try:
        text = body.decode("utf-8-sig")
        return json.loads(text, parse_float=_decimal, parse_int=_integer, parse_constant=lambda _: _NOT_A_NUMBER)
    except (ValueError, RecursionError) as error:
        raise HubRefused("the hub's answer is not JSON") from error


def read_page(body: bytes, endpoint: Endpoint) -> Page:
    """One page of `endpoint`. An item may come as an object or a list of one; a collection as a list only.

    Raises HubRefused for any other shape.
    """
    envelope = decode(body)
    fields = dict(_fields(envelope)) if isinstance(envelope, dict) else {}
    if "data" not in fields:
        raise HubRefused("the hub's answer has no data in it")
    items = _items(fields["data"], endpoint)
    # An empty list is how PHP writes an empty object.
    pages = fields.get("pages") or {}
    if endpoint.single:
        return Page(items)
    if not isinstance(pages, dict):
        raise HubRefused("the hub's answer has pages that can't be read")
    links = _fields(pages)
    return Page(items, _next(links), _claimed(links.get("count")), _claimed(links.get("current")))


def is_last(page: Page, pages_read: int) -> bool:
    """Whether the set is complete with `page`, the `pages_read`-th. Raises HubRefused when the hub claims more
    pages but leads to none, or more than the cap."""
    if page.count is not None and page.count > MAX_PAGES:
        raise HubRefused(f"the hub has more than {MAX_PAGES} pages of this")
    if page.next is not None:
        if pages_read >= MAX_PAGES:
            raise HubRefused(f"the hub has more than {MAX_PAGES} pages of this")
        return False
    reached = max(Decimal(pages_read), page.current or Decimal(0))
    if page.count is not None and page.count > reached:
        raise HubRefused(f"the hub speaks of {page.count} pages and leads to {pages_read} of them")
    return True


def _items(data: Any, endpoint: Endpoint) -> tuple[Any, ...]:
    if isinstance(data, list) and not (endpoint.single and len(data) != 1):
        return tuple(data)
    if isinstance(data, dict) and (endpoint.single or endpoint.kind in _LONE_KINDS):
        return (data,)
    raise HubRefused("the hub's answer has data of a wrong shape")


def _fields(value: dict[str, Any]) -> Fields:
    try:
        return Fields(value)
    except RowRefused as error:
        raise HubRefused(f"the hub's answer can't be read: {error.reason}") from error


def _next(links: Fields) -> str | None:
    value = links.get("next")
    if is_blank(value) or value is False:
        return None
    if not isinstance(value, str):
        raise HubRefused("the hub's answer has a next page that is no link")
    return value


def _claimed(value: Any) -> Decimal | None:
    try:
        return read_number(value)
    except NotANumber:
        return None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text) if len(text) <= MAX_DIGITS else _NOT_A_NUMBER
    except InvalidOperation:  # an exponent beyond what decimals can hold
        return _NOT_A_NUMBER


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= MAX_DIGITS else _NOT_A_NUMBER
