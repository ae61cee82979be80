"""The bar is true: each target counts once, by what its own row says. Pure."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from widget_server.console.syncing.progress import STALLED, Fate, Progress, fate, progress, sentence
from widget_server.store.sync_runs import TargetFact
from widget_server.store.targets import FETCH_SPACING

SINCE = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
NOW = SINCE + timedelta(seconds=10)
BEFORE, AFTER, LATER = SINCE - timedelta(hours=1), SINCE + timedelta(seconds=1), NOW + timedelta(hours=6)
DUE = TargetFact(due_at=SINCE, started_at=BEFORE, succeeded_at=BEFORE, lease_until=None, problem=None)
LEASED = NOW + timedelta(seconds=20)
PROBLEM = "Syncaroo answered 503."
FETCHED = replace(DUE, due_at=LATER, started_at=AFTER, succeeded_at=AFTER)
FAILED = replace(DUE, due_at=LATER, started_at=AFTER, problem=PROBLEM)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(DUE, Fate.WAITING, id="not taken up yet"),
        pytest.param(replace(DUE, started_at=None, succeeded_at=None), Fate.WAITING, id="never fetched before"),
        pytest.param(replace(DUE, problem=PROBLEM), Fate.WAITING, id="an older problem says nothing of this run"),
        pytest.param(replace(DUE, started_at=AFTER, lease_until=LEASED), Fate.UNDER_WAY, id="being fetched"),
        pytest.param(
            replace(DUE, started_at=AFTER, lease_until=LEASED, problem=PROBLEM), Fate.UNDER_WAY,
            id="being fetched after an older problem",
        ),
        pytest.param(FETCHED, Fate.SUCCEEDED, id="fetched"),
        pytest.param(replace(FETCHED, due_at=None), Fate.SUCCEEDED, id="fetched, and gone at the hub"),
        pytest.param(replace(FETCHED, lease_until=LEASED), Fate.SUCCEEDED, id="fetched, and again for a webhook"),
        pytest.param(
            replace(FETCHED, started_at=NOW, problem=PROBLEM), Fate.SUCCEEDED, id="fetched; a later try failed"
        ),
        pytest.param(FAILED, Fate.FAILED, id="failed"),
        pytest.param(replace(FAILED, lease_until=LEASED), Fate.FAILED, id="failed, and being tried again"),
        pytest.param(replace(FAILED, succeeded_at=NOW), Fate.SUCCEEDED, id="failed first, then fetched"),
        pytest.param(
            replace(DUE, started_at=AFTER, lease_until=AFTER), Fate.WAITING, id="its worker died: it is taken up again"
        ),
        pytest.param(replace(DUE, lease_until=LEASED), Fate.UNDER_WAY, id="was under way already when the run began"),
        pytest.param(
            replace(DUE, due_at=NOW + FETCH_SPACING), Fate.WAITING, id="was under way, and is fetched once more"
        ),
        pytest.param(replace(DUE, due_at=None), Fate.SUCCEEDED, id="was under way, and is gone at the hub"),
        pytest.param(
            replace(DUE, due_at=LATER, problem=PROBLEM), Fate.FAILED, id="was under way, and the hub asked for a pause"
        ),
    ],
)  # fmt: skip
def test_each_row_has_one_fate(target: TargetFact, expected: Fate) -> None:
    assert fate(target, SINCE, NOW) is expected


def test_the_bar_counts_what_was_fetched_since_and_nothing_else() -> None:
    running = replace(DUE, started_at=AFTER, lease_until=LEASED)
    found = progress([DUE, running, FETCHED, FETCHED, FAILED, replace(FAILED, problem="Other.")], SINCE, NOW)
    assert (found.done, found.total, found.over) == (4, 6, False)
    assert (found.succeeded, found.failed, found.under_way) == (2, 2, 1)
    assert found.problems == (PROBLEM, "Other.")


def test_the_bar_is_full_only_when_each_was_tried() -> None:
    assert not progress([FETCHED, DUE], SINCE, NOW).over
    assert progress([FETCHED, FAILED], SINCE, NOW).over
    assert progress([], SINCE, NOW).over


def counted(total: int, succeeded: int = 0, failed: int = 0, under_way: int = 0) -> Progress:
    return Progress(total, succeeded, failed, under_way, ())


@pytest.mark.parametrize(
    ("found", "seconds", "words"),
    [
        (counted(12, 3), 5, "3 of 12 fetched."),
        (counted(12, 3, 1), 5, "3 of 12 fetched, 1 failed."),
        (counted(12, 12), 5, "Everything was fetched."),
        (counted(1, 1), 5, "It was fetched."),
        (counted(12, 10, 2), 5, "10 of 12 fetched, 2 failed: they are tried again by themselves."),
        (counted(12), 29, "0 of 12 fetched."),
        (counted(12), 31, STALLED),
        (counted(12, under_way=1), 31, "0 of 12 fetched."),
    ],
)
def test_it_is_told_in_words(found: Progress, seconds: int, words: str) -> None:
    assert sentence(found, timedelta(seconds=seconds)) == words
