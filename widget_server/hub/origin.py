"""Which URLs may be contacted with our bearer token: the origin rule of PROTOCOL §4. Pure.

`apiUrl` and every `pages.*` link come from outside. Parsers disagree about hostile URLs, so nothing of the given
authority is ever used: it is compared, and the URL is rebuilt from the *configured* origin plus path and query.
"""

import re
from collections.abc import Sequence
from urllib.parse import unquote

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from widget_server.errors import ForbiddenTarget

MAX_URL_CHARACTERS = 2_000
MAX_DECODE_ROUNDS = 4
"""How often a path may be percent-encoded over itself; no honest link needs more than one."""

DEFAULT_PORTS = {"https": 443, "http": 80}

_ALLOWED_CHARACTERS = re.compile(r"[\x21-\x5b\x5d-\x7e]+")
"""Visible ASCII without the backslash."""

_PARTS = re.compile(r"[A-Za-z]+://(?P<authority>[^/?#]+)(?P<path>[^?#]*)")
_PLAIN_AUTHORITY = re.compile(r"[A-Za-z0-9.\-\[\]:]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_Origin = tuple[str, str, int]


def safe_url(url: str, origins: Sequence[str]) -> str:
    """`url` rebuilt on the configured origin that it names, without its fragment.

    `origins` are those of `WIDGET_SYNCAROO_API_URL`, such as `https://api.syncaroo.com`.

    "https://API.host:443/v1/locations?page=2#x" → "https://api.host/v1/locations?page=2"

    Raises ForbiddenTarget, before any request, for another scheme, host or port, user information, backslash,
    control or non-ASCII characters, dot segments or encoded slashes in the path, and anything over 2,000 characters.
    """
    _check_characters(url)
    parts = _PARTS.match(url)
    if parts is None:
        raise ForbiddenTarget("it is not an absolute http(s) URL")
    if not _PLAIN_AUTHORITY.fullmatch(parts["authority"]):
        raise ForbiddenTarget("its host carries user information or an unusual character")
    _check_path(parts["path"])
    parsed = _parse(url)
    base = _configured(_origin_of(parsed), origins)
    query = "" if parsed.query is None else f"?{parsed.query}"
    return f"{base}{parsed.path or '/'}{query}"


def _check_characters(url: str) -> None:
    if len(url) > MAX_URL_CHARACTERS:
        raise ForbiddenTarget(f"it is longer than {MAX_URL_CHARACTERS} characters")
    if not _ALLOWED_CHARACTERS.fullmatch(url):
        raise ForbiddenTarget("it has a backslash, a space, or a control or non-ASCII character")


def _check_path(path: str) -> None:
    """Refuse what a server behind the origin may read as another path, however often it is encoded."""
    decoded = _decoded(path)
    if decoded.count("/") != path.count("/") or "\\" in decoded or _CONTROL.search(decoded):
        raise ForbiddenTarget("its path hides a slash, a backslash or a control character")
    # "..;x": some servers cut path parameters off before they resolve dots.
    if any(segment.split(";", 1)[0] in {".", ".."} for segment in decoded.split("/")):
        raise ForbiddenTarget("its path has dot segments")


def _decoded(path: str) -> str:
    for _ in range(MAX_DECODE_ROUNDS):
        once = unquote(path)
        if once == path:
            return path
        path = once
    raise ForbiddenTarget("its path is percent-encoded over and over")


def _parse(url: str) -> Url:
    try:
        return parse_url(url)
    except LocationParseError as error:
        raise ForbiddenTarget("it can't be parsed") from error


def _origin_of(parsed: Url) -> _Origin:
    scheme, host = parsed.scheme, parsed.host
    if scheme not in DEFAULT_PORTS or not host or parsed.auth is not None:
        raise ForbiddenTarget("it is not a plain http(s) URL")
    return scheme, host.lower(), parsed.port if parsed.port is not None else DEFAULT_PORTS[scheme]


def _configured(origin: _Origin, origins: Sequence[str]) -> str:
    for configured in origins:
        base = configured.rstrip("/")
        if _origin_of(_parse(base)) == origin:
            return base
    raise ForbiddenTarget("it is outside of WIDGET_SYNCAROO_API_URL")
