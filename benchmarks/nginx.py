"""The yardstick for serving: nginx with one process, and the site's own answers as its files.

It is set up as Debian ships it, but for the access log, which is off.
"""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import Process

START_WITHIN_SECONDS = 20.0
ITS_OWN = frozenset({"connection", "date", "server", "transfer-encoding"})
"""Headers that servers write themselves."""
FROM_FILES = frozenset({"content-length", "content-type"})
"""Headers that nginx makes from the file and the place's settings."""


@dataclass(frozen=True)
class Answer:
    """The bytes and headers that a server gave."""

    content: bytes
    headers: Mapping[str, str]

    @classmethod
    def of(cls, url: str, encoding: str) -> "Answer":
        """What `url` answers to who takes `encoding`, left as encoded. Raises `requests.RequestException`."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, headers={"Accept-Encoding": encoding}, stream=True, timeout=60)
            answer.raise_for_status()
            return cls(answer.raw.read(decode_content=False), answer.headers)

    def own_headers(self) -> list[tuple[str, str]]:
        """Those that come from the site and not from its server."""
        return [(name, value) for name, value in self.headers.items() if name.lower() not in ITS_OWN]


def is_there() -> bool:
    """Whether nginx is installed."""
    return _program() is not None


@contextmanager
def serving(answers: Mapping[str, Answer], folder: Path) -> Iterator[str]:
    """nginx's origin, where `/<name>` gives the answer of that name. Raises `DemoFailed` when it doesn't start."""
    (port,) = free_ports((0,))
    folder.mkdir(parents=True)
    for name, answer in answers.items():
        (folder / name).write_bytes(answer.content)
    config = folder / "nginx.conf"
    config.write_text(_config(answers, folder, port))
    process = Process("nginx", [_program() or "nginx", "-c", str(config)], os.environ, folder / "nginx.log")
    try:
        origin = f"http://{HOST}:{port}"
        process.wait_until_it_answers(origin, START_WITHIN_SECONDS)
        yield origin
    finally:
        process.stop()


def _program() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def _config(answers: Mapping[str, Answer], folder: Path, port: int) -> str:
    user = "user root;" if os.geteuid() == 0 else ""
    places = "".join(_place(name, answer) for name, answer in answers.items())
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; {temporary} sendfile on; tcp_nopush on; etag off; if_modified_since off;\n"
        "keepalive_requests 1000000000;\n"
        f"server {{ listen {HOST}:{port} backlog=1024; root {folder};\n{places}}} }}\n"
    )


def _place(name: str, answer: Answer) -> str:
    added = "".join(
        f"add_header {header} {_quoted(value)};"
        for header, value in answer.own_headers()
        if header.lower() not in FROM_FILES
    )
    kind = _quoted(answer.headers["Content-Type"])
    return f'location = /{name} {{ types {{}} default_type {kind}; add_header Last-Modified ""; {added} }}\n'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
