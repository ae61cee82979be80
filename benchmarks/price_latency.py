"""From a hub change to the new price in `widget.json`: how long, through real processes and real HTTP.

    make bench                        (or: .venv/bin/python -m benchmarks.price_latency --changes 200)

Starts hub, site and sample page, connects them, changes one price again and again and asks `widget.json` until it has
the new one. The clock starts when the hub has taken the change, before its webhook leaves. Beside it stands, from the
same run, how long one request for `widget.json` and one fetch from the hub take here: machines differ, ratios less.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import requests

from widget_server.demo.stack import Stack

RATE = "rate-5001"
RESOURCE, NAME = "7843", "Hourly"
PATIENCE_SECONDS = 30.0
LOOK_EVERY_SECONDS = 0.005
PAUSE_SECONDS = 0.3
"""Between changes: the machine is idle again, and no spacing of fetches is measured."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--changes", type=int, default=100)
    changes = parser.parse_args().changes
    with tempfile.TemporaryDirectory() as folder, Stack(Path(folder)) as stack, requests.Session() as session:
        session.trust_env = False
        stack.connect()
        stack.wait_for_prices()
        time.sleep(2)  # the rest of the initial set
        spans = [_one(session, stack, f"{50 + number % 40}.{number % 100:02d}") for number in range(changes)]
        request = _median(lambda: session.get(f"{stack.site_url}/widget.json", timeout=5))
        hub = _median(lambda: session.get(f"{stack.hub_url}/sandbox/state", timeout=5))
    _report(spans, request, hub)


def _one(session: requests.Session, stack: Stack, amount: str) -> float:
    """Seconds from the change to the price."""
    began = time.perf_counter()
    session.post(f"{stack.hub_url}/sandbox/rates/{RATE}", json={"amount": amount}, timeout=5).raise_for_status()
    while _price(session, stack) != amount:
        if time.perf_counter() - began > PATIENCE_SECONDS:
            raise SystemExit(f"{amount} didn't arrive within {PATIENCE_SECONDS:g} s")
        time.sleep(LOOK_EVERY_SECONDS)
    span = time.perf_counter() - began
    time.sleep(PAUSE_SECONDS)
    return span


def _price(session: requests.Session, stack: Stack) -> str | None:
    document = session.get(f"{stack.site_url}/widget.json", timeout=5).json()
    for location in document["locations"]:
        for resource in location["resources"]:
            for rate in resource["rates"]:
                if resource["id"] == RESOURCE and rate.get("name") == NAME:
                    return str(rate["amount"])
    return None


def _median(call: Callable[[], object], times: int = 50) -> float:
    spans = []
    for _ in range(times):
        began = time.perf_counter()
        call()
        spans.append(time.perf_counter() - began)
    return statistics.median(spans)


def _report(spans: list[float], request: float, hub: float) -> None:
    ordered = sorted(spans)
    p95 = ordered[min(len(ordered) - 1, round(len(ordered) * 0.95))]
    print(f"changes                      {len(spans)}")
    print(f"hub change → widget.json     median {statistics.median(spans) * 1000:.0f} ms")
    print(f"                             95th percentile {p95 * 1000:.0f} ms")
    print(f"                             longest {ordered[-1] * 1000:.0f} ms")
    print(f"one GET of widget.json       median {request * 1000:.1f} ms")
    print(f"one GET at the hub           median {hub * 1000:.1f} ms")
    print("goal: 95th percentile under 1000 ms:", "reached" if p95 < 1 else "NOT reached")


if __name__ == "__main__":
    main()
