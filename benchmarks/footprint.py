"""What the site takes of the machine: memory of all of its processes together, and the time until it answers."""

import http.client
import statistics
import time
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.figures import Results, Row, megabytes
from benchmarks.plan import Plan
from benchmarks.processes import proportional_memory
from benchmarks.site import TookTooLong
from widget_server.config import environment
from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import Process
from widget_server.demo.stack import flask_command

HEADING = "Memory and start"
MOST_BYTES, MOST_MORE_BYTES = 220_000_000, 60_000_000
START_WITHIN_SECONDS = 1.5
GIVES_UP_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.002
IDLE_SECONDS = 5.0


def start_and_memory(folder: Path, plan: Plan) -> tuple[list[float], tuple[int, int]]:
    """Seconds of each start until `/healthz` answers 200, and the memory (bytes, processes) of an empty, idle site.

    The first start makes the database and compiles, and isn't counted. Raises `TookTooLong`.
    """
    spans = []
    for number in range(plan.starts + 1):
        (port,) = free_ports((0,))
        process, span = _start(folder, port)
        try:
            if number == plan.starts:
                time.sleep(IDLE_SECONDS)
                memory = proportional_memory(process.pid)
        finally:
            process.stop()
        spans.append(span)
    return spans[1:], memory


def idle_memory(pid: int) -> int:
    """Bytes of a site that has had nothing to do for a moment."""
    time.sleep(IDLE_SECONDS)
    return proportional_memory(pid)[0]


def report(spans: list[float], empty: tuple[int, int], loaded: dict[int, int], results: Results) -> None:
    """Rows; `loaded` has the bytes by the number of resources."""
    median = statistics.median(spans)
    results.add(
        HEADING,
        Row(
            "start of `flask serve` to `/healthz`, compiled",
            f"median {median:.2f} s, slowest {max(spans):.2f} s",
            "≤ 1.5 s",
            median <= START_WITHIN_SECONDS,
        ),
        Row(
            f"`flask serve --workers 1`, empty and idle, {empty[1]} processes together (PSS)",
            megabytes(empty[0]),
            "≤ 220 MB",
            empty[0] <= MOST_BYTES,
        ),
    )
    for resources, count in loaded.items():
        results.add(
            HEADING,
            Row(
                f"the same at {resources:,} resources, after all that was measured there",
                f"{megabytes(count)}: {(count - empty[0]) / 1e6:+.1f} MB",
                "≤ 60 MB more",
                count - empty[0] <= MOST_MORE_BYTES,
            ),
        )


def _start(folder: Path, port: int) -> tuple[Process, float]:
    env = {name: value for name, value in environment().items() if not name.startswith(("WIDGET_", "FLASK_"))}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    env |= {"WIDGET_DATA_DIR": str(folder), "WIDGET_SITE_URL": f"http://{HOST}:{port}"}
    began = time.perf_counter()
    process = Process("site", flask_command("serve", "--host", HOST, "--port", str(port)), env, folder / "log")
    while not _is_healthy(env["WIDGET_SITE_URL"]):
        if time.perf_counter() - began > GIVES_UP_SECONDS:
            process.stop()
            raise TookTooLong(f"/healthz doesn't answer. {process.last_words()}")
        time.sleep(LOOK_EVERY_SECONDS)
    return process, time.perf_counter() - began


def _is_healthy(site_url: str) -> bool:
    connection = http.client.HTTPConnection(urlsplit(site_url).netloc, timeout=GIVES_UP_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()
