"""Plots as SVG. The same figures give the same bytes, so that a repository shows what changed."""

from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.figures import Plot

mpl.rcParams["svg.hashsalt"] = "pricing-widget"
WIDTH_INCHES, HEIGHT_INCHES = 7.5, 3.8
WIDE = 20.0
"""Where x grows by more than this factor, its axis is logarithmic."""


def draw(plot: Plot, file: Path) -> None:
    """Write the picture to `file`."""
    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), layout="constrained")
    axes = figure.subplots()
    for line in plot.lines:
        axes.plot([x for x, _ in line.points], [y for _, y in line.points], marker="o", markersize=4, label=line.label)
    least, most = _range(plot)
    if least > 0 and most > WIDE * least:
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(plot.x)
    axes.set_ylabel(plot.y)
    axes.grid(visible=True, alpha=0.3)
    axes.legend()
    figure.savefig(file, format="svg", metadata={"Date": None})


def _range(plot: Plot) -> tuple[float, float]:
    numbers = [x for line in plot.lines for x, _ in line.points]
    return min(numbers), max(numbers)
