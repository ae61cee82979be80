"""A site in one thread of the test: the hot path over documents in memory, behind a real HTTP server."""

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.publish import samples
from widget_server.public_model import PublicData
from widget_server.publish.assets import Assets
from widget_server.publish.documents import DocumentStore
from widget_server.publish.page import Pages
from widget_server.publish.public_files import PublicFiles
from widget_server.serve.hotpath import HotPath
from widget_server.serve.shelf import CAPACITY

FILES = PublicFiles(Assets())
PAGES = Pages("http://127.0.0.1:8000", FILES.page)
"""Unchanging, and slow to make: compressing as well as can be and compiling templates."""


class MemoryCache:
    """Texts in a dictionary; `lose` forgets them all."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self.texts.get(key)

    def set(self, key: str, text: str) -> None:
        self.texts[key] = text

    def lose(self) -> None:
        self.texts.clear()


class Source:
    """Stands for the database: holds what is public, counts how often it was asked, and can be away."""

    def __init__(self, public: PublicData) -> None:
        self.public = public
        self.away = False
        self.loads = 0

    def load(self) -> PublicData:
        self.loads += 1
        if self.away:
            raise ConnectionError("the database is away")
        return self.public

    def version(self) -> str:
        if self.away:
            raise ConnectionError("the database is away")
        return self.public.version


class Hands:
    """A monotonic clock that a test moves, in seconds."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def behind(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The application behind the hot path: says which path reached it."""
    start_response("200 OK", [("Content-Type", "text/plain"), ("X-Reached", "app")])
    return [str(environ["PATH_INFO"]).encode()]


class Site:
    """The parts, and the WSGI application made of them."""

    def __init__(self, public: PublicData | None = None, frame_ancestors: str = "*") -> None:
        self.source = Source(public or samples.demo())
        self.cache = MemoryCache()
        self.hands = Hands()
        self.now = samples.NOW
        self.files = FILES
        self.frame_ancestors = frame_ancestors
        self.documents = self.process()
        self.app = self.hotpath()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        return self.app(environ, start_response)

    def process(self) -> DocumentStore:
        """What a process keeps documents with."""
        return DocumentStore(self.cache, self.source.load, lambda: self.now, PAGES)

    def hotpath(self, capacity: int = CAPACITY) -> HotPath:
        """As a server process that has just started."""
        return HotPath(
            behind,
            self.process(),
            self.source.version,
            self.files,
            lambda: self.frame_ancestors,
            capacity=capacity,
            monotonic=self.hands,
        )

    def change(self, public: PublicData) -> None:
        """New data in the database; enough time passes for the next request to notice."""
        self.source.public = public
        self.hands.seconds += 1


class Silent(WSGIRequestHandler):
    """Doesn't log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        pass


@contextmanager
def served(app: WSGIApplication) -> Iterator[str]:
    """The origin at which `app` is reached, on a free loopback port, while the block runs."""
    server: BaseWSGIServer = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
