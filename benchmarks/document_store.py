"""How much room published documents take, on disk and in Redis, beside the bytes of one edition."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis
import requests

from benchmarks.figures import Line, Plot, Results, Row, megabytes
from benchmarks.site import REQUEST_TIMEOUT_SECONDS, Site

HEADING = "Document store"
TIMES_ONE_EDITION, EXTRA_BYTES = 4, 5_000_000
NOT_DOCUMENTS = ("widget.sqlite3", "secret.key")
"""What else is in the data directory; names begin like this."""
BLOCK_BYTES = 512
"""In which stat(2) counts what a file takes."""
REDIS_URL = "redis://127.0.0.1:6379"
DATABASES = 16
"""That Redis has unless it is told otherwise."""


class NoRedis(Exception):
    """This machine has no Redis that could be used; the message says why."""


@dataclass(frozen=True)
class Kept:
    """So many files or keys, which take so many bytes."""

    count: int
    bytes: int


def on_disk(data: Path) -> Kept:
    """All files in the data directory but the database and the key, by the blocks that they take."""
    files = [path for path in data.rglob("*") if not path.name.startswith(NOT_DOCUMENTS)]
    sizes = [size for size in map(_blocks, files) if size is not None]
    return Kept(len(sizes), sum(sizes))


def in_redis(client: "redis.Redis") -> Kept:
    """All keys of the database that the client is connected to, with what Redis needs for each."""
    keys = list(client.scan_iter(count=1_000))
    return Kept(len(keys), sum(int(client.memory_usage(key, samples=0) or 0) for key in keys))


@contextmanager
def empty_redis_database() -> Iterator[tuple[str, "redis.Redis"]]:
    """The address of a database of this machine's Redis that nobody uses, and a client; emptied in the end.

    Raises `NoRedis` when there is none.
    """
    try:
        with redis.Redis.from_url(REDIS_URL) as server:
            used = {int(name.removeprefix("db")) for name in server.info("keyspace")}
    except redis.ConnectionError as error:
        raise NoRedis(f"there is no Redis at {REDIS_URL}") from error
    number = max(set(range(DATABASES)) - used, default=None)
    if number is None:
        raise NoRedis(f"all databases of {REDIS_URL} are in use")
    url = f"{REDIS_URL}/{number}"
    with redis.Redis.from_url(url) as client:
        try:
            yield url, client
        finally:
            client.flushdb()


def edition_bytes(site: Site) -> int:
    """Bytes of all that is usually asked for, not compressed: JSON and page, whole and of each location."""
    queries = ["", *(f"?location={site.size.site_id(number)}" for number in range(site.size.locations))]
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Accept-Encoding"] = "identity"
        return sum(
            len(session.get(f"{site.stack.site_url}{path}{query}", timeout=REQUEST_TIMEOUT_SECONDS).content)
            for path in ("/widget.json", "/widget")
            for query in queries
        )


def report(name: str, steps: Sequence[tuple[int, Kept]], edition: int, results: Results) -> None:
    """A row for what was kept at most; `steps` are (changes, what was kept then)."""
    limit = TIMES_ONE_EDITION * edition + EXTRA_BYTES
    most = max(kept.bytes for _, kept in steps)
    last = steps[-1][1]
    results.add(
        HEADING,
        Row(
            name,
            f"at most {megabytes(most)}, after {steps[-1][0]:,} changes {megabytes(last.bytes)} in {last.count:,}; "
            f"one edition has {megabytes(edition)}",
            f"≤ 4 × + 5 MB: {megabytes(limit)}",
            most <= limit,
        ),
    )


def plot(lines: Mapping[str, Sequence[tuple[int, Kept]]], results: Results) -> None:
    """How it grows with the changes; `lines` have steps as `report` takes them, by their names."""
    drawn = tuple(
        Line(name, tuple((changes, kept.bytes / 1e6) for changes, kept in steps)) for name, steps in lines.items()
    )
    results.plots.append(Plot("document-store", "The document store as changes pile up", "changes", "megabytes", drawn))


def _blocks(path: Path) -> int | None:
    """Bytes on disk; None for what isn't a file or is gone already."""
    try:
        return path.stat().st_blocks * BLOCK_BYTES if path.is_file() else None
    except FileNotFoundError:
        return None
