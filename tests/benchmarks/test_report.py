"""What the benchmark writes: the same figures give the same page and pictures, and a missed target is told."""

from datetime import date
from pathlib import Path

import pytest

from benchmarks import plots, report
from benchmarks.figures import Line, Plot, Results, Row, megabytes, milliseconds, percentile, spread

GROWTH = Plot("growth", "Growth", "changes", "megabytes", (Line("on disk", ((0, 1.0), (500, 1.5), (1_000, 1.5))),))
SIZES = Plot("sizes", "Sizes", "resources", "seconds", (Line("all public", ((10, 0.4), (1_000, 4.0))),))


@pytest.fixture
def results() -> Results:
    found = Results(plots=[GROWTH])
    found.add("Serving", Row("`/widget`, br", "0.61 ×", "≥ 0.55 ×", True), Row("a | b", "0.20 ×", "≥ 0.55 ×", False))
    found.add("Processors", Row("site", "0.9"))
    return found


@pytest.mark.parametrize("plot", [GROWTH, SIZES])
def test_the_same_figures_give_the_same_picture(plot: Plot, tmp_path: Path) -> None:
    first, second = tmp_path / "first.svg", tmp_path / "second.svg"
    plots.draw(plot, first)
    plots.draw(plot, second)
    assert first.read_bytes() == second.read_bytes()
    assert b"<svg" in first.read_bytes()
    assert b"<dc:date>" not in first.read_bytes()


def test_the_page_has_every_row_and_picture(results: Results) -> None:
    page = report.as_markdown(results, [("processor", "2 × made up")], date(2026, 5, 1))
    assert "| `/widget`, br | 0.61 × | ≥ 0.55 × | reached |" in page
    assert "| a \\| b | 0.20 × | ≥ 0.55 × | NOT reached |" in page
    assert "| site | 0.9 |  |  |" in page
    assert "(performance/growth.svg)" in page
    assert "Measured on 2026-05-01." in page


def test_a_missed_target_is_told_at_the_end(results: Results) -> None:
    assert report.as_text(results).endswith("Targets NOT reached: 1.")
    reached = Results()
    reached.add("Serving", Row("a", "1", "≥ 1", True), Row("b", "2"))
    assert report.as_text(reached).endswith("All targets were reached.")


def test_a_spread_names_the_middle_and_the_slow_end() -> None:
    seconds = [number / 1000 for number in range(1, 101)]
    assert percentile(seconds, 0.95) == 0.095
    assert spread(seconds) == "median 50 ms, p95 95 ms"
    assert [milliseconds(each) for each in (1.0, 0.148, 0.0041)] == ["1 s", "148 ms", "4.1 ms"]
    assert megabytes(3_200_000) == "3.20 MB"
