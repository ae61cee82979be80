"""A flood: a thousand webhooks that are about twenty prices."""

import time
from dataclasses import dataclass

from benchmarks.figures import Results, Row
from benchmarks.plan import Plan
from benchmarks.site import Site

HEADING = "Flood"
TARGETS, ROUNDS = 20, 50
WITHIN_SECONDS = 1.5
MOST_FETCHES = 60
STRAGGLERS_SECONDS = 1.0
"""How long fetches are counted after all is public."""


@dataclass(frozen=True)
class Flood:
    """Seconds after the first change until the last 202 and until all was public; what the hub was asked meanwhile."""

    resources: int
    webhooks: int
    sent: float
    public: float
    fetches: int


def measure(site: Site, plan: Plan) -> Flood:
    """Change twenty prices fifty times, as fast as the hub takes it. Raises `TookTooLong`."""
    eyes = site.watcher(site.location_path(0))
    rates = site.rates_of(0, TARGETS)
    before = site.hub.counts()
    began = time.perf_counter()
    for _ in range(ROUNDS):
        amounts = site.new_amounts(TARGETS)
        site.hub.set_amounts(list(zip(rates, amounts, strict=True)))
    site.hub.wait_until_sent(plan.patience)
    sent = time.perf_counter() - began
    eyes.wait_for(amounts, plan.patience)
    public = time.perf_counter() - began
    time.sleep(STRAGGLERS_SECONDS)
    after = site.hub.counts()
    taken = after["sent"] - before["sent"]
    return Flood(site.size.resources, taken, sent, public, after["apiCalls"] - before["apiCalls"])


def report(found: list[Flood], results: Results) -> None:
    """A row for each size."""
    for each in found:
        results.add(
            HEADING,
            Row(
                f"{each.resources:,} resources: {each.webhooks:,} webhooks for {TARGETS} targets",
                f"public {each.public - each.sent:.2f} s after the last 202, which came after {each.sent:.2f} s",
                "≤ 1.5 s",
                each.public - each.sent <= WITHIN_SECONDS and each.webhooks == TARGETS * ROUNDS,
            ),
            Row(
                f"{each.resources:,} resources: fetches for them",
                f"{each.fetches}",
                "≤ 60",
                each.fetches <= MOST_FETCHES,
            ),
        )
