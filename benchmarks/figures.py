"""What the measures bring home: plain figures, without a word of how they are printed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line of the table. `reached` is None where there is no target, or none to judge by."""

    what: str
    measured: str
    target: str = ""
    reached: bool | None = None


@dataclass(frozen=True)
class Line:
    """A line of a plot through points (x, y)."""

    label: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Plot:
    """A picture of how something grows; `name` is its file's, without the ending."""

    name: str
    title: str
    x: str
    y: str
    lines: tuple[Line, ...]


@dataclass
class Results:
    """Everything that was measured, by the heading that it stands under."""

    groups: dict[str, list[Row]] = field(default_factory=dict)
    plots: list[Plot] = field(default_factory=list)

    def add(self, heading: str, *rows: Row) -> None:
        """Put rows below a heading."""
        self.groups.setdefault(heading, []).extend(rows)

    @property
    def missed(self) -> int:
        """How many targets were not reached."""
        return sum(row.reached is False for rows in self.groups.values() for row in rows)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of them lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round((len(ordered) - 1) * share))]


def spread(seconds: Sequence[float]) -> str:
    """ "median 148 ms, p95 201 ms"."""
    return f"median {milliseconds(statistics.median(seconds))}, p95 {milliseconds(percentile(seconds, 0.95))}"


def milliseconds(seconds: float) -> str:
    """ "1 s", "148 ms", "4.1 ms"."""
    value = seconds * 1000
    if value >= 1_000:
        return f"{seconds:.3g} s"
    return f"{value:.1f} ms" if value < 10 else f"{value:.0f} ms"


def megabytes(count: float) -> str:
    """ "3.20 MB", of 1,000,000 bytes each."""
    return f"{count / 1e6:.2f} MB"
