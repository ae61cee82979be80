"""When to try again. Pure."""

from datetime import datetime, timedelta

FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(hours=1)


def next_try(now: datetime, tries: int, retry_after: timedelta | None) -> datetime:
    """PROTOCOL §4: one second after the first try, doubling to an hour; never before what the hub asked for.

    `tries` counts those that went wrong in a row, this one included, from 1.
    """
    doublings = min(max(tries, 1) - 1, 20)
    doubled: timedelta = FIRST_RETRY * 2**doublings
    return now + max(min(doubled, LONGEST_RETRY), min(retry_after or timedelta(), LONGEST_RETRY))
