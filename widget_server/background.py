"""Work that must not hold an answer up: done a little later, in a thread of its own, and again when it failed."""

import logging
import threading
from collections.abc import Callable

Later = Callable[[float, Callable[[], None]], None]
"""Runs a task after so many seconds, elsewhere."""

log = logging.getLogger(__name__)


def in_background(seconds: float, task: Callable[[], None]) -> None:
    """Run `task` in a thread after so many seconds; the process may end before."""
    timer = threading.Timer(seconds, task)
    timer.daemon = True
    timer.start()


class Background:
    """Runs `task` some time after it was wanted, once however often that was: `first_after` seconds later for the
    first time, `again_after` from then on. When it raises, it is wanted again. Safe to share between threads.
    """

    def __init__(
        self, task: Callable[[], None], *, first_after: float, again_after: float, later: Later = in_background
    ) -> None:
        self._task = task
        self._pause = first_after
        self._again_after = again_after
        self._later = later
        self._lock = threading.Lock()
        self._running = threading.Lock()
        self._is_coming = False

    def want(self) -> None:
        """Ask for a run. Takes no time, and never fails: without a thread to be had, the next one who asks gets it."""
        with self._lock:
            if self._is_coming:
                return
            self._is_coming = True
            pause, self._pause = self._pause, self._again_after
        try:
            self._later(pause, self.run)
        except RuntimeError as error:
            log.warning("No thread for work in the background: %s", error)
            self._is_coming = False

    def run(self) -> None:
        """Run it now, in this thread, after a run that is under way."""
        with self._running:
            self._is_coming = False
            try:
                self._task()
            except Exception as error:  # noqa: BLE001 -- a timer has nobody to tell
                log.warning("What was noticed can't be written down now: %s", error)
                self.want()
