"""Documents into a cache that is there, and into one that isn't."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

from tests.publish import samples
from widget_server.publish.documents import LATEST, DocumentStore, Edition
from widget_server.publish.page import PageFiles, Pages
from widget_server.publish.query import Kind, wanted


@dataclass
class Cache:
    """A cache that breaks from the `room`-th text on; remembers every key that was tried."""

    room: int
    tried: list[str] = field(default_factory=list)

    def get(self, key: str) -> str | None:
        return None

    def set(self, key: str, text: str) -> None:
        self.tried.append(key)
        if len(self.tried) > self.room:
            raise ConnectionError("nobody answers")


def publish(cache: Cache) -> tuple[DocumentStore, Edition]:
    public = samples.demo()
    pages = Pages("http://127.0.0.1:8000", PageFiles("/static/widget.css", "/static/widget-page.js"))
    store = DocumentStore(cache, lambda: public, lambda: datetime(2026, 3, 1, tzinfo=UTC), pages)
    return store, store.publish(public)


def test_the_edition_is_called_the_latest_after_all_of_its_documents() -> None:
    cache = Cache(room=1000)
    publish(cache)
    assert cache.tried.index(LATEST) == len(cache.tried) - 1 > 1


def test_a_cache_that_is_away_is_asked_once_and_not_for_each_document() -> None:
    cache = Cache(room=0)
    publish(cache)
    assert len(cache.tried) == 1


def test_what_was_not_written_whole_is_not_called_the_latest() -> None:
    cache = Cache(room=3)
    publish(cache)
    assert LATEST not in cache.tried


def test_made_up_filters_leave_nothing_in_the_cache() -> None:
    cache = Cache(room=1000)
    store, edition = publish(cache)
    published = set(cache.tried)
    for kind, query in product(
        Kind, ("type=office", "locale=ja", "locale=fr&theme=dark", "location=1198&type=office,x")
    ):
        assert store.text(edition, wanted(kind, query, edition.choices))
    assert set(cache.tried) == published


def test_what_everybody_asks_for_is_kept_when_it_was_lost() -> None:
    cache = Cache(room=1000)
    store, edition = publish(cache)
    written, cache.tried = set(cache.tried), []
    for kind, query in product(Kind, ("", "location=1198")):
        store.text(edition, wanted(kind, query, edition.choices))
    assert len(cache.tried) == 4
    assert set(cache.tried) < written
