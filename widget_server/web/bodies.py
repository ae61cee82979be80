"""Waiting for the bodies of requests: whoever sends one slowly keeps no thread that visitors wait for.

The server hands a request on once its headers are there, and reading the rest blocks one of its few threads for as long
as the sender likes. So only so many bodies of strangers are waited for at a time; whoever sends none is answered all
the while, and so is whoever has shown who they are.
"""

import io
import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app, request, session
from werkzeug.exceptions import ServiceUnavailable

from widget_server.web.sessions import OPERATOR

INPUT = "wsgi.input"
PLACES = 2
"""Strangers' bodies that a process waits for at the same time: it has three threads or more."""
FOR_A_PLACE_SECONDS = 0.2
"""Nearly every body comes with its headers and needs its place for some microseconds."""
RETRY_AFTER_SECONDS = 5


class Bodies:
    """A WSGI layer around `app`: at most `places` bodies of strangers are waited for at once."""

    def __init__(self, app: WSGIApplication, places: int = PLACES) -> None:
        self._app = app
        self._places = threading.BoundedSemaphore(places)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        source = environ.get(INPUT)
        if source is None:
            return self._app(environ, start_response)
        body = environ[INPUT] = _Body(source, _length(environ), self._places)
        try:
            return self._app(environ, start_response)
        finally:
            body.leave()


class _Body(io.RawIOBase):
    """Stands in for `source`. Reading raises `ServiceUnavailable` when too many others are waited for."""

    def __init__(self, source: Any, length: int | None, places: threading.BoundedSemaphore) -> None:
        self._source = source
        self._left = length
        self._places = places
        self._has_place = False
        self._needs_place = True

    def readable(self) -> bool:
        """For readers that ask."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some bytes, 0 at the end."""
        if len(buffer) == 0 or self._left == 0:
            return 0
        self._take_place()
        size = len(buffer) if self._left is None else min(len(buffer), self._left)
        data = self._source.read(size)
        buffer[: len(data)] = data
        if self._left is not None:
            self._left -= len(data)
        if not data or self._left == 0:
            self.leave()
        return len(data)

    def trust(self) -> None:
        """Its sender is known: it needs no place among strangers."""
        self._needs_place = False

    def leave(self) -> None:
        """Nothing more of it is waited for."""
        if self._has_place:
            self._has_place = False
            self._places.release()

    def _take_place(self) -> None:
        if self._has_place or not self._needs_place:
            return
        if not self._places.acquire(timeout=FOR_A_PLACE_SECONDS):
            raise ServiceUnavailable(retry_after=RETRY_AFTER_SECONDS)
        self._has_place = True


def install(app: Flask) -> None:
    """Trust whoever brings a session of the operator's; to come before whatever reads forms."""
    app.before_request(_trust_the_operator)


def trust_sender() -> None:
    """Whoever sends the present request has shown who they are: its body is waited for whatever strangers do."""
    body = request.environ.get(INPUT)
    if isinstance(body, _Body):
        body.trust()


def _trust_the_operator() -> None:
    """By the cookie's signature, where there is one: whoever asks for the session makes an answer private."""
    has_session = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if request.method == "POST" and has_session and OPERATOR in session:
        trust_sender()


def _length(environ: WSGIEnvironment) -> int | None:
    text = environ.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else None
