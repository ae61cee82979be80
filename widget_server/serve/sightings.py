"""On which websites the widget is: noticed in memory while answering, written down in the background.

A browser names the embedding website: a script's request in `Origin`, a frame's in `Referer`. Both may be made up, so
few are remembered, short ones of the right form, and nothing here ever fails or holds an answer up.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable
from wsgiref.types import WSGIEnvironment

from widget_server.background import Background, Later, in_background

MOST = 100
"""Different texts that are looked at before all are forgotten."""
FORGET_AFTER_SECONDS = 3600.0
"""Then a website counts as seen again."""
FIRST_WRITE_AFTER_SECONDS = 0.5
WRITE_AGAIN_AFTER_SECONDS = 60.0
LONGEST = 1000
"""Characters of a header that is looked at."""
FRAMES = ("iframe", "frame")
ORIGIN = re.compile(r"(https?://[a-z0-9](?:[a-z0-9.-]{0,230}[a-z0-9])?(?::[0-9]{1,5})?)(?:/.*)?", re.DOTALL)


class Sightings:
    """`own`: this site's origin, which doesn't count. `write` keeps origins; it may fail, and is asked again then.

    `later` runs a task after some seconds, elsewhere; `monotonic` is a clock in seconds.
    """

    def __init__(
        self,
        own: str,
        write: Callable[[Iterable[str]], None],
        later: Later = in_background,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._own = own
        self._write = write
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._known: set[str] = set()
        self._forget_at = float("-inf")
        self._unwritten: set[str] = set()
        self._writing = Background(
            self._write_down,
            first_after=FIRST_WRITE_AFTER_SECONDS,
            again_after=WRITE_AGAIN_AFTER_SECONDS,
            later=later,
        )

    def note(self, environ: WSGIEnvironment) -> None:
        """A public document was asked for. One or two look-ups, nearly always."""
        text = environ.get("HTTP_ORIGIN")
        if text is None and environ.get("HTTP_SEC_FETCH_DEST") in FRAMES:
            text = environ.get("HTTP_REFERER")
        if text is not None and (text not in self._known or self._monotonic() >= self._forget_at):
            self._learn(text)

    def _learn(self, text: str) -> None:
        if len(text) > LONGEST:
            return
        with self._lock:
            if self._monotonic() >= self._forget_at:
                self._known.clear()
                self._forget_at = self._monotonic() + FORGET_AFTER_SECONDS
            if len(self._known) >= MOST:
                return
            self._known.add(text)
            origin = origin_of(text)
            if origin is None or origin == self._own:
                return
            self._unwritten.add(origin)
        self._writing.want()

    def flush(self) -> None:
        """Write what was noticed; what can't be written now is tried again later."""
        self._writing.run()

    def _write_down(self) -> None:
        with self._lock:
            origins, self._unwritten = self._unwritten, set()
        try:
            self._write(sorted(origins))
        except Exception:
            with self._lock:
                self._unwritten |= origins
            raise


def origin_of(text: str) -> str | None:
    """The origin at the start of `text`, a header's value; None when it is none of the web."""
    found = ORIGIN.fullmatch(text.lower())
    return found[1] if found else None
