"""Reading what the site answers, as strictly as the guide describes it (PROTOCOL §1): pure, no I/O."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from werkzeug.http import parse_options_header

STATUSES = frozenset({"draft", "active", "private", "pending", "deleted"})
TYPES = frozenset({"meeting-room", "hot-desk", "dedicated-desk", "fixed-desk", "office", "floor"})
EXPIRES = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", re.ASCII)


class AnswerRefused(Exception):
    """The site's answer isn't what the guide asks for; the text says where and why."""


@dataclass(frozen=True)
class PlatformTokens:
    """The tokens that the site gave us; `expires_at` is in seconds since 1970."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: float


@dataclass(frozen=True)
class SiteResource:
    """A resource as check_connection lists it."""

    id: str
    name: str
    status: str
    type: str


@dataclass(frozen=True)
class SiteLocation:
    """A location as check_connection lists it."""

    id: str
    name: str
    status: str
    resources: tuple[SiteResource, ...]


def read_tokens(content_type: str, body: bytes) -> PlatformTokens:
    """The token endpoint's answer: exactly accessToken, expires (UTC, no zone) and refreshToken."""
    if parse_options_header(content_type)[0].lower() != "application/json":
        raise AnswerRefused(f"The token answer's Content-Type is {content_type!r}, not application/json.")
    answer = _object("The token answer", _json(body), {"accessToken", "expires", "refreshToken"})
    for name, value in answer.items():
        if not isinstance(value, str) or not value:
            raise AnswerRefused(f"{name} must be a text that isn't empty.")
    return PlatformTokens(answer["accessToken"], answer["refreshToken"], _expiry(answer["expires"]))


def read_check_connection(content_type: str, body: bytes, connection_id: int) -> tuple[SiteLocation, ...]:
    """check_connection's locations; raises AnswerRefused unless type, keys and values are those of the guide."""
    kind, options = parse_options_header(content_type)
    if kind.lower() != "application/json" or options.get("charset", "").lower() != "utf-8":
        raise AnswerRefused(f"Content-Type is {content_type!r}, not 'application/json; charset=UTF-8'.")
    answer = _object("The answer", _json(body), {"connectionId", "userId", "locations"})
    if type(answer["connectionId"]) is not int or answer["connectionId"] != connection_id:
        raise AnswerRefused(f"connectionId is {answer['connectionId']!r}, not the number {connection_id}.")
    _text("userId", answer["userId"])
    if not isinstance(answer["locations"], dict):
        raise AnswerRefused("locations must be an object with location IDs as its keys.")
    return tuple(_locations(answer["locations"]))


def _expiry(text: str) -> float:
    if not EXPIRES.fullmatch(text):
        raise AnswerRefused(f"expires is {text!r}, not like 2009-06-15T13:45:30.")
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise AnswerRefused(f"expires is {text!r}, which is no moment in time.") from error


def _locations(found: dict[str, Any]) -> Iterator[SiteLocation]:
    for key, value in found.items():
        where = f"locations.{key}"
        item = _object(where, value, {"ID", "name", "status"}, {"resources"})
        if item["ID"] != key:
            raise AnswerRefused(f"{where}.ID is {item['ID']!r}, not its key.")
        resources = item.get("resources", [])
        if not isinstance(resources, list):
            raise AnswerRefused(f"{where}.resources must be an array.")
        read = tuple(_resource(f"{where}.resources.{n}", resource) for n, resource in enumerate(resources))
        yield SiteLocation(key, _text(f"{where}.name", item["name"]), _status(where, item["status"]), read)


def _resource(where: str, value: object) -> SiteResource:
    item = _object(where, value, {"ID", "name", "status", "type"})
    if item["type"] not in TYPES:
        raise AnswerRefused(f"{where}.type is {item['type']!r}, not one of the guide's.")
    name = _text(f"{where}.name", item["name"])
    return SiteResource(_text(f"{where}.ID", item["ID"]), name, _status(where, item["status"]), item["type"])


def _status(where: str, value: object) -> str:
    if not isinstance(value, str) or value not in STATUSES:
        raise AnswerRefused(f"{where}.status is {value!r}, not one of {', '.join(sorted(STATUSES))}.")
    return value


def _text(where: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise AnswerRefused(f"{where} is {value!r}, not a text.")
    return value


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"))
    except ValueError as error:
        raise AnswerRefused(f"Not JSON in UTF-8: {error}") from error


def _object(where: str, value: object, needed: Set[str], allowed: Set[str] = frozenset()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise AnswerRefused(f"{where} must be an object.")
    missing, strange = needed - value.keys(), value.keys() - needed - allowed
    if missing or strange:
        problem = f"lacks {', '.join(sorted(missing))}" if missing else f"has {', '.join(sorted(strange))} too"
        raise AnswerRefused(f"{where} {problem}.")
    return value
