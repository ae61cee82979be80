"""Syncaroo's spelling at the edge: camelCase parameters in, its token JSON out (PROTOCOL §1). Pure.

Inside, everything has RFC 6749's names. Both spellings of a parameter are understood, also together when they agree.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

CAMEL_CASE = {
    "clientId": "client_id",
    "clientSecret": "client_secret",
    "connectionId": "connection_id",
    "grantType": "grant_type",
    "redirectUri": "redirect_uri",
    "refreshToken": "refresh_token",
    "responseType": "response_type",
}
KNOWN = frozenset(CAMEL_CASE.values()) | {"code", "scope", "state"}
MAX_PARAMETERS = 50
EXPIRES_FORMAT = "%Y-%m-%dT%H:%M:%S"
"""The guide's "default datetime format in UTC timezone": no zone suffix."""


class Unreadable(ValueError):
    """More parameters than anybody sends on purpose."""


@dataclass(frozen=True)
class Parameters:
    """`values` by RFC name. `repeated`: names that came twice, or in two spellings that don't agree (RFC 6749 §3.1)."""

    values: Mapping[str, str]
    repeated: frozenset[str]


def read(encoded: bytes) -> Parameters:
    """Parameters of a query string or a form body; what we don't know is left out.

    `b"clientId=a&connection_id=9"` → `{"client_id": "a", "connection_id": "9"}`. An empty value counts as missing
    (RFC 6749 §3.1), but for `state`, which goes back as it came, bytes that aren't UTF-8 included. Raises
    `Unreadable`.
    """
    by_spelling: dict[str, list[str]] = {}
    for spelling, value in _pairs(encoded):
        if CAMEL_CASE.get(spelling, spelling) in KNOWN:
            by_spelling.setdefault(spelling, []).append(value)
    values: dict[str, str] = {}
    repeated = set()
    for spelling, given in by_spelling.items():
        name = CAMEL_CASE.get(spelling, spelling)
        if len(given) > 1 or values.get(name, given[0]) != given[0]:
            repeated.add(name)
        values[name] = given[0]
    kept = {name: value for name, value in values.items() if value or name == "state"}
    return Parameters(kept, frozenset(repeated))


def token_answer(token: Mapping[str, Any]) -> dict[str, str]:
    """What a successful exchange answers: `token` has `access_token`, `refresh_token` and `expires_at`, aware."""
    expires: datetime = token["expires_at"]
    return {
        "accessToken": token["access_token"],
        "expires": expires.astimezone(UTC).strftime(EXPIRES_FORMAT),
        "refreshToken": token["refresh_token"],
    }


def error_answer(error: str) -> dict[str, str]:
    """What a failed exchange answers; `error` is a name of RFC 6749 §5.2."""
    return {"error": error}


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    text = encoded.decode("utf-8", "surrogateescape")
    try:
        return parse_qsl(text, keep_blank_values=True, errors="surrogateescape", max_num_fields=MAX_PARAMETERS)
    except ValueError as error:
        raise Unreadable(str(error)) from None
