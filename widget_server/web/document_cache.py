"""Where published documents are cached: Flask-Caching, in files, or in Redis when there are several machines.

Only text goes in, and JSON keeps it as such: the default pickles, and whoever could write into the cache could then
run code here.
"""

from typing import Any

from cachelib.serializers import JSONSerializer
from flask import Flask
from flask_caching import Cache
from flask_caching.backends import FileSystemCache, RedisCache

from widget_server.config import Settings

CACHE_FOLDER = "cache"
NEVER_EXPIRES = 0
REDIS_LIFETIME_SECONDS = 30 * 24 * 3600
"""Files are pruned by number; in Redis, editions that nobody asks for any more go by age."""
FILES_KEPT = 2000
REDIS_PATIENCE_SECONDS = 0.5
"""A Redis that is away must not keep visitors waiting: their document is rendered instead."""


class TextSerializer(JSONSerializer):
    """JSON; knows that Redis answers None for what it doesn't have."""

    def loads(self, bvalue: str | bytes | bytearray | None, *args: Any, **kwargs: Any) -> Any:
        return None if bvalue is None else super().loads(bvalue, *args, **kwargs)


class TextFiles(FileSystemCache):
    """Files that hold JSON from the first one on; `CACHE_SERIALIZER` comes after the cache's own first file."""

    serializer = TextSerializer()  # type: ignore[assignment]  # any serializer will do


class TextRedis(RedisCache):
    """Redis, holding JSON."""

    serializer = TextSerializer()  # type: ignore[assignment]  # any serializer will do


def install(app: Flask, settings: Settings) -> Cache:
    """The cache of this app; has `get(key) -> str | None` and `set(key, text)`."""
    prefix = {"CACHE_KEY_PREFIX": f"pricing-widget:{settings.site_url}:"}
    return Cache(app, config=prefix | (_redis(settings.redis_url) if settings.redis_url else _files(settings)))


def _files(settings: Settings) -> dict[str, object]:
    return {
        "CACHE_TYPE": f"{__name__}.{TextFiles.__name__}",
        "CACHE_DIR": str(settings.data_dir / CACHE_FOLDER),
        "CACHE_DEFAULT_TIMEOUT": NEVER_EXPIRES,
        "CACHE_THRESHOLD": FILES_KEPT,
    }


def _redis(url: str) -> dict[str, object]:
    patience = {"socket_timeout": REDIS_PATIENCE_SECONDS, "socket_connect_timeout": REDIS_PATIENCE_SECONDS}
    return {
        "CACHE_TYPE": f"{__name__}.{TextRedis.__name__}",
        "CACHE_REDIS_URL": url,
        "CACHE_DEFAULT_TIMEOUT": REDIS_LIFETIME_SECONDS,
        "CACHE_OPTIONS": patience,
    }
