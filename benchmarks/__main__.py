"""Measure everything and print a table; the full run writes `docs/performance.md`, too.

make bench                        all of it, about half an hour
make bench QUICK=1                a look, in less than five minutes
make bench ARGS='--only changes flood --sizes 10'
"""

import argparse
import dataclasses
import sys
import tempfile
from pathlib import Path

from benchmarks import machine, report
from benchmarks.figures import Results, Row
from benchmarks.plan import FULL, QUICK
from benchmarks.run import PARTS, Run
from widget_server.demo.process import ROOT

TESTS = (("make test", "test_seconds", 360.0, "6 min"), ("make unit", "unit_seconds", 15.0, "15 s"))
"""Commands, the options that bring their times, and the times that they may take, in seconds and in words."""


def main() -> None:
    """Measure, print, write."""
    given = _options()
    plan = QUICK if given.quick else FULL
    if given.sizes:
        plan = dataclasses.replace(plan, sizes=tuple(given.sizes), initial_only=(), loads_at=tuple(given.sizes))
    facts = machine.facts()
    disk = ROOT / "var"  # /tmp may be memory, where a commit costs nothing
    disk.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=disk, prefix="bench-") as folder:
        results = Run(plan, frozenset(given.only), Path(folder), _say).everything()
    _add_tests(given, results)
    print(report.as_text(results))
    everything = not given.quick and not given.sizes and set(given.only) == set(PARTS)
    if everything or given.write:
        print(f"Written: {report.write(results, facts, ROOT / 'docs')}")


def _add_tests(given: argparse.Namespace, results: Results) -> None:
    for command, option, seconds, words in TESTS:
        taken = getattr(given, option)
        if taken is not None:
            results.add("Tests", Row(f"`{command}`", f"{taken:.0f} s", f"≤ {words}", taken <= seconds))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    about, _, usage = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=about, epilog=usage, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a look, in less than five minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to measure")
    parser.add_argument("--sizes", nargs="+", type=int, help="numbers of resources")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md in any case")
    parser.add_argument("--test-seconds", type=float, help="what `make test` took, for the table")
    parser.add_argument("--unit-seconds", type=float, help="what `make unit` took, for the table")
    return parser.parse_args()


if __name__ == "__main__":
    main()
