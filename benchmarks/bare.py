"""The least that a site under Granian could do: hand out answers that are ready, found by their path.

Run by `serving`: `python -m granian … benchmarks.bare:app`, with the answers' folder in `BENCH_ANSWERS`.
"""

import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from benchmarks.nginx import START_WITHIN_SECONDS, Answer
from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import Process

FOLDER = "BENCH_ANSWERS"
HEADERS = "headers.json"
GRANIAN = ("--interface", "wsgi", "--workers", "1", "--blocking-threads", "5", "--http", "1", "--no-ws")
"""Like `widget_server.serving.web` on two processors."""


@contextmanager
def serving(answers: Mapping[str, Answer], folder: Path) -> Iterator[str]:
    """Granian's origin, where `/<name>` gives the answer of that name. Raises `DemoFailed` when it doesn't start."""
    (port,) = free_ports((0,))
    folder.mkdir(parents=True)
    for name, answer in answers.items():
        (folder / name).write_bytes(answer.content)
    (folder / HEADERS).write_text(json.dumps({name: answer.own_headers() for name, answer in answers.items()}))
    command = [sys.executable, "-m", "granian", *GRANIAN, "--host", HOST, "--port", str(port), f"{__name__}:app"]
    process = Process("bare site", command, {**os.environ, FOLDER: str(folder)}, folder / "log")
    try:
        process.wait_until_it_answers(f"http://{HOST}:{port}/{next(iter(answers))}", START_WITHIN_SECONDS)
        yield f"http://{HOST}:{port}"
    finally:
        process.stop()


def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The answer whose name is the path."""
    headers, content = _ready[environ["PATH_INFO"][1:]]
    start_response("200 OK", headers)
    return [content]


def _read(folder: Path) -> dict[str, tuple[list[tuple[str, str]], bytes]]:
    found: dict[str, list[tuple[str, str]]] = json.loads((folder / HEADERS).read_text())
    return {
        name: ([(key, value) for key, value in headers], (folder / name).read_bytes())
        for name, headers in found.items()
    }


_ready = _read(Path(os.environ[FOLDER])) if FOLDER in os.environ else {}
