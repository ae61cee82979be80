"""Syncaroo's token endpoint on loopback: says what a test tells it to, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

TOKENS = {"tokenType": "Bearer", "expiresIn": 600, "accessToken": "their-access", "refreshToken": "their-refresh"}


class FakeHub(ThreadingHTTPServer):
    """`asked` has each token request's form; `status` and `answer` are what it gets, `location` for a redirect."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.asked: list[dict[str, str]] = []
        self.status = 200
        self.answer: bytes = json.dumps(TOKENS).encode()
        self.location: str | None = None

    @contextmanager
    def listening(self) -> Iterator["FakeHub"]:
        """Answer until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        thread.start()
        yield self
        self.shutdown()
        thread.join()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: FakeHub

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        self.server.asked.append({"path": self.path, "type": self.headers["Content-Type"]} | form)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.server.answer)))
        self.end_headers()
        self.wfile.write(self.server.answer)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the tests' output."""
