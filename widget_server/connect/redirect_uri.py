"""Where the operator's browser is sent back to: one place at the hub, never anywhere else (PROTOCOL §1.3). Pure."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlencode

HUB_PATH = "/connection"
LONGEST_URI = 2000
OURS = frozenset({"connectionId", "code", "error"})
"""What we append. A redirectUri that brings its own could slip somebody else's code in between."""

_URI = re.compile(r"[\x21-\x22\x24-\x5b\x5d-\x7e]+")
r"""Printable ASCII without `#` and `\`."""


def is_allowed(uri: str, app_url: str) -> bool:
    r"""True for `{app_url}/connection`, with or without a query of its own.

    The text itself is compared: `https://app.syncaroo.com@evil.example/connection`, `https://app.syncaroo.com:443/…`,
    `…/connection/../x`, a backslash or a fragment never get as far as a parser.
    """
    page, mark, query = uri.partition("?")
    if len(uri) > LONGEST_URI or not _URI.fullmatch(uri) or page != app_url + HUB_PATH:
        return False
    return not (mark and OURS & {name for name, _ in parse_qsl(query, keep_blank_values=True)})


def with_parameters(uri: str, added: Sequence[tuple[str, str]]) -> str:
    """`uri` with parameters appended to whatever query it has, which stays byte for byte.

    `("https://a/b?c=%20", [("code", "x y")])` → `"https://a/b?c=%20&code=x%20y"`.
    """
    _, mark, query = uri.partition("?")
    joint = "" if mark and (not query or query.endswith("&")) else "&" if mark else "?"
    return uri + joint + urlencode(added, quote_via=quote, errors="surrogateescape")
