"""A message as a POST to a chat tool's webhook, whose address is a secret."""

import contextlib
import json
import socket
import time
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from urllib3 import Timeout
from urllib3.exceptions import HTTPError, SSLError
from urllib3.util import make_headers

from widget_server.alerts.messages import Message, payload
from widget_server.alerts.outside import GIVEN, Outside
from widget_server.alerts.said import said
from widget_server.errors import AlertNotSent, HostForbidden, HostNotFound
from widget_server.network.pools import pool_to, port_of
from widget_server.network.reach import address_of, cut_after

MAX_ANSWER_BYTES = 1_000
"""Of which the beginning is shown; the rest is never read."""


class _Answer(NamedTuple):
    status: int
    text: bytes


def by_webhook(url: str, message: Message, outside: Outside = GIVEN) -> None:
    """POST to `url`. No redirects, no proxies or passwords of the environment. Raises `AlertNotSent`."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    deadline = time.monotonic() + outside.within
    try:
        answer = _posted(parts, json.dumps(payload(message)).encode(), outside)
    except HostNotFound as error:
        raise AlertNotSent(f"There is no server named {host}.") from error
    except HostForbidden as error:
        raise AlertNotSent(
            f"{host} can't be used from here: a chat tool must be public, at port 80 or 443. Only WIDGET_ALERT_URL in "
            "the environment may name another."
        ) from error
    except SSLError as error:
        raise AlertNotSent(f"The certificate of {host} isn't valid for it.") from error
    except (HTTPError, OSError, ValueError) as error:
        late = isinstance(error, TimeoutError) or time.monotonic() >= deadline
        told = f"took longer than {outside.within:g} seconds" if late else "can't be reached, or broke off"
        raise AlertNotSent(f"{host} {told}.") from error
    if not HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise AlertNotSent(_refusal(host, answer) + said(str(answer.status), answer.text, _secrets(parts)))


def _posted(parts: SplitResult, body: bytes, outside: Outside) -> _Answer:
    deadline = time.monotonic() + outside.within
    address = address_of(parts.hostname or "", port_of(parts), outside.policy, outside.resolve, outside.within)
    opened: list[socket.socket] = []
    left = max(deadline - time.monotonic(), 0.001)
    pool = pool_to(parts, address, opened, outside.certificates)
    with contextlib.closing(pool), cut_after(left, opened):
        answer = pool.urlopen(
            "POST", parts._replace(scheme="", netloc="", fragment="").geturl() or "/", body=body,
            headers=_headers(parts), redirect=False, retries=False, preload_content=False,
            timeout=Timeout(connect=left, read=left),
        )  # fmt: skip
        with contextlib.closing(answer):
            is_taken = HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES
            return _Answer(answer.status, b"" if is_taken else answer.read(MAX_ANSWER_BYTES, decode_content=False))


def _headers(parts: SplitResult) -> dict[str, str]:
    """With what stands before the host, if anything does."""
    headers = {"Content-Type": "application/json", "Accept-Encoding": "identity", "User-Agent": "pricing-widget alerts"}
    if parts.username is None:
        return headers
    credentials = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
    return headers | make_headers(basic_auth=credentials)


def _refusal(host: str, answer: _Answer) -> str:
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status < HTTPStatus.BAD_REQUEST:
        return f"{host} sends on to another address, and alerts aren't sent on: give the address itself."
    if answer.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return f"{host} doesn't know this address: it may be mistyped, or was removed there."
    return f"{host} didn't take the message."


def _secrets(parts: SplitResult) -> list[str]:
    """What of an address lets others write: each part of its path and query that is long enough to be a key."""
    found = [*parts.path.split("/"), *parts.query.replace("=", "&").split("&"), parts.password or ""]
    return [each for each in found if len(each) >= 6]
