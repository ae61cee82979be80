"""The documents: kept as text in a cache under keys that carry their version, made again when they aren't there.

The cache is never the truth. What it holds can be lost at any time and is then loaded, composed and rendered anew;
what it still holds lets us serve the last good prices while the database is away.
"""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol

from widget_server.clock import Clock
from widget_server.public_model import PublicData
from widget_server.publish.compose import Document, compose, filtered, periods_in, types_in
from widget_server.publish.page import TEMPLATES, Pages
from widget_server.publish.plain_json import compact, sendable
from widget_server.publish.query import Choices, Kind, Wanted
from widget_server.publish.validity import next_change
from widget_server.publish.words import speech

LATEST = "documents:latest"
"""The key of the last edition that was published, whatever its version: for when nobody can say which is current."""
UNKNOWN_LOCATION = '{"error":"unknown_location"}'

log = logging.getLogger(__name__)


class TextCache(Protocol):
    """Where texts are kept: Flask-Caching fits. `get` gives None for what isn't there."""

    def get(self, key: str, /) -> str | None: ...

    def set(self, key: str, text: str, /) -> object: ...


@dataclass(frozen=True)
class Edition:
    """The whole, unfiltered document of one moment. `version` is the data's; `until` is when it must be made again
    although the data hasn't changed, since a rate's validity begins or ends then (None: never)."""

    version: str
    document: Document
    until: datetime | None

    @cached_property
    def choices(self) -> Choices:
        """What it can be filtered by."""
        ids = frozenset(each["id"] for each in self.document["locations"])
        periods = frozenset(periods_in(self.document))
        workspace = self.document["workspace"]
        languages = frozenset(workspace["languages"]) if "languages" in workspace else None
        return Choices(ids, types_in(self.document), workspace["locale"], periods, languages)

    def to_text(self) -> str:
        """For the cache; `from_text` reads it."""
        until = self.until.isoformat() if self.until else None
        return compact({"version": self.version, "until": until, "document": self.document})

    @classmethod
    def from_text(cls, text: str) -> "Edition":
        """Raises `ValueError`, `KeyError` or `TypeError` on what `to_text` didn't write."""
        found = json.loads(text)
        until = found["until"]
        return cls(str(found["version"]), dict(found["document"]), datetime.fromisoformat(until) if until else None)


class DocumentStore:
    """Makes and keeps documents.

    `load` reads what is public now (it may raise what the database raises), settings included; its version says when
    any of it has changed. `clock` answers aware UTC.
    """

    def __init__(self, cache: TextCache, load: Callable[[], PublicData], clock: Clock, pages: Pages) -> None:
        self._cache = cache
        self._load = load
        self._clock = clock
        self._pages = pages
        self._made_by = _fingerprint(pages.identity)

    def publish(self, public: PublicData) -> Edition:
        """Make the documents that nearly every visitor asks for, and only then call their edition the latest.

        A cache that can't be written is left alone at once: a Redis that is away may take half a second to say so each
        time, and the worker has more to do.
        """
        edition = self._edition(public)
        if self._write(self._edition_key(edition.version), edition.to_text()) and all(
            self._write(self._key(edition, each), self._made(edition, each)) for each in _usual(edition)
        ):
            self._write(LATEST, edition.to_text())
        return edition

    def is_over(self, edition: Edition) -> bool:
        """Whether a rate's validity has begun or ended since, so that the edition must be made again."""
        return edition.until is not None and self._clock() >= edition.until

    def edition(self, version: str) -> Edition:
        """The edition of data version `version` that holds now, or a newer one. Raises what `load` raises."""
        kept = self._kept(self._edition_key(version))
        if kept is not None and not self.is_over(kept):
            return kept
        edition = self._edition(self._load())
        self._write(self._edition_key(edition.version), edition.to_text())
        self._write(LATEST, edition.to_text())
        return edition

    def latest(self) -> Edition | None:
        """The last edition that was published, if the cache still has it: for when the database can't be asked."""
        return self._kept(LATEST)

    def text(self, edition: Edition, wanted: Wanted) -> str:
        """The document as text, from the cache or rendered. Never touches the database.

        Only what nearly every visitor asks for is kept: whoever makes up filters, a type here and a language there, of
        which there are millions together, fills no cache for thirty days.
        """
        if wanted not in _usual(edition):
            return self._made(edition, wanted)
        key = self._key(edition, wanted)
        found = self._read(key)
        if found is None:
            found = self._made(edition, wanted)
            self._write(key, found)
        return found

    def _edition(self, public: PublicData) -> Edition:
        now = self._clock()
        return Edition(public.version, compose(public, now=now), next_change(public, now))

    def _made(self, edition: Edition, wanted: Wanted) -> str:
        if wanted.kind is Kind.PAGE:
            return sendable(self._pages.render(edition.document, wanted))
        return UNKNOWN_LOCATION if wanted.missing == "location" else compact(_data(edition.document, wanted))

    def _edition_key(self, version: str) -> str:
        return f"documents:{version}:{self._made_by}"

    def _key(self, edition: Edition, wanted: Wanted) -> str:
        return f"documents:{edition.document['version']}:{self._made_by}:{wanted.key}"

    def _kept(self, key: str) -> Edition | None:
        text = self._read(key)
        try:
            return Edition.from_text(text) if text is not None else None
        except (ValueError, KeyError, TypeError):
            log.warning("the cache holds something under %s that isn't ours; made anew", key)
            return None

    def _read(self, key: str) -> str | None:
        try:
            return self._cache.get(key)
        except Exception:
            log.exception("the document cache can't be read; serving without it")
            return None

    def _write(self, key: str, text: str) -> bool:
        """False when the cache broke."""
        try:
            self._cache.set(key, text)
        except Exception:
            log.exception("the document cache can't be written; serving without it")
            return False
        return True


def _data(document: Document, wanted: Wanted) -> Document:
    found = filtered(document, location=wanted.location, types=wanted.types)
    if wanted.missing:
        found = {**found, "locations": []}
    if wanted.locale is None:
        return found
    return {**found, "words": speech(wanted.locale, wanted.locale).published()}


def _usual(edition: Edition) -> list[Wanted]:
    """The bare data, what the script asks for in the operator's language, and the page: whole and by location."""
    words = speech(None, edition.choices.locale).tag
    locations: list[str | None] = [None, *sorted(edition.choices.locations)]
    return [
        Wanted(kind, location, locale=locale)
        for location in locations
        for kind, locale in ((Kind.JSON, None), (Kind.JSON, words), (Kind.PAGE, None))
    ]


def _fingerprint(identity: str) -> str:
    """Of everything besides the data that documents are made of: another program version must not serve old pages."""
    digest = hashlib.sha256(identity.encode())
    sources = [*sorted(Path(__file__).parent.rglob("*.py")), *sorted(TEMPLATES.glob("widget*")),
               *sorted((TEMPLATES / "widget").iterdir()), *sorted(Path(__file__).parent.rglob("*.json"))]  # fmt: skip
    for file in sources:
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
