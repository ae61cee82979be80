"""Outside text → text that can be stored, shown and followed (FAULTS rows 23 and 26). Pure.

Whoever shows a text still escapes it; what is done here keeps junk out and makes markup readable.
"""

import re
import unicodedata
from html.parser import HTMLParser

NAME_CHARACTERS = 300
DESCRIPTION_CHARACTERS = 5_000
RAW_DESCRIPTION_CHARACTERS = 20_000
"""What is read of a description before tags are taken out of it."""

URL_CHARACTERS = 2_000

_LOOKS_LIKE_HTML = re.compile(r"</?[a-zA-Z!][^<>]*>|&(?:[a-zA-Z]{2,8}|#[0-9]{1,6}|#x[0-9a-fA-F]{1,6});")
_ANY_TAG = re.compile(r"<[^<>]*>")
_BIDI_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""They reorder what follows them, even outside of their own text."""

_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters that are drawn as nothing."""

_BLOCKS = frozenset(
    {
        "address", "article", "blockquote", "br", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li",
        "ol", "p", "section", "table", "tr", "ul",
    }
)  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "noscript", "title"})
_WEB_URL = re.compile(r"https?://[^\s/?#@\\\"<>]+(?:[/?#][^\s\\\"<>]*)?", re.IGNORECASE)
_CONTACT_URL = re.compile(r"(?:mailto:[^\s\\\"<>@:]+@[^\s\\\"<>@]+|tel:[+0-9().;=a-z-]{2,60})", re.IGNORECASE)


def clean_line(text: str, limit: int = NAME_CHARACTERS) -> str:
    """One line: no control characters or lone surrogates, blanks folded, at most `limit` characters.

    "  Room\\x00\\n 1 " → "Room 1"; a text that nobody would see → ""
    """
    line = " ".join(_printable(text[: limit * 4]).split())[:limit].rstrip()
    return line if is_seen(line) else ""


def is_seen(text: str) -> bool:
    """Whether a reader would see anything of it: blanks, zero-width characters and the like are nothing."""
    return any(c not in _FILLERS and unicodedata.category(c)[0] in "LNPSM" for c in text)


def clean_description(text: str, limit: int = DESCRIPTION_CHARACTERS) -> str:
    """Several lines of plain text; HTML becomes its text, with scripts and styles left out.

    "<p>Bright &amp; quiet</p><script>x()</script>" → "Bright & quiet"
    """
    text = text[:RAW_DESCRIPTION_CHARACTERS]
    if _LOOKS_LIKE_HTML.search(text):
        text = _text_of_html(text)
    lines = [" ".join(line.split()) for line in _printable(text).split("\n")]
    cleaned = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()[:limit].rstrip()
    return cleaned if is_seen(cleaned) else ""


def clean_url(text: str) -> str | None:
    """The link if a visitor may follow it: http, https, mailto or tel, absolute, without user information."""
    url = text.strip()
    if len(url) > URL_CHARACTERS or url != _printable(url):
        return None
    return url if _WEB_URL.fullmatch(url) or _CONTACT_URL.fullmatch(url) else None


def reorders(text: str) -> bool:
    """Whether `text` has characters that turn the order of others around, such as U+202E."""
    return any(ord(character) in _BIDI_OVERRIDES for character in text)


def storable_text(text: str) -> str:
    """`text` without what PostgreSQL or UTF-8 can't hold: NUL and lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "ignore").decode("utf-8")


def _printable(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_BIDI_OVERRIDES)
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in {"Cc", "Cs"})


def _text_of_html(text: str) -> str:
    parser = _TextOfHtml()
    try:
        parser.feed(text)
        parser.close()
    except AssertionError:  # the standard parser's answer to "<![…"
        return _ANY_TAG.sub(" ", text)
    return "".join(parser.pieces)


class _TextOfHtml(HTMLParser):
    """Collects text, a line for each block."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN and self._unseen is None:
            self._unseen = tag
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag in _BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if self._unseen is None:
            self.pieces.append(data)
