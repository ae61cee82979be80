"""Strangers who begin to send a form and don't go on."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from werkzeug.test import create_environ, run_wsgi_app

from widget_server.web.bodies import PLACES

PATIENCE_SECONDS = 10


class Stalled(io.RawIOBase):
    """A body of which nothing comes until `go`; `asked` is set when somebody waits for it."""

    def __init__(self, go: threading.Event) -> None:
        self.asked = threading.Event()
        self._go = go

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        self.asked.set()
        assert self._go.wait(PATIENCE_SECONDS)
        return 0


@contextmanager
def stalled_strangers(site: Flask) -> Iterator[None]:
    """As many as there are places wait; in the end they are gone."""
    go, sending = threading.Event(), list[threading.Thread]()
    try:
        for _ in range(PLACES):
            body = Stalled(go)
            sending.append(threading.Thread(target=_send, args=(site, body)))
            sending[-1].start()
            assert body.asked.wait(PATIENCE_SECONDS)
        yield
    finally:
        go.set()
        for each in sending:
            each.join()


def _send(site: Flask, body: Stalled) -> None:
    """Past the test client, which would read the body itself."""
    form = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": "9"}
    run_wsgi_app(site, create_environ("/login", method="POST") | form | {"wsgi.input": body})
