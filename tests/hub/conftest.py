"""A hub that says whatever a test makes it say, over real HTTP on a loopback port."""

import json
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

Reply = Callable[["Handler"], None]


@dataclass(frozen=True)
class Seen:
    """One request as it arrived. `port` is the client's: each connection has another."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    port: int


@dataclass
class ScriptedHub:
    """`replies` by path with query; anything else is 404. `seen` has every request, `ended` the client's port of each
    connection that is over; `stop` ends slow replies."""

    url: str = ""
    replies: dict[str, Reply] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    ended: "queue.SimpleQueue[int]" = field(default_factory=queue.SimpleQueue)
    stop: threading.Event = field(default_factory=threading.Event)

    def answers(self, path: str, body: Any = b"", status: int = 200, headers: dict[str, str] | None = None) -> str:
        """Answer `path` like this from now on (`body`: bytes, or anything as JSON); returns the URL."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.replies[path] = lambda handler: handler.reply(data, status, headers or {})
        return self.url + path

    def does(self, path: str, reply: Reply) -> str:
        """Let `reply` write the answer to `path`; returns the URL."""
        self.replies[path] = reply
        return self.url + path


class Handler(BaseHTTPRequestHandler):
    hub: ScriptedHub
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.hub.seen.append(Seen(self.command, self.path, dict(self.headers), body, self.client_address[1]))
        reply = self.hub.replies.get(self.path, _unknown)
        try:
            reply(self)
        except OSError:  # the client hung up, which is what some tests are about
            self.close_connection = True

    do_POST = do_GET

    def reply(self, body: bytes, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def finish(self) -> None:
        self.hub.ended.put(self.client_address[1])
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hub() -> Iterator[ScriptedHub]:
    scripted = ScriptedHub()
    handler = type("BoundHandler", (Handler,), {"hub": scripted, "protocol_version": "HTTP/1.1"})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    scripted.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield scripted
    scripted.stop.set()
    server.shutdown()
    server.server_close()
    thread.join()


def _unknown(handler: Handler) -> None:
    handler.reply(b"{}", 404, {})
