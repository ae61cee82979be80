"""Places where alerts arrive: a little mail server and a little chat tool, both real, both on loopback."""

import base64
import json
import socketserver
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from email import message_from_string, policy
from email.message import EmailMessage
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from tests.serve.site import served


@dataclass
class Mailbox:
    """What came; `refuses` makes the server answer 451 and `refusal`, `extensions` are what it says it can."""

    url: str = ""
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    refuses: bool = False
    refusal: str = "later"
    extensions: tuple[str, ...] = ("AUTH PLAIN",)


class _Session(socketserver.StreamRequestHandler):
    """RFC 5321, as far as a polite client needs it."""

    server: "_Server"

    def handle(self) -> None:
        self._say("220 here")
        for raw in self.rfile:
            line = raw.decode().strip()
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            self._do(verb, line)

    def _do(self, verb: str, line: str) -> None:
        box = self.server.box
        if verb == "EHLO":
            words = ["here", *box.extensions]
            for at, word in enumerate(words):
                self._say(f"250{'-' if at < len(words) - 1 else ' '}{word}")
        elif verb == "AUTH":
            box.logins.append(base64.b64decode(line.split()[2]).decode())
            self._say("235 ok")
        elif verb == "RCPT":
            box.recipients.append(line.partition(":")[2].strip("<>"))
            self._say(f"451 {box.refusal}" if box.refuses else "250 ok")
        elif verb == "DATA":
            self._say("354 go on")
            lines = iter(lambda: self.rfile.readline().decode(), ".\r\n")
            box.mails.append(message_from_string("".join(lines), policy=policy.default))
            self._say("250 ok")
        else:
            self._say("250 ok")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    box: Mailbox


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with _Server(("127.0.0.1", 0), _Session) as server:
        server.box = Mailbox(f"smtp://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.box
        server.shutdown()
        thread.join()


@dataclass
class ChatTool:
    """What was posted; answers `status`."""

    url: str = ""
    posts: list[dict[str, str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    status: str = "200 OK"

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.paths.append(environ["PATH_INFO"])
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        self.posts.append(json.loads(body))
        start_response(self.status, [("Content-Length", "2"), ("Location", "/elsewhere")])
        return [b"ok"]


@pytest.fixture
def chat() -> Iterator[ChatTool]:
    found = ChatTool()
    with served(found) as origin:
        found.url = f"{origin}/hooks/s3cret"
        yield found
