"""One run: starts the sites, lets each measure have its turn, collects what comes of it.

What can't be measured, since a program is missing or a wait takes too long, is a row that says so; the rest goes on.
"""

import functools
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests

from benchmarks import (
    changes,
    document_store,
    flood,
    footprint,
    initial_set,
    load,
    nginx,
    serving,
    webhook_acceptance,
    widget_speed,
)
from benchmarks.changes import Ageing
from benchmarks.document_store import Kept, NoRedis
from benchmarks.figures import Results, Row
from benchmarks.flood import Flood
from benchmarks.initial_set import Initial
from benchmarks.plan import Plan
from benchmarks.serving import Busy, Compared
from benchmarks.site import Site, TookTooLong, started
from benchmarks.webhook_acceptance import Acceptance
from tests.conftest import CHROMIUM
from widget_server.demo.process import DemoFailed

PARTS = ("footprint", "changes", "flood", "serving", "busy", "redis", "webhooks", "browser")
"""What can be left out. The initial set can't: without it there are no prices."""
HEADING = "Not measured"
NO_WRK = "wrk isn't installed: apt-get install wrk"
SLOWDOWN = 4.0
"""Of the processor, as browsers' developer tools have it for a phone."""
FLOODED_UP_TO = 1_000
"""Resources."""
FAILURES = (TookTooLong, DemoFailed, requests.RequestException, subprocess.CalledProcessError, RuntimeError, OSError)


@dataclass
class Found:
    """What the measures have found so far, for the reports at the end."""

    initial: list[Initial] = field(default_factory=list)
    ageing: list[Ageing] = field(default_factory=list)
    floods: list[Flood] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    busy: list[Busy] = field(default_factory=list)
    memory: dict[int, int] = field(default_factory=dict)
    redis: tuple[list[tuple[int, Kept]], int] | None = None
    starts: tuple[list[float], tuple[int, int]] | None = None
    webhooks: tuple[Acceptance, float] | None = None
    tasks: dict[str, list[float]] = field(default_factory=dict)


class Run:
    """`folder` is for the sites' data; those of `PARTS` that are in `parts` are measured; `say` gets a line for each
    step."""

    def __init__(self, plan: Plan, parts: frozenset[str], folder: Path, say: Callable[[str], None]) -> None:
        self._plan = plan
        self._parts = parts
        self._folder = folder
        self._say = say
        self._began = time.monotonic()
        self._found = Found()
        self._missing: list[Row] = []

    def everything(self) -> Results:
        """All measures, and what they found."""
        self._do("footprint", "start, and memory of an empty site", self._footprint)
        for size in sorted({*self._plan.initial_only, *self._plan.sizes}):
            self._try(f"{size:,} resources: initial set", functools.partial(self._site, size))
        self._do("redis", f"{self._plan.redis_size:,} resources: document store in Redis", self._redis)
        self._do("webhooks", "webhooks accepted", self._webhooks)
        self._do("browser", "1,000 resources in a browser", self._browser)
        return self._results()

    def _footprint(self) -> None:
        self._found.starts = footprint.start_and_memory(self._folder / "empty", self._plan)

    def _site(self, size: int) -> None:
        plan, found, name = self._plan, self._found, f"{size:,} resources"
        with started(self._folder / f"site-{size}", size) as site:
            found.initial.append(initial_set.measure(site, plan))
            if size not in plan.sizes:
                return
            self._do("changes", f"{name}: changes", lambda: found.ageing.append(changes.measure(site, plan)))
            if size <= FLOODED_UP_TO:
                self._do("flood", f"{name}: a flood", lambda: found.floods.append(flood.measure(site, plan)))
            if size in plan.loads_at:
                self._loads(site, name)
            self._do("footprint", f"{name}: memory", lambda: self._memory(site))

    def _memory(self, site: Site) -> None:
        self._found.memory[site.size.resources] = footprint.idle_memory(site.pid)

    def _loads(self, site: Site, name: str) -> None:
        plan, found = self._plan, self._found
        if not load.is_there():
            self._miss(f"{name}: serving", NO_WRK)
            return
        if nginx.is_there():
            folder = self._folder / f"nginx-{site.size.resources}"
            self._do("serving", f"{name}: serving", lambda: found.compared.extend(serving.compare(site, plan, folder)))
        else:
            self._miss(f"{name}: serving beside nginx", "nginx isn't installed: apt-get install nginx-light")
        self._do("busy", f"{name}: serving while prices change", lambda: found.busy.append(serving.busy(site, plan)))

    def _redis(self) -> None:
        plan = self._plan
        with (
            document_store.empty_redis_database() as (url, client),
            started(self._folder / "redis", plan.redis_size, {"WIDGET_REDIS_URL": url}) as site,
        ):
            initial_set.measure(site, plan)
            steps = [(0, document_store.in_redis(client))]
            for number in range(1, plan.steps + 1):
                changes.pile_up(site, plan.redis_changes // plan.steps, plan)
                steps.append((number * plan.redis_changes // plan.steps, document_store.in_redis(client)))
            self._found.redis = (steps, document_store.edition_bytes(site))

    def _webhooks(self) -> None:
        if load.is_there():
            self._found.webhooks = webhook_acceptance.measure(self._folder / "webhooks", self._plan.acceptance_seconds)
        else:
            self._miss("webhooks accepted", NO_WRK)

    def _browser(self) -> None:
        if not self._plan.browser_runs:
            return
        if Path(CHROMIUM).exists():
            self._found.tasks = widget_speed.large(self._plan.browser_runs, SLOWDOWN)
        else:
            self._miss("1,000 resources in a browser", f"there is no {CHROMIUM}: apt-get install chromium")

    def _results(self) -> Results:
        found, results = self._found, Results()
        changes.report(found.ageing, results)
        initial_set.report(found.initial, results)
        flood.report(found.floods, results)
        self._report_stores(results)
        serving.report(found.compared, found.busy, results)
        if found.starts is not None:
            footprint.report(*found.starts, found.memory, results)
        if found.webhooks is not None:
            webhook_acceptance.report(*found.webhooks, results)
        widget_speed.report(found.tasks, results)
        if self._missing:
            results.add(HEADING, *self._missing)
        return results

    def _report_stores(self, results: Results) -> None:
        lines = {}
        for each in self._found.ageing:
            name = f"{each.resources:,} resources, on disk"
            lines[name] = [(step.changes, step.kept) for step in each.steps]
            document_store.report(name, lines[name], each.edition_bytes, results)
        if self._found.redis is not None:
            steps, edition = self._found.redis
            name = f"{self._plan.redis_size:,} resources, in Redis"
            lines[name] = steps
            document_store.report(name, steps, edition, results)
        if lines:
            document_store.plot(lines, results)

    def _do(self, part: str, what: str, measure: Callable[[], object]) -> None:
        """A measure that can be left out."""
        if part in self._parts:
            self._try(what, measure)

    def _try(self, what: str, measure: Callable[[], object]) -> None:
        """A measure whose failure keeps nothing else from being measured."""
        self._say(f"{time.monotonic() - self._began:5.0f} s  {what}")
        try:
            measure()
        except NoRedis as error:
            self._miss(what, str(error))
        except FAILURES as error:
            self._missing.append(Row(what, str(error).splitlines()[0], reached=False))

    def _miss(self, what: str, why: str) -> None:
        """Something that this machine doesn't have."""
        self._say(f"         {what}: {why}")
        self._missing.append(Row(what, why))
