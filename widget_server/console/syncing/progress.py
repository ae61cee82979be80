"""How far a run is, from what its targets say. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from widget_server.store.sync_runs import TargetFact
from widget_server.store.targets import FETCH_SPACING

STALLED_AFTER = timedelta(seconds=30)
"""A worker takes up what is due within a second; if nothing has begun after this, none is running."""
MOST_PROBLEMS = 5
STALLED = "Nothing is being fetched: the worker doesn't seem to run. Start “flask serve”, or “flask worker” alone."


class Fate(Enum):
    """What has become of a target since the run began."""

    WAITING = auto()
    UNDER_WAY = auto()
    SUCCEEDED = auto()
    FAILED = auto()


@dataclass(frozen=True)
class Progress:
    """How many targets have which fate; `problems` says why some failed, the commonest reason first."""

    total: int
    succeeded: int
    failed: int
    under_way: int
    problems: tuple[str, ...]

    @property
    def done(self) -> int:
        """Those that were fetched since the run began, whatever came of it."""
        return self.succeeded + self.failed

    @property
    def over(self) -> bool:
        """Whether each was."""
        return self.done >= self.total


def fate(target: TargetFact, since: datetime, now: datetime) -> Fate:
    """What has become of a target that was made due at `since`.

    A success counts by when its fetch began: one that was under way when the run began isn't the run's, and the target
    is fetched once more, soon. A failure is one until the next try has succeeded.
    """
    if target.succeeded_at is not None and target.succeeded_at >= since:
        return Fate.SUCCEEDED
    is_leased = target.lease_until is not None and target.lease_until > now
    if target.started_at is None or target.started_at < since:
        if is_leased:
            return Fate.UNDER_WAY
        if target.due_at is not None and target.due_at <= now + FETCH_SPACING:
            return Fate.WAITING
        return Fate.FAILED if target.problem else Fate.SUCCEEDED
    if target.problem is not None and target.due_at is not None and target.due_at > since:
        return Fate.FAILED
    return Fate.UNDER_WAY if is_leased else Fate.WAITING


def progress(targets: Iterable[TargetFact], since: datetime, now: datetime) -> Progress:
    """All targets of a run that began at `since`."""
    fates = [(target, fate(target, since, now)) for target in targets]
    counts = Counter(found for _, found in fates)
    reasons = Counter(target.problem or "" for target, found in fates if found is Fate.FAILED)
    return Progress(
        total=len(fates),
        succeeded=counts[Fate.SUCCEEDED],
        failed=counts[Fate.FAILED],
        under_way=counts[Fate.UNDER_WAY],
        problems=tuple(reason for reason, _ in reasons.most_common(MOST_PROBLEMS)),
    )


def sentence(found: Progress, elapsed: timedelta) -> str:
    """`"3 of 12 fetched, 1 failed."`; and whatever else the operator should know after `elapsed`."""
    if found.over and not found.failed:
        return "Everything was fetched." if found.total != 1 else "It was fetched."
    if found.over:
        return f"{found.succeeded} of {found.total} fetched, {found.failed} failed: they are tried again by themselves."
    if not found.done and not found.under_way and elapsed > STALLED_AFTER:
        return STALLED
    failed = f", {found.failed} failed" if found.failed else ""
    return f"{found.succeeded} of {found.total} fetched{failed}."
