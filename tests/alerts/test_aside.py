"""Work beside the worker's own: now and then, never two at a time, and nothing that it does gets out."""

import threading

from widget_server.alerts.watch import Aside
from widget_server.errors import StoreUnavailable

PATIENCE_SECONDS = 20


class Hands:
    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_it_works_at_once_and_then_once_a_minute_however_often_it_is_called() -> None:
    hands, worked = Hands(), threading.Semaphore(0)
    aside = Aside(worked.release, 60, hands)
    for _ in range(100):
        aside()
    assert worked.acquire(timeout=PATIENCE_SECONDS)
    for thread in threading.enumerate():
        if thread.name == "alerts":
            thread.join()
    hands.seconds = 59.9
    aside()
    assert not worked.acquire(blocking=False)
    hands.seconds = 60
    aside()
    assert worked.acquire(timeout=PATIENCE_SECONDS)


def test_slow_work_holds_nobody_up_and_is_not_begun_twice() -> None:
    hands, go_on, begun = Hands(), threading.Event(), []

    def slow() -> None:
        begun.append(1)
        go_on.wait(PATIENCE_SECONDS)

    aside = Aside(slow, 60, hands)
    for _ in range(3):
        aside()
        hands.seconds += 60
    go_on.set()
    assert len(begun) == 1


def test_nothing_that_breaks_gets_out() -> None:
    hands, done = Hands(), threading.Semaphore(0)
    errors = iter([StoreUnavailable("away"), ValueError("odd")])

    def breaks() -> None:
        done.release()
        raise next(errors)

    aside = Aside(breaks, 60, hands)
    for _ in range(2):
        aside()
        assert done.acquire(timeout=PATIENCE_SECONDS)
        for thread in threading.enumerate():
            if thread.name == "alerts":
                thread.join()
        hands.seconds += 60
