"""Published documents survive as text, in files and in Redis; a cache that is away is slow for nobody."""

import uuid
from collections.abc import Iterator

import pytest
import redis
from flask import Flask

from widget_server import config
from widget_server.publish.documents import DocumentStore
from widget_server.web import document_cache


@pytest.fixture(params=["files", "redis"])
def env(request: pytest.FixtureRequest, settings_env: dict[str, str]) -> Iterator[dict[str, str]]:
    if request.param == "files":
        yield settings_env
        return
    url = request.getfixturevalue("redis_url")
    yield settings_env | {"WIDGET_REDIS_URL": url}
    server = redis.from_url(url)
    for key in server.scan_iter("*document-cache-test-*"):
        server.delete(key)
    server.close()


def test_text_comes_back_as_it_went_in(env: dict[str, str]) -> None:
    cache = document_cache.install(Flask("test"), config.load(env))
    key = f"document-cache-test-{uuid.uuid4().hex}"
    assert cache.get(key) is None
    cache.set(key, "Café £45 </script>")
    assert cache.get(key) == "Café £45 </script>"


def test_neither_a_hit_nor_a_miss_complains(env: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    cache = document_cache.install(Flask("test"), config.load(env))
    key = f"document-cache-test-{uuid.uuid4().hex}"
    cache.get(key)
    cache.set(key, "text")
    cache.get(key)
    assert caplog.records == []


def test_nothing_in_the_cache_is_pickled(settings_env: dict[str, str]) -> None:
    settings = config.load(settings_env)
    document_cache.install(Flask("test"), settings).set("key", "plain text")
    kept = [file.read_bytes() for file in (settings.data_dir / "cache").iterdir()]
    assert any(b'"plain text"' in content for content in kept)
    assert not any(b"\x80" in content for content in kept)


def test_a_redis_that_is_away_raises_at_once_and_the_document_store_goes_on(settings_env: dict[str, str]) -> None:
    away = settings_env | {"WIDGET_REDIS_URL": "redis://127.0.0.1:1/0"}
    cache = document_cache.install(Flask("test"), config.load(away))
    store = DocumentStore(cache, _never, _never, _Pages())  # type: ignore[arg-type]
    assert store.latest() is None


def _never() -> object:
    raise AssertionError("nothing was to be loaded")


class _Pages:
    identity = "test"
