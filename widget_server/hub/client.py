"""The client of Syncaroo's API and token endpoint (PROTOCOL §§2 and 4).

Decisions where the protocol is silent:

- 404 or 410 means "gone" for a single item only. A collection's 404 says nothing about the rows that we hold, so it is
  refused and they stay.
- A page must lead on within its own collection: `next` to another resource's rates would file prices under the wrong
  room.
- A set whose last page contradicts its own page count isn't complete, so it is refused.
"""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from widget_server.clock import Clock, system_clock
from widget_server.errors import AccessTokenRejected, HubError, HubRefused, HubUnavailable, TargetGone
from widget_server.hub.connections import Connections
from widget_server.hub.endpoints import Endpoint, parse_endpoint
from widget_server.hub.origin import safe_url
from widget_server.hub.pages import is_last, read_page
from widget_server.hub.token_answers import HubTokens, read_tokens
from widget_server.hub.transport import Answer, Asked, Limits, Monotonic, exchange

PAGE_SECONDS = 20.0
FETCH_SECONDS = 120.0
TOKEN_SECONDS = 20.0
PAGE_BYTES = 5 * 1024 * 1024
FETCH_BYTES = 20 * 1024 * 1024
TOKEN_BYTES = 64 * 1024
LONGEST_RETRY_AFTER = timedelta(hours=1)

TOKEN_PATH = "/api/token"  # noqa: S105 - a path
_SECONDS = re.compile(r"[0-9]{1,9}")
_WAIT_STATUSES = frozenset({408, 425, 429})


@dataclass(frozen=True)
class FetchedSet:
    """All items of all pages, raw; `endpoint` says what may be concluded from what is not among them."""

    items: tuple[Any, ...]
    endpoint: Endpoint
    pages: int


@dataclass(frozen=True)
class Caps:
    """Limits of time (seconds) and decoded size (bytes) for a page and for a whole fetch, and of a token call."""

    page_seconds: float = PAGE_SECONDS
    fetch_seconds: float = FETCH_SECONDS
    token_seconds: float = TOKEN_SECONDS
    page_bytes: int = PAGE_BYTES
    fetch_bytes: int = FETCH_BYTES


class HubClient:
    """Talks to one hub. Threads may share it, and the connections that it keeps.

    `app_url` is `WIDGET_SYNCAROO_APP_URL`, `api_origins` those of `WIDGET_SYNCAROO_API_URL`.
    """

    def __init__(
        self,
        *,
        app_url: str,
        api_origins: Sequence[str],
        credentials: Callable[[], tuple[str, str]],
        connections: Connections | None = None,
        monotonic: Monotonic = time.monotonic,
        clock: Clock = system_clock,
        caps: Caps | None = None,
    ) -> None:
        self._token_url = app_url.rstrip("/") + TOKEN_PATH
        self._origins = tuple(api_origins)
        self._credentials = credentials
        self._connections = connections or Connections()
        self._monotonic = monotonic
        self._clock = clock
        self._caps = caps or Caps()

    def fetch(self, url: str, access_token: str) -> FetchedSet:
        """All pages that begin at `url`, or nothing.

        Raises ForbiddenTarget (no request was made to it), AccessTokenRejected (401), TargetGone (a single item's 404
        or 410), HubUnavailable (outage, 429, time-out; with `retry_after` if the hub named one) and HubRefused (any
        other answer, or one over the caps).
        """
        first = safe_url(url, self._origins)
        endpoint = _endpoint(first)
        deadline = self._monotonic() + self._caps.fetch_seconds
        items: list[Any] = []
        seen: set[str] = set()
        room, following = self._caps.fetch_bytes, first
        while True:
            seen.add(following)
            body = self._page(following, access_token, endpoint, deadline, room)
            room -= len(body)
            page = read_page(body, endpoint)
            items.extend(page.items)
            if is_last(page, len(seen)) or page.next is None:
                return FetchedSet(tuple(items), endpoint, len(seen))
            following = self._next(page.next, endpoint, seen)

    def exchange_code(self, code: str, redirect_uri: str) -> HubTokens:
        """Buy the first pair with an authorization code; raises as `refresh` does."""
        return self._token(
            {"redirectUri": redirect_uri, "code": code, "grantType": "authorization_code"},
            held=None,
        )

    def refresh(self, refresh_token: str) -> HubTokens:
        """Buy a new pair. The refresh token works once, so never call this twice at a time.

        Raises InvalidGrant (it is spent), HubRefused (only the operator can mend it), AnswerLost (it may be spent) and
        HubUnavailable (it isn't).
        """
        return self._token({"refreshToken": refresh_token, "grantType": "refresh_token"}, held=refresh_token)

    def _page(self, url: str, access_token: str, endpoint: Endpoint, deadline: float, room: int) -> bytes:
        seconds = self._caps.page_seconds
        limits = Limits(min(deadline, self._monotonic() + seconds), seconds, min(self._caps.page_bytes, room))
        headers = {"Authorization": f"Bearer {access_token}", "Accept": "application/json"}
        answer = exchange(self._connections, Asked(url, headers), limits, self._monotonic)
        if answer.status != 200:
            raise self._problem(answer, endpoint)
        return answer.body

    def _next(self, link: str, endpoint: Endpoint, seen: set[str]) -> str:
        following = safe_url(link, self._origins)
        if following in seen:
            raise HubRefused("the hub's pages lead in a circle")
        if _identity(_endpoint(following)) != _identity(endpoint):
            raise HubRefused("the hub's next page belongs to something else")
        return following

    def _token(self, form: Mapping[str, str], held: str | None) -> HubTokens:
        client_id, client_secret = self._credentials()
        client = {"clientId": client_id, "clientSecret": client_secret}
        body = urlencode({**client, **form}).encode()
        headers = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
        asked = Asked(self._token_url, headers, body)
        seconds = self._caps.token_seconds
        limits = Limits(self._monotonic() + seconds, seconds, TOKEN_BYTES)
        answer = exchange(self._connections, asked, limits, self._monotonic, wanted=(200, 400, 401, 403))
        return read_tokens(answer.status, answer.body, retry_after=self._retry_after(answer), held=held)

    def _problem(self, answer: Answer, endpoint: Endpoint) -> HubError:
        status = answer.status
        if status == 401:
            return AccessTokenRejected("the hub doesn't accept our access token")
        if status in (404, 410) and endpoint.single:
            return TargetGone("the hub no longer has it")
        if status >= 500 or status in _WAIT_STATUSES:
            return HubUnavailable(f"the hub answered {status}", self._retry_after(answer))
        if 300 <= status < 400:
            return HubRefused(f"the hub answered {status}, and redirects are never followed")
        return HubRefused(f"the hub answered {status}")

    def _retry_after(self, answer: Answer) -> timedelta | None:
        """RFC 9110 §10.2.3: seconds or an HTTP date; at most an hour."""
        value = answer.headers.get("Retry-After", "").strip()
        if _SECONDS.fullmatch(value):
            return min(timedelta(seconds=int(value)), LONGEST_RETRY_AFTER)
        try:
            wait = parsedate_to_datetime(value) - self._clock()
        except (TypeError, ValueError, OverflowError):  # no date, or one without a zone
            return None
        return min(max(wait, timedelta(0)), LONGEST_RETRY_AFTER)


def _endpoint(url: str) -> Endpoint:
    parts = urlsplit(url)
    return parse_endpoint(f"{parts.path}?{parts.query}")


def _identity(endpoint: Endpoint) -> tuple[str | None, ...]:
    return endpoint.kind, endpoint.location_id, endpoint.resource_id, endpoint.rate_id, endpoint.extra_id
