"""What visitors ask for: beside nginx with the same bytes, and while prices change all the time.

All servers have one worker and are asked in turn, so that what else the machine does hits each of them.
"""

import resource
import statistics
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import bare, load, nginx
from benchmarks.figures import Results, Row
from benchmarks.load import Load
from benchmarks.nginx import Answer
from benchmarks.plan import Plan
from benchmarks.processes import processor_seconds
from benchmarks.site import Site

HEADING = "Serving"
PATHS = {
    "widget.json": "/widget.json",
    "widget": "/widget",
    "filter": "/widget.json?type=meeting-room",
    "embed.js": "/embed.js",
}
LEAST_OF_NGINX = 0.55
LEAST_OF_IDLE, MOST_P99 = 0.7, 3.0
CHANGES_A_SECOND = 20


@dataclass(frozen=True)
class Compared:
    """One path on each server: requests a second, and how many bytes each answer's body has. `bare` is Granian with
    nothing behind it but that answer."""

    resources: int
    path: str
    encoding: str
    bytes: int
    site: float
    nginx: float
    bare: float


@dataclass(frozen=True)
class Busy:
    """`/widget.json` on an idle site and while prices change. `processors`: seconds of processor time for each second
    of the latter, by who used them."""

    resources: int
    idle: Load
    busy: Load
    changes: int
    processors: dict[str, float]


def compare(site: Site, plan: Plan, folder: Path) -> list[Compared]:
    """Every path in every encoding. Raises what `load.run` raises, and `DemoFailed`."""
    found = []
    for encoding in plan.encodings:
        answers = {name: Answer.of(site.stack.site_url + path, encoding) for name, path in PATHS.items()}
        with (
            nginx.serving(answers, folder / f"nginx-{encoding}") as theirs,
            bare.serving(answers, folder / f"bare-{encoding}") as least,
        ):
            for name, path in PATHS.items():
                urls = (site.stack.site_url + path, f"{theirs}/{name}", f"{least}/{name}")
                size = len(answers[name].content)
                found.append(Compared(site.size.resources, path, encoding, size, *_in_turn(urls, encoding, plan)))
    return found


def busy(site: Site, plan: Plan) -> Busy:
    """The same load on `/widget.json` without and with changes. Raises what `load.run` raises."""
    url, seconds = f"{site.stack.site_url}/widget.json", plan.publishing_seconds
    load.run(url, 1, "br")
    idle = [load.run(url, seconds, "br")]
    with _changes(site) as changed:
        began, before = time.perf_counter(), _processors(site)
        found = load.run(url, seconds, "br")
        span, after = time.perf_counter() - began, _processors(site)
    idle.append(load.run(url, seconds, "br"))
    used = {name: (after[name] - before[name]) / span for name in after}
    return Busy(site.size.resources, _middle(idle), found, len(changed), used)


def report(compared: list[Compared], busy_sites: list[Busy], results: Results) -> None:
    """Rows."""
    for each in compared:
        ratio = each.site / each.nginx
        results.add(
            HEADING,
            Row(
                f"{each.resources:,} resources: `{each.path}`, {each.encoding}, {each.bytes:,} bytes",
                f"{each.site:,.0f} a second, nginx {each.nginx:,.0f}: {ratio:.2f} ×; "
                f"Granian alone {each.bare / each.nginx:.2f} ×",
                f"≥ {LEAST_OF_NGINX} ×",
                ratio >= LEAST_OF_NGINX,
            ),
        )
    for site in busy_sites:
        results.add(f"{HEADING} while {CHANGES_A_SECOND} prices a second change", *_busy_rows(site))


def _busy_rows(each: Busy) -> list[Row]:
    rate, slower = each.busy.per_second / each.idle.per_second, each.busy.p99_ms / each.idle.p99_ms
    used = ", ".join(f"{name} {share:.2f}" for name, share in each.processors.items())
    return [
        Row(
            f"{each.resources:,} resources: `/widget.json`, requests a second",
            f"{each.busy.per_second:,.0f}, idle {each.idle.per_second:,.0f}: {rate:.2f} ×",
            f"≥ {LEAST_OF_IDLE} ×",
            rate >= LEAST_OF_IDLE,
        ),
        Row(
            f"{each.resources:,} resources: `/widget.json`, 99 of 100 within",
            f"{each.busy.p99_ms:.1f} ms, idle {each.idle.p99_ms:.1f} ms: {slower:.1f} ×",
            f"≤ {MOST_P99:.0f} ×",
            slower <= MOST_P99,
        ),
        Row(f"{each.resources:,} resources: processors used, {each.changes} changes", used),
    ]


def _in_turn(urls: tuple[str, str, str], encoding: str, plan: Plan) -> tuple[float, float, float]:
    """Medians of requests a second."""
    for url in urls:
        load.run(url, 1, encoding)
    rounds = [[load.run(url, plan.load_seconds, encoding).per_second for url in urls] for _ in range(plan.load_rounds)]
    first, second, third = (statistics.median(each) for each in zip(*rounds, strict=True))
    return first, second, third


@contextmanager
def _changes(site: Site) -> Iterator[list[str]]:
    """Meanwhile prices change, one after the other; the list has a rate for each change so far."""
    stop, changed = threading.Event(), list[str]()

    def change() -> None:
        number, next_at = 0, time.perf_counter()
        while not stop.wait(max(0.0, next_at - time.perf_counter())):
            (rate,) = site.rates_of(number % site.size.locations, 1, number)
            site.hub.set_amounts([(rate, site.new_amounts(1)[0])])
            changed.append(rate)
            number, next_at = number + 1, next_at + 1 / CHANGES_A_SECOND

    thread = threading.Thread(target=change, name="changes")
    thread.start()
    try:
        yield changed
    finally:
        stop.set()
        thread.join()


def _processors(site: Site) -> dict[str, float]:
    """Seconds used so far."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "site": processor_seconds(site.pid),
        "hub": processor_seconds(site.stack.processes["hub"].pid),
        "load generator": children.ru_utime + children.ru_stime,
        "benchmark": time.process_time(),
    }


def _middle(loads: list[Load]) -> Load:
    return Load(
        statistics.mean(each.per_second for each in loads),
        statistics.mean(each.p50_ms for each in loads),
        statistics.mean(each.p99_ms for each in loads),
    )
