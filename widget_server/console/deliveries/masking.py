"""What a webhook said, readable and without its secrets. Pure.

A secret is what is called like one (`hash`, `accessToken`), and what looks like one: long, and of the letters and
digits that machines make up. Parameters of addresses are looked at one by one.
"""

import json
import re
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from widget_server.console.raw_json import readable

MASK = "•••"
_SECRET_NAME = re.compile(
    r"hash|token|secret|passw|authori[sz]|signature|credential|api_?key|bearer|cookie", re.IGNORECASE
)
_TOKEN = re.compile(r"(?=[^0-9]*[0-9])(?=[^a-zA-Z]*[a-zA-Z])[A-Za-z0-9_\-+/=.~]{24,}")
"""Letters and digits both, and no space: at least 24 of them, which is 128 bits and more."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""An identifier, not a secret."""
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)


def pretty(body: str) -> str:
    """The JSON in `body`, indented and masked; characters that can't be seen are written as `\\uXXXX`."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return "This body can't be read as JSON, so it isn't shown."
    return readable(masked(found))


def masked(value: Any, name: str = "") -> Any:
    """`value` with every secret in it replaced; `name` is the key under which it stands."""
    if isinstance(value, dict):
        return {_masked_text(key): masked(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    if _SECRET_NAME.search(name):
        return MASK
    return _masked_text(value) if isinstance(value, str) else value


def masked_address(address: str) -> str:
    """An address without secrets in its path or its parameters."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return MASK
    host = parts.netloc.rpartition("@")[2]
    path = "/".join(_masked_word(word) for word in parts.path.split("/"))
    query = "&".join(_masked_parameter(each) for each in parts.query.split("&"))
    return urlunsplit((parts.scheme, host, path, query, _masked_word(parts.fragment)))


def _masked_text(text: str) -> str:
    if _ADDRESS.match(text):
        return masked_address(text)
    return " ".join(_masked_word(word) for word in text.split(" "))


def _masked_parameter(parameter: str) -> str:
    name, equals, value = parameter.partition("=")
    return f"{name}{equals}{MASK if _SECRET_NAME.search(name) and value else _masked_word(value)}"


def _masked_word(word: str) -> str:
    return MASK if _TOKEN.fullmatch(word) and not _UUID.fullmatch(word) else word
