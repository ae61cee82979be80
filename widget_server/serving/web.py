"""The web processes: Granian around `wsgi:app`.

Run by the supervisor: `python -m widget_server.serving.web HOST PORT WORKERS`.
"""

import gc
import os
import pkgutil
import signal
import sys
from typing import Any

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from widget_server.serving.parent import die_with

TARGET = "wsgi:app"
APPLICATION = "widget_server.app"
KILL_AFTER_SECONDS = 5
"""How long requests may take to finish once a stop was asked for: as long as a database's lock is waited for.

A client that holds its request open, or doesn't read the answer, is cut off then, which Granian calls "Killing worker-1
after it refused to gracefully stop". A busy machine takes 2 to 4 s more to end the processes: no more than the
supervisor's 9.
"""
BACKLOG = 1024
MAX_HEADER_BYTES = 64 * 1024
HEADERS_WITHIN_MS = 10_000
MAX_THREADS = 8


def main(host: str, port: int, workers: int) -> None:
    """Serve until SIGTERM. Processes that die are replaced; when they keep dying, this one ends with status 1."""
    if workers > 1:
        _share()
    # Ready bytes take microseconds and hold Python's lock; a few threads are for requests that wait for the database.
    threads = min(MAX_THREADS, 2 * (os.cpu_count() or 1) + 1)
    server = Granian(
        TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        backlog=BACKLOG,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEADERS_WITHIN_MS, max_buffer_size=MAX_HEADER_BYTES),
        websockets=False,
        log_level=LogLevels.warning,
        log_access=False,
        respawn_failed_workers=True,
        workers_kill_timeout=KILL_AFTER_SECONDS,
    )
    server.serve(target_loader=_load)


def _share() -> None:
    """Import once what all web processes need: they are forked, so they share its memory. A single one is better served
    by a watcher that is small."""
    gc.disable()
    pkgutil.resolve_name(APPLICATION)
    gc.freeze()
    gc.enable()


def _load(target: str) -> Any:
    """In each web process: end with the one that watches over it, which would otherwise leave the port taken."""
    die_with(os.getppid(), signal.SIGKILL)
    return pkgutil.resolve_name(target)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
