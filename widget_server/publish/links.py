"""Which links from outside visitors may follow, and the operator's own for what has none."""

import re
from urllib.parse import quote

_FOLLOWABLE = re.compile(r"https?://[^\s/?#\\@]|mailto:[^\s]|tel:[^\s]", re.IGNORECASE)
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_HOLE = re.compile(r"\{(?:location|resource|rate)\}")
MAX_URL_CHARACTERS = 2_000


def followable(url: str | None) -> str | None:
    """The link if a visitor may follow it, else None: absolute http, https, mailto or tel only.

    `"https://desk.example/book"` stays; `"javascript:alert(1)"`, `"java\\tscript:…"`, `"/book"` and
    `"https://"` become None. Outer blanks go, inner ones and control characters are refused, not repaired: browsers
    drop them, which is how a harmless-looking text turns into another scheme.
    """
    if url is None:
        return None
    url = url.strip()
    if len(url) > MAX_URL_CHARACTERS or _NOT_IN_A_URL.search(url):
        return None
    return url if _FOLLOWABLE.match(url) else None


def filled(template: str | None, **ids: str) -> str | None:
    """The operator's template with our identifiers, percent-encoded: ("https://b.example/{resource}", resource="a/b")
    → "https://b.example/a%2Fb". None without a template, and when it asks for one that isn't given.
    """
    if template is None or not {name[1:-1] for name in _HOLE.findall(template)} <= set(ids):
        return None
    return followable(_HOLE.sub(lambda hole: quote(ids[hole[0][1:-1]].encode("utf-8", "replace"), safe=""), template))
