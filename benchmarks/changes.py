"""From a change at the hub to the price that visitors get: on a fresh site, and as changes pile up.

The clock starts before the hub is told of the change, so its webhook, our fetch and publishing are all in it. The
documents are asked for as browsers do, compressed and only if newer.
"""

import statistics
import time
from dataclasses import dataclass

from benchmarks import document_store
from benchmarks.document_store import Kept
from benchmarks.figures import Line, Plot, Results, Row, milliseconds, spread
from benchmarks.plan import Plan
from benchmarks.processes import processor_seconds
from benchmarks.site import Site, Watcher

HEADING = "Change → public"
WITHIN_SECONDS = {10: 0.2, 1_000: 0.3, 10_000: 1.0}
THE_REST_WITHIN_SECONDS = 1.0
TIMES_FRESH = 1.2
PAUSE_SECONDS = 0.3
"""Between changes: the machine is idle again, and no spacing of fetches is measured."""
WARM_UP = 3
AT_ONCE = 10
"""Changes that come together while the earlier changes pile up: so they make an edition or two, not hundreds."""
CHANGES_A_STEP = 5
"""Changes that are timed after each step."""


@dataclass(frozen=True)
class Spans:
    """Seconds from the change until each has it: `?location=`, all of the JSON, the page. `work`: the processor time of
    the site's processes, in seconds, looking included."""

    location: float
    whole: float
    page: float
    work: float


@dataclass(frozen=True)
class Step:
    """After so many changes: how long the next ones took, and what the document store keeps."""

    changes: int
    seconds: float
    kept: Kept


@dataclass(frozen=True)
class Ageing:
    """What one site has gone through."""

    resources: int
    fresh: list[Spans]
    steps: list[Step]
    aged: list[Spans]
    edition_bytes: int


def measure(site: Site, plan: Plan) -> Ageing:
    """Time single changes, make many, time single changes again. Raises `TookTooLong`."""
    timed(site, WARM_UP, plan)
    fresh = timed(site, plan.changes, plan)
    steps = [_step(site, 0, fresh)]
    for number in range(1, plan.steps + 1):
        pile_up(site, plan.earlier_changes // plan.steps, plan)
        spans = timed(site, CHANGES_A_STEP, plan)
        steps.append(_step(site, number * plan.earlier_changes // plan.steps, spans))
    aged = timed(site, plan.changes, plan)
    return Ageing(site.size.resources, fresh, steps, aged, document_store.edition_bytes(site))


def timed(site: Site, count: int, plan: Plan) -> list[Spans]:
    """Single changes in one location after the other, each seen through before the next."""
    whole, page = site.watcher("/widget.json"), site.watcher("/widget")
    spans = []
    for number in range(count):
        location = number % site.size.locations
        (rate,) = site.rates_of(location, 1, first=number)
        eyes = (site.watcher(site.location_path(location)), whole, page)
        spans.append(_one(site, rate, eyes, plan.patience))
        time.sleep(PAUSE_SECONDS)
    return spans


def pile_up(site: Site, count: int, plan: Plan) -> None:
    """Make changes, a few at a time, as soon as those before are public."""
    for number in range(count // AT_ONCE):
        location = number % site.size.locations
        eyes = site.watcher(site.location_path(location))
        amounts = site.new_amounts(AT_ONCE)
        site.hub.set_amounts(list(zip(site.rates_of(location, AT_ONCE, number), amounts, strict=True)))
        eyes.wait_for(amounts, plan.patience)


def report(found: list[Ageing], results: Results) -> None:
    """Rows and plots."""
    for each in found:
        results.add(HEADING, *_rows(each))
    if found:
        title = "From a change to `widget.json?location=…` as changes pile up"
        lines = tuple(_line(each) for each in found)
        results.plots.append(Plot("change-to-public", title, "earlier changes", "milliseconds, median", lines))


def _rows(each: Ageing) -> list[Row]:
    within = WITHIN_SECONDS.get(each.resources)
    fresh = [spans.location for spans in each.fresh]
    aged = [spans.location for spans in each.aged]
    median, again = statistics.median(fresh), statistics.median(aged)
    name = f"{each.resources:,} resources"
    whole = statistics.median(spans.whole - spans.location for spans in each.fresh)
    page = statistics.median(spans.page - spans.location for spans in each.fresh)
    work = statistics.median(spans.work for spans in each.fresh)
    return [
        Row(
            f"{name}: in `widget.json?location=…`",
            spread(fresh),
            f"≤ {milliseconds(within)}" if within else "",
            None if within is None else median <= within,
        ),
        Row(
            f"{name}: the same after {each.steps[-1].changes:,} changes",
            f"{spread(aged)}: {again / median:.2f} ×",
            "≤ 1.2 ×",
            again <= TIMES_FRESH * median,
        ),
        Row(
            f"{name}: all of `widget.json`, and `widget`, after that",
            f"median {milliseconds(whole)}, {milliseconds(page)}",
            "≤ 1 s each",
            max(whole, page) <= THE_REST_WITHIN_SECONDS,
        ),
        Row(f"{name}: processor time of the site for one change", f"median {milliseconds(work)}"),
    ]


def _line(each: Ageing) -> Line:
    points = tuple((step.changes, step.seconds * 1000) for step in each.steps)
    return Line(f"{each.resources:,} resources", points)


def _one(site: Site, rate: str, eyes: tuple[Watcher, Watcher, Watcher], patience: float) -> Spans:
    (amount,) = site.new_amounts(1)
    worked = processor_seconds(site.pid)
    began = time.perf_counter()
    site.hub.set_amounts([(rate, amount)])
    seen = []
    for each in eyes:
        each.wait_for([amount], patience)
        seen.append(time.perf_counter() - began)
    location, whole, page = seen
    return Spans(location, whole, page, processor_seconds(site.pid) - worked)


def _step(site: Site, changes: int, spans: list[Spans]) -> Step:
    return Step(changes, statistics.median(each.location for each in spans), document_store.on_disk(site.data))
