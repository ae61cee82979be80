"""Whether a website's Content-Security-Policy lets the widget work (CSP Level 3). Pure.

Only as far as it concerns one script, its requests, and one frame, all from one origin of ours.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

FALLBACKS = {
    "script": ("script-src-elem", "script-src", "default-src"),
    "connect": ("connect-src", "default-src"),
    "frame": ("frame-src", "child-src", "default-src"),
}
"""What a browser looks for, in this order; the first that is there decides (§6.8.3)."""
_HOST = re.compile(
    r"(?:([a-z][a-z0-9+.-]*)://)?(\*|(?:\*\.)?[a-z0-9_.-]+|\[[0-9a-f:.]+\])(?::(\*|[0-9]+))?(/.*)?", re.I
)
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_UPGRADES = {"http": {"http", "https"}, "ws": {"ws", "wss", "http", "https"}}

Policy = dict[str, list[str]]
"""Directive → its sources."""


@dataclass(frozen=True)
class Wish:
    """`kind` is a key of `FALLBACKS`, `url` what is wanted, `page` where from; `nonce` is the script element's."""

    kind: str
    url: str
    page: str
    nonce: str | None = None


def parsed(texts: Iterable[str]) -> list[Policy]:
    """Policies of headers or `<meta>`; a text may hold several, separated by commas. A directive counts once."""
    found = []
    for text in ",".join(texts).split(","):
        policy: Policy = {}
        for directive in text.split(";"):
            name, *sources = directive.split() or [""]
            if name:
                policy.setdefault(name.lower(), sources)
        if policy:
            found.append(policy)
    return found


def refusing(policies: Iterable[Policy], wish: Wish) -> str | None:
    """The directive that keeps `wish` from coming true, as it is written; None when all policies allow it."""
    for policy in policies:
        name = next((name for name in FALLBACKS[wish.kind] if name in policy), None)
        if name is not None and not _allows(policy[name], wish):
            return " ".join((name, *policy[name]))
    return None


def without_scripts(policies: Iterable[Policy]) -> bool:
    """Whether the page is sandboxed without scripts."""
    return any("sandbox" in policy and "allow-scripts" not in policy["sandbox"] for policy in policies)


def _allows(sources: list[str], wish: Wish) -> bool:
    lower = [each.lower() for each in sources]
    if wish.kind == "script":
        if wish.nonce and f"'nonce-{wish.nonce}'" in sources:
            return True
        if "'strict-dynamic'" in lower:
            return False
    return any(_matches(each, wish) for each in lower)


def _matches(source: str, wish: Wish) -> bool:
    url, page = urlsplit(wish.url), urlsplit(wish.page)
    if source == "'self'":
        return _origin(url) == _origin(page)
    if source == "*":
        return url.scheme in {"http", "https", page.scheme}
    if source.endswith(":"):
        return url.scheme in _UPGRADES.get(source[:-1], {source[:-1]})
    match = _HOST.fullmatch(source)
    return match is not None and _host_matches(match, url, page)


def _host_matches(match: re.Match[str], url: SplitResult, page: SplitResult) -> bool:
    scheme, host, port, path = match.groups()
    scheme = scheme or page.scheme
    if url.scheme not in _UPGRADES.get(scheme, {scheme}):
        return False
    name = url.hostname or ""
    if host.startswith("*."):
        if not name.endswith(host[1:]):
            return False
    elif host not in ("*", name, f"[{name}]"):
        return False
    asked = url.port or _PORTS.get(url.scheme)
    if port != "*" and asked != (int(port) if port else _PORTS.get(url.scheme)):
        return False
    return not path or (url.path.startswith(path) if path.endswith("/") else url.path == path)


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or _PORTS.get(url.scheme)
