"""HTML of a website's page → what of it concerns the widget. Pure.

Reads as a browser would where it matters: what stands in comments, templates, `noscript` and text fields is no part of
the page. Never raises, whatever the HTML.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser

MOUNT = "pricing-widget"
OPTIONS = ("location", "type", "locale", "theme")
INERT = frozenset({"noscript", "template", "textarea", "title", "xmp", "noembed", "noframes"})
RAW = frozenset({"script", "style"})
AS_TEXT = ("<div data-pricing-widget", "<pricing-widget", '/embed.js"></script>', "/embed.js”")


@dataclass(frozen=True)
class Script:
    """A `<script src>`. `type` is lower case, "" when it isn't given."""

    src: str
    type: str
    nonce: str | None
    integrity: str | None


@dataclass(frozen=True)
class Mount:
    """Where a widget appears, with the options that are given there."""

    options: dict[str, str]


@dataclass
class PageParts:
    """Everything that was found, in the page's order. `links` and `frames` are addresses as they are written;
    `policies` are those of `<meta>`; `has_text`: our snippet stands there as text that visitors read."""

    base: str | None = None
    scripts: list[Script] = field(default_factory=list)
    mounts: list[Mount] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    has_text: bool = False


def read(html: str) -> PageParts:
    """The parts of `html`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.parts


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = PageParts()
        self._inert: list[str] = []
        self._raw = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._raw = tag in RAW
        if self._inert:
            if tag == self._inert[0]:
                self._inert.append(tag)
            return
        if tag in INERT:
            self._inert.append(tag)
            return
        self._note(tag, _first(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._raw = False
        if self._inert and tag == self._inert[0]:
            self._inert.pop()

    def handle_data(self, data: str) -> None:
        if not self._raw and not self._inert and any(each in data for each in AS_TEXT):
            self.parts.has_text = True

    def _note(self, tag: str, given: dict[str, str]) -> None:
        parts = self.parts
        if tag == MOUNT or f"data-{MOUNT}" in given:
            found = {name: given.get(name) or given.get(f"data-{name}", "") for name in OPTIONS}
            parts.mounts.append(Mount({name: value for name, value in found.items() if value}))
        if tag == "script" and given.get("src"):
            kind = given.get("type", "").strip().lower()
            parts.scripts.append(Script(given["src"].strip(), kind, given.get("nonce"), given.get("integrity")))
        elif tag == "iframe" and given.get("src"):
            parts.frames.append(given["src"].strip())
        elif tag == "a" and given.get("href"):
            parts.links.append(given["href"].strip())
        elif tag == "base" and parts.base is None and given.get("href"):
            parts.base = given["href"].strip()
        elif tag == "meta" and given.get("http-equiv", "").strip().lower() == "content-security-policy":
            parts.policies.append(given.get("content", ""))


def _first(attrs: list[tuple[str, str | None]]) -> dict[str, str]:
    """Of attributes that are given twice the first counts (HTML §13.2.5.33)."""
    return {name: value or "" for name, value in reversed(attrs)}
