"""The figures as a table for people: at the terminal, and as `docs/performance.md`. Pure but for `write`."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks import plots
from benchmarks.figures import Results, Row

COLUMNS = ("what", "measured", "target", "")
ABOUT = """\
Made by `make bench`, which takes about half an hour; don't edit it. Everything is measured from the outside: `flask
serve` as shipped with one web process, the hub's stand-in from `make demo` with a made-up workspace, real HTTP between
them, SQLite on a real disk. Hub, load generator and benchmark run on the same machine and take their share of it.

Figures are medians. Two that are set against each other come from one run, taken in turn where they can be: machines
differ, ratios less. Documents are asked for as browsers do, compressed and only if newer.
"""


def verdict(row: Row) -> str:
    """What became of the target."""
    return "" if row.reached is None else "reached" if row.reached else "NOT reached"


def as_text(results: Results) -> str:
    """For a terminal."""
    lines = []
    for heading, rows in results.groups.items():
        lines += ["", heading, "-" * len(heading)]
        for row in rows:
            lines.append(row.what.replace("`", ""))
            target = f"   [{row.target}]" if row.target else ""
            lines.append(f"    {row.measured}{target}   {verdict(row)}".rstrip())
    missed = results.missed
    return "\n".join([*lines, "", "All targets were reached." if not missed else f"Targets NOT reached: {missed}."])


def as_markdown(results: Results, machine: Sequence[tuple[str, str]], today: date) -> str:
    """For `docs/performance.md`."""
    parts = ["# Performance", "", ABOUT, f"Measured on {today.isoformat()}.", "", "| | |", "|---|---|"]
    parts += [f"| {name} | {value} |" for name, value in machine]
    for heading, rows in results.groups.items():
        parts += ["", f"## {heading}", "", _cells(COLUMNS), "|---|---|---|---|"]
        parts += [_cells((row.what, row.measured, row.target, verdict(row))) for row in rows]
    for plot in results.plots:
        parts += ["", f"## {plot.title}", "", f"![{plot.y} over {plot.x}](performance/{plot.name}.svg)"]
    return "\n".join(parts) + "\n"


def write(results: Results, machine: Sequence[tuple[str, str]], docs: Path) -> Path:
    """Write the manual's page and its pictures; the page's file."""
    folder = docs / "performance"
    folder.mkdir(exist_ok=True)
    for plot in results.plots:
        plots.draw(plot, folder / f"{plot.name}.svg")
    page = docs / "performance.md"
    page.write_text(as_markdown(results, machine, date.today()), encoding="utf-8")  # noqa: DTZ011 -- the reader's day
    return page


def _cells(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", "\\|") for text in texts) + " |"
