"""What a setting's text may look like: each `Kind` parses it or raises ValueError saying what would do."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from babel import Locale, UnknownLocaleError
from babel.numbers import list_currencies
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from widget_server.hosts import is_loopback

SQLITE = "sqlite:///"
DEFAULT_PORTS = {"http": 80, "https": 443}
HOST_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
"""RFC 1123 §2.1; the server can't work under a name that is no name."""
EVERY = ("*",)
"""The value of a list that leaves nobody out."""
LANGUAGES = ("ar", "de", "en", "es", "fr", "ja", "nl", "pt")
"""Those that the widget has words in."""
MINIMUM_KEY_LENGTH = 32
MINIMUM_PASSWORD_LENGTH = 10
MAXIMUM_TEMPLATE_LENGTH = 1_000
"""Characters; filled in it must still be a link that browsers and mail programs take."""

SHARED_CURRENCIES = frozenset({"XAF", "XCD", "XCG", "XOF", "XPF"})


@dataclass(frozen=True)
class Kind:
    """`label` is what the manual calls it; `parse` turns text into the value or raises ValueError."""

    label: str
    parse: Callable[[str], Any]


def _split(text: str, schemes: tuple[str, ...], remedy: str) -> SplitResult:
    """A URL of one of `schemes` with a host and, if any, a port; raises ValueError with `remedy`."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(remedy) from None
    if parts.scheme not in schemes or not parts.hostname or port == 0 or re.search(r"[\s\\]", text):
        raise ValueError(remedy)
    return parts


def _any_origin(text: str) -> str:
    """`HTTPS://Host:443/` → `https://host`."""
    remedy = "give an origin such as https://prices.example.com (scheme and host, no path)"
    parts = _split(text, ("http", "https"), remedy)
    host, port = parts.hostname or "", parts.port
    more = parts.path not in ("", "/") or parts.query or parts.fragment or "@" in parts.netloc
    if more or not re.fullmatch(rf"{HOST_LABEL}(\.{HOST_LABEL})*|[0-9a-f:.]+:[0-9a-f:.]+", host):
        raise ValueError(remedy)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else "")


def _origin(text: str) -> str:
    """An origin that tokens and passwords travel to: plain http on loopback only."""
    origin = _any_origin(text)
    if origin.startswith("http://") and not is_loopback(urlsplit(origin).hostname or ""):
        raise ValueError("use https: plain http is for loopback only")
    return origin


def _list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _origins(text: str) -> tuple[str, ...]:
    found = tuple(_origin(part) for part in _list(text))
    if not found:
        raise ValueError("give at least one origin")
    return found


def _frame_origins(text: str) -> tuple[str, ...]:
    """Pages that may show ours; they are sent nothing, so plain http will do."""
    parts = tuple(_list(text))
    if parts == ("*",):
        return parts
    if not parts or "*" in parts:
        raise ValueError("give * alone, or origins such as https://www.example.com separated by commas")
    return tuple(_any_origin(part) for part in parts)


def _secret_keys(text: str) -> tuple[str, ...]:
    keys = tuple(_list(text))
    if not keys or any(len(key) < MINIMUM_KEY_LENGTH for key in keys):
        raise ValueError(f"each key needs {MINIMUM_KEY_LENGTH} characters or more, separated by commas")
    return keys


def _password(text: str) -> str:
    if len(text) < MINIMUM_PASSWORD_LENGTH:
        raise ValueError(f"needs {MINIMUM_PASSWORD_LENGTH} characters or more")
    return text


def _email(text: str) -> str:
    address = text.lower()  # before it is measured: lower case can be longer
    if not re.fullmatch(r"[^@\s]{1,64}@[^@\s]{1,190}", address):
        raise ValueError("give an e-mail address such as you@example.com")
    return address


def _database_url(text: str) -> str:
    """SQLAlchemy's URL, with psycopg 3 for PostgreSQL however it is spelled."""
    remedy = "give sqlite:///path/to/file or postgresql://user:password@host/name"
    scheme, _, rest = text.partition("://")
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        text = f"postgresql+psycopg://{rest}"
    elif not text.startswith(SQLITE):
        raise ValueError(remedy)
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError(remedy) from None
    if not url.database or url.database.startswith(":") or (text.startswith(SQLITE) and url.query):
        raise ValueError(remedy)
    return text


def _redis_url(text: str) -> str:
    if not re.match(r"unix:///.", text):
        _split(text, ("redis", "rediss"), "give a URL such as redis://host:6379/0")
    return text


def _smtp_url(text: str) -> str:
    _split(text, ("smtp", "smtps"), "give a URL such as smtp://user:password@host:587")
    return text


def _web_url(text: str) -> str:
    _split(text, ("http", "https"), "give a URL such as https://chat.example.com/hooks/1")
    return text


def _booking_template(text: str) -> str:
    """An address with `{location}`, `{resource}` and `{rate}` for our identifiers, where nothing but these is open."""
    remedy = "give an address such as https://book.example.com/?room={resource} (https, http, mailto or tel)"
    filled = re.sub(r"\{(?:location|resource|rate)\}", "1", text)
    if re.search(r"[{}<>\"\\\s]", filled) or len(text) > MAXIMUM_TEMPLATE_LENGTH:
        raise ValueError(f"{remedy}; only {{location}}, {{resource}} and {{rate}} can be filled in")
    if re.match(r"(?:mailto|tel):[^{]", text, re.IGNORECASE):
        return text
    authority = re.match(r"https?://([^/?#]*)", text, re.IGNORECASE)
    if not authority or re.search(r"[{}@]", authority[1]):
        raise ValueError(remedy)
    _split(filled, ("http", "https"), remedy)
    return text


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError("whose home is that? Give the folder's whole path") from None


def _locale(text: str) -> str:
    try:
        return str(Locale.parse(text.replace("_", "-"), sep="-")).replace("_", "-")
    except (ValueError, UnknownLocaleError):
        raise ValueError("give a language tag such as en-GB, de-DE or fr") from None


def _languages(text: str) -> tuple[str, ...]:
    parts = tuple(dict.fromkeys(part.lower() for part in _list(text)))
    if parts != EVERY and (not parts or not set(parts) <= set(LANGUAGES)):
        raise ValueError(f"give * for all, or languages such as en, de separated by commas, of {', '.join(LANGUAGES)}")
    return parts


def is_money(code: str) -> bool:
    """Whether prices can be in it. Codes with an X belong to no country (ISO 4217): metals, units of account, tests,
    "none"; but for the currencies that several countries share."""
    return code in list_currencies() and (not code.startswith("X") or code in SHARED_CURRENCIES)


def _currency(text: str) -> str:
    if not is_money(text.upper()):
        raise ValueError("give a three-letter currency code such as GBP, EUR or USD")
    return text.upper()


def _colour(text: str) -> str:
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", text):
        raise ValueError("give a colour as #rrggbb, such as #0b6e4f")
    return text.lower()


def whole_number(low: int, high: int) -> Kind:
    """A whole number from `low` to `high`, both included."""

    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"give a whole number from {low} to {high}")
        return int(text)

    return Kind(f"whole number, {low} to {high}", parse)


def one_of(*choices: str) -> Kind:
    """One of `choices`, in any case."""

    def parse(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError(f"give one of {', '.join(choices)}")
        return text.lower()

    return Kind("one of " + ", ".join(f"`{choice}`" for choice in choices), parse)


text = Kind("text", str)
path = Kind("folder", _folder)
origin = Kind("origin", _origin)
origins = Kind("origins, comma-separated", _origins)
frame_origins = Kind("`*` or origins, comma-separated", _frame_origins)
secret_keys = Kind("keys, comma-separated", _secret_keys)
password = Kind("text", _password)
email = Kind("e-mail address", _email)
database_url = Kind("database URL", _database_url)
redis_url = Kind("Redis URL", _redis_url)
smtp_url = Kind("SMTP URL", _smtp_url)
booking_template = Kind("address with `{location}`, `{resource}`, `{rate}`", _booking_template)
web_url = Kind("URL", _web_url)
locale = Kind("language tag", _locale)
languages = Kind("`*` or language codes, comma-separated", _languages)
currency = Kind("currency code", _currency)
colour = Kind("colour", _colour)
