"""A small site for the hub to talk to: a real HTTP server on an ephemeral loopback port."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

FAR = "2099-01-01T00:00:00"
LISTINGS_TYPE = "application/json; charset=UTF-8"


@dataclass
class Reply:
    """What the site answers."""

    body: Any
    status: int = 200
    content_type: str = "application/json"

    def encoded(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


@dataclass
class Received:
    """A request that reached the site."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass
class Site:
    """Answers as a good site would, but for the replies that a test puts in `next_replies` by path."""

    listings: dict[str, Any]
    next_replies: dict[str, list[Reply]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    expires: str = FAR
    tokens_given: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        """Listen; `url` is known afterwards."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                parts = urlsplit(self.path)
                query = parse_qs(parts.query)
                headers = {name.title(): value for name, value in self.headers.items()}
                reply = site.reply(Received(self.command, parts.path, query, headers, self.rfile.read(length)))
                content = reply.encoded()
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def reset(self, listings: dict[str, Any]) -> None:
        """As new, for the next test."""
        with self.lock:
            self.listings, self.expires, self.tokens_given = listings, FAR, 0
            self.next_replies.clear()
            self.received.clear()

    def reply(self, request: Received) -> Reply:
        with self.lock:
            self.received.append(request)
            planned = self.next_replies.get(request.path)
            if planned:
                return planned.pop(0)
            if request.path == "/api/oauth/token":
                return self.new_tokens()
            if request.path == "/api/check_connection/":
                number = int(request.query["connectionId"][0])
                body = {"connectionId": number, "userId": "1", "locations": self.listings}
                return Reply(body, content_type=LISTINGS_TYPE)
            return Reply({"accepted": True}, 202)

    def new_tokens(self) -> Reply:
        self.tokens_given += 1
        number = self.tokens_given
        return Reply({"accessToken": f"access-{number}", "expires": self.expires, "refreshToken": f"refresh-{number}"})

    def plan(self, path: str, *replies: Reply) -> None:
        """Answer the next requests for this path so."""
        self.next_replies.setdefault(path, []).extend(replies)

    def requests(self, path: str) -> list[Received]:
        with self.lock:
            return [request for request in self.received if request.path == path]

    @property
    def webhooks(self) -> list[Received]:
        return self.requests("/api/update/")

    def forget(self) -> None:
        with self.lock:
            self.received.clear()
