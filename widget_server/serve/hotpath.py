"""The WSGI layer in front of Flask: public paths → ready bytes, without Flask and without SQL.

A request for a document that is ready costs two look-ups in dictionaries. Everything that isn't public goes on to
the application.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from widget_server.publish.bodies import body
from widget_server.publish.documents import DocumentStore, Edition
from widget_server.publish.public_files import PublicFiles
from widget_server.publish.query import Kind, Wanted, wanted
from widget_server.publish.variants import PUBLIC_HEADERS, Answer, Body, Ready
from widget_server.serve.current import RETRY_SECONDS, CurrentEdition
from widget_server.serve.shelf import CAPACITY, Kept, Shelf

KINDS = {path: kind for kind in Kind for path in (str(kind), f"{kind}/")}
METHODS = "GET, HEAD, OPTIONS"
UNAVAILABLE_RETRY_SECONDS = "5"

log = logging.getLogger(__name__)


class HotPath:
    """Answers `/widget.json`, `/widget` and the files that browsers load with them; hands the rest to `app`.

    `version` answers the data version that is current (see `CurrentEdition`); `frame_ancestors` is the CSP source
    list of who may frame the page; `note` is told of each request for a document; `capacity` is how many
    documents stay in memory; `monotonic` a clock in seconds.
    """

    def __init__(
        self,
        app: WSGIApplication,
        documents: DocumentStore,
        version: Callable[[], str],
        files: PublicFiles,
        frame_ancestors: Callable[[], str] = lambda: "*",
        note: Callable[[WSGIEnvironment], None] = lambda _: None,
        capacity: int = CAPACITY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._documents = documents
        self._current = CurrentEdition(documents, version, monotonic)
        self._files = files
        self._frame_ancestors = frame_ancestors
        self._note = note
        self._monotonic = monotonic
        self._shelf = Shelf(capacity)
        self._rendering = threading.Lock()
        self._render_again_at = float("-inf")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        ready = self._find(path, environ.get("QUERY_STRING", ""))
        if ready is None:
            return self._app(environ, start_response)
        if path in KINDS:
            self._note(environ)
        answer = _answer(ready, environ)
        start_response(answer.status, list(answer.headers))
        return [answer.body]

    def _find(self, path: str, query: str) -> Ready | None:
        kind = KINDS.get(path)
        return self._files.find(path, query) if kind is None else self._document(kind, query)

    def _document(self, kind: Kind, query: str) -> Ready:
        edition = self._current.get()
        if edition is None:
            return UNAVAILABLE
        return self._ready(edition, wanted(kind, query, edition.choices))

    def _ready(self, edition: Edition, asked: Wanted) -> Ready:
        """The answer of this edition; the one before while the new one is being made, or can't be."""
        version = edition.document["version"]
        kept = self._shelf.get(asked)
        if kept is not None and (kept.version == version or self._monotonic() < self._render_again_at):
            return kept.ready
        if not self._rendering.acquire(blocking=kept is None):
            return kept.ready if kept else UNAVAILABLE
        try:
            return self._made(edition, asked)
        except Exception:
            log.exception("a document can't be made; serving the one before")
            self._render_again_at = self._monotonic() + RETRY_SECONDS
            return kept.ready if kept else UNAVAILABLE
        finally:
            self._rendering.release()

    def _made(self, edition: Edition, asked: Wanted) -> Ready:
        version = edition.document["version"]
        kept = self._shelf.get(asked)
        if kept is not None and kept.version == version:  # another thread made it while this one waited
            return kept.ready
        text = self._documents.text(edition, asked)
        ready = Ready(body(text, asked, edition.document, self._frame_ancestors))
        self._shelf.put(asked, Kept(version, ready))
        return ready


def _answer(ready: Ready, environ: WSGIEnvironment) -> Answer:
    """GET and HEAD get the document, a preflight is allowed (a script's If-None-Match causes one), the rest isn't."""
    method = environ["REQUEST_METHOD"]
    if method in ("GET", "HEAD"):
        return ready.answer(method, environ.get("HTTP_ACCEPT_ENCODING"), environ.get("HTTP_IF_NONE_MATCH"))
    return PREFLIGHT if method == "OPTIONS" else NOT_ALLOWED


PREFLIGHT = Answer(
    "204 No Content",
    (
        ("Allow", METHODS),
        ("Access-Control-Allow-Methods", METHODS),
        ("Access-Control-Allow-Headers", "Accept, Cache-Control, If-None-Match, Pragma"),
        ("Access-Control-Max-Age", "86400"),
        *PUBLIC_HEADERS,
    ),
    b"",
)
NOT_ALLOWED = Answer(
    "405 Method Not Allowed",
    (
        ("Allow", METHODS),
        ("Content-Type", "application/json; charset=utf-8"),
        ("Content-Length", "30"),
        *PUBLIC_HEADERS,
    ),
    b'{"error":"method_not_allowed"}',
)
UNAVAILABLE = Ready(
    Body(
        b"Prices can't be shown right now. Please try again in a moment.",
        "text/plain; charset=utf-8",
        "no-store",
        HTTPStatus.SERVICE_UNAVAILABLE,
        (("Retry-After", UNAVAILABLE_RETRY_SECONDS),),
    )
)
