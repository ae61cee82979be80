"""Requests that wait at the same time share one piece of work: one transaction, one commit.

Whoever comes while nobody works is the leader: it takes along all that wait, does the work and wakes them with their
own answers. Who comes meanwhile waits for the next round, which the longest waiting of them leads. So a request that
comes alone waits for nobody, and no thread goes on working for others once it has its own answer. Between two rounds
there is a moment in which other processes get at the database.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from widget_server.errors import StoreUnavailable

MOST_AT_ONCE = 32
"""In one round: others wait for the database as long as it takes."""

GIVE_WAY_SECONDS = 0.002
"""Between two rounds: whoever waits for SQLite's lock looks every millisecond whether it is free."""

Work = TypeVar("Work")
Answer = TypeVar("Answer")


class Together(Generic[Work, Answer]):
    """`run` does the work of a round in one transaction: for each piece its answer, or the error that its sender gets.

    When it raises, nothing of that round was done. `give_way` is called before a round that follows another. Safe to
    share between threads.
    """

    def __init__(
        self,
        run: Callable[[Sequence[Work]], Sequence[Answer | Exception]],
        most: int = MOST_AT_ONCE,
        give_way: Callable[[], None] = lambda: time.sleep(GIVE_WAY_SECONDS),
    ) -> None:
        self._give_way = give_way
        self._run = run
        self._most = most
        self._lock = threading.Lock()
        self._waiting: deque[_Place[Work, Answer]] = deque()
        self._is_led = False

    @property
    def waiting(self) -> int:
        """How many wait for the next round."""
        return len(self._waiting)

    def do(self, work: Work) -> Answer:
        """The answer to `work`, once its round has been committed. Raises the error that `run` has for it, and
        `StoreUnavailable` when its round, or the one that it waited for, could not be stored."""
        place: _Place[Work, Answer] = _Place(work)
        with self._lock:
            self._waiting.append(place)
            leads, self._is_led = not self._is_led, True
        if not leads:
            place.wait()
            if place.outcome is None:
                self._give_way()
        if place.outcome is None:
            self._lead()
        if isinstance(place.outcome, Exception):
            raise place.outcome
        assert place.outcome is not None
        return place.outcome

    def _lead(self) -> None:
        """One round, in which the leader's own work is the first."""
        with self._lock:
            taken = [self._waiting.popleft() for _ in range(min(self._most, len(self._waiting)))]
        error = StoreUnavailable("the thread that did the work was ended")
        try:
            for place, outcome in zip(taken, self._outcomes([place.work for place in taken]), strict=True):
                place.outcome = outcome
        except StoreUnavailable as unavailable:
            error = unavailable
            with self._lock:  # their turn would only make them wait for as long once more
                taken += self._waiting
                self._waiting.clear()
        finally:
            self._finish(taken, error)

    def _outcomes(self, works: Sequence[Work]) -> Sequence[Answer | Exception]:
        """A piece that breaks the round, which a bug or bad data may do, harms no other: each is then tried alone."""
        try:
            return self._run(works)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 -- raised again, in the thread of the request that caused it
            return [error] if len(works) == 1 else [outcome for work in works for outcome in self._outcomes([work])]

    def _finish(self, taken: "Sequence[_Place[Work, Answer]]", error: StoreUnavailable) -> None:
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._is_led = following is not None
        for place in taken:
            if place.outcome is None:
                place.outcome = StoreUnavailable(str(error), error.retry_after)
            place.wake()
        if following is not None:
            following.wake()


class _Place(Generic[Work, Answer]):
    """One who waits. Woken without an outcome, it is the leader."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.outcome: Answer | Exception | None = None
        self._asleep = threading.Lock()
        self._asleep.acquire()

    def wait(self) -> None:
        self._asleep.acquire()

    def wake(self) -> None:
        self._asleep.release()
