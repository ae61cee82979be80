"""Opening hours as people write them: a line for each group of days instead of seven."""

from collections.abc import Iterable
from itertools import pairwise

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def folded(lines: Iterable[str]) -> list[str]:
    """Days that follow each other and keep the same hours become one line; every other line stays as it is.

    ["Monday 09:00–17:00", "Tuesday 09:00–17:00", "Friday 10:00–14:00"]
    → ["Monday–Tuesday 09:00–17:00", "Friday 10:00–14:00"]
    """
    runs: list[list[str]] = []
    for line in lines:
        if runs and _follows(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return [_one_line(run) for run in runs]


def _follows(before: str, after: str) -> bool:
    day, _, hours = before.partition(" ")
    next_day, _, next_hours = after.partition(" ")
    return bool(hours) and hours == next_hours and (day, next_day) in pairwise(DAYS)


def _one_line(run: list[str]) -> str:
    first, last = run[0], run[-1]
    return first if first is last else f"{first.partition(' ')[0]}–{last}"
