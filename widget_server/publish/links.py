"""Which links from outside visitors may follow."""

import re

_FOLLOWABLE = re.compile(r"https?://[^\s/?#\\@]|mailto:[^\s]|tel:[^\s]", re.IGNORECASE)
_NOT_IN_A_URL = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")
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
