"""Looks how things are, keeps the book of incidents, and tells what is untold. Any number of workers may do so.

Told is what a channel took: a failure is tried again with growing pauses, a worker that is killed while it tells leaves
a lease that runs out. So an alert can be told twice only when that worker had just handed it over.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta

from widget_server.alerts.channels import NAMES, Channel, Channels, configured
from widget_server.alerts.messages import Alert
from widget_server.alerts.troubles import troubles
from widget_server.clock import Clock
from widget_server.config import Settings
from widget_server.errors import AlertNotSent, WidgetError
from widget_server.store import incidents, overview
from widget_server.store.engine import Database
from widget_server.store.incidents import Trouble, Untold

LEASE = timedelta(minutes=5)
"""Longer than a patient mail server takes."""
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
EVERY_SECONDS = 60.0

log = logging.getLogger(__name__)


class AlertWatch:
    """`settings` answers what holds now; `channels` makes the ways to tell of them."""

    def __init__(
        self,
        database: Database,
        settings: Callable[[], Settings],
        clock: Clock,
        channels: Channels = configured,
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._channels = channels
        self._failures = dict.fromkeys(NAMES, 0)

    def look(self) -> None:
        """One look, and whatever there is to tell. Raises `WidgetError` when the database is away."""
        settings = self._settings()
        channels = self._channels(settings)
        self._settle(settings, set(channels))
        for name, channel in channels.items():
            self._tell(name, channel, settings)

    def _settle(self, settings: Settings, used: set[str]) -> None:
        now = self._clock()
        with self._database.read() as connection:
            unused = [name for name in NAMES if name not in used and incidents.is_unfinished(connection, name)]
            facts = overview.facts(connection, now)
        judged = troubles(facts, timedelta(hours=settings.stale_after_hours), now)
        found = {str(trouble): detail for trouble, detail in judged.items()}
        with self._database.write() as connection:
            for name in (incidents.BOOK, *used):
                incidents.settle(connection, name, found, now)
            for name in unused:
                incidents.forget(connection, name, now)

    def _tell(self, name: str, channel: Channel, settings: Settings) -> None:
        with self._database.read() as connection:
            if not incidents.untold(connection, name):
                return
        now = self._clock()
        with self._database.write() as connection:
            if not incidents.claim(connection, name, now, now + LEASE):
                return
            found = incidents.untold(connection, name)
        problem = None
        try:
            for each in found:
                self._tell_one(each, channel, settings)
            self._failures[name] = 0
        except AlertNotSent as error:
            log.warning("An alert waits: %s", error)
            self._failures[name] += 1
            problem = str(error)
        with self._database.write() as connection:
            if problem:
                incidents.note_problem(connection, name, problem)
            incidents.release(connection, name, self._clock() + self._pause(name))

    def _tell_one(self, untold: Untold, channel: Channel, settings: Settings) -> None:
        if untold.trouble in list(Trouble):  # else one that an older version knew
            alert = Alert(
                settings.workspace_name, settings.site_url, Trouble(untold.trouble), untold.detail, untold.opened_at,
                untold.is_over,
            )  # fmt: skip
            channel(alert, self._clock())
        with self._database.write() as connection:
            incidents.mark_told(connection, untold, self._clock())

    def _pause(self, name: str) -> timedelta:
        failures = self._failures[name]
        return min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE) if failures else timedelta()


class Aside:
    """Calls `work` now and then beside whatever else goes on: in a thread of its own, never two at a time."""

    def __init__(
        self,
        work: Callable[[], None],
        every_seconds: float = EVERY_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work = work
        self._every = every_seconds
        self._monotonic = monotonic
        self._next = float("-inf")
        self._thread: threading.Thread | None = None

    def __call__(self) -> None:
        """Cheap, and never raises: to be called as often as one likes."""
        if self._monotonic() < self._next or (self._thread and self._thread.is_alive()):
            return
        self._next = self._monotonic() + self._every
        # A daemon: a mail server that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="alerts", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._work()
        except WidgetError as error:
            log.warning("Alerts wait: %s", error)
        except Exception:
            log.exception("Looking for what to alert of broke")
