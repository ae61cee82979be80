"""Waiting that a signal ends: the main thread of a process that supervises or works in threads."""

import select
import signal
import socket
import threading
import time
from types import FrameType, TracebackType
from typing import Self

STOP = (signal.SIGTERM, signal.SIGINT)
WAKE = (*STOP, signal.SIGCHLD)
LOOK_EVERY_SECONDS = 0.2
"""How soon the end of a thread is noticed; signals are noticed at once."""


class StopSignals:
    """While entered, SIGTERM and SIGINT no longer end the process: they are counted in `asked`, and `wait` returns.

    Only for the main thread. Handlers do no more than count: setting a `threading.Event` in one can deadlock with a
    `wait` that it interrupts.
    """

    def __init__(self) -> None:
        self.asked = 0
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._before: dict[signal.Signals, signal._HANDLER] = {}
        self._wakeup_before = -1

    def __enter__(self) -> Self:
        self._wakeup_before = signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        self._before = {number: signal.signal(number, self._count) for number in WAKE}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(self._wakeup_before)
        self._reader.close()
        self._writer.close()

    def wait(self, seconds: float) -> None:
        """Return after `seconds`, or earlier when a signal came or a child process ended."""
        ready, _, _ = select.select([self._reader], [], [], max(seconds, 0))
        if ready:
            self._reader.recv(4096)

    def wait_for(self, thread: threading.Thread, seconds: float) -> None:
        """Return when `thread` has ended, a stop is asked for, or after `seconds`."""
        until = time.monotonic() + seconds
        while thread.is_alive() and not self.asked and time.monotonic() < until:
            self.wait(min(LOOK_EVERY_SECONDS, until - time.monotonic()))

    def _count(self, number: int, _frame: FrameType | None) -> None:
        if number in STOP:
            self.asked += 1
