"""Webhooks on their way: a queue with threads that send, so that a change returns at once, and the delivery log."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from widget_server.sandbox.connections import Connection
from widget_server.sandbox.failures import Failures
from widget_server.sandbox.sender import Result, Sender
from widget_server.sandbox.webhooks import Body, encode

LOG_LENGTH = 200
LONGEST_HOLD = 2.0
"""Seconds that reordering holds a webhook when no others come to be swapped with it."""


@dataclass(frozen=True)
class Waiting:
    """A webhook in the queue; `due` is a moment of the monotonic clock."""

    connection: Connection
    body: Body
    due: float


class Outbox:
    """The queue of one hub. Its threads, `senders` of them, start with the first webhook and end with `close`. Only one
    keeps the order.

    `sent` counts the webhooks that the site took, `refused` those that it didn't.
    """

    def __init__(
        self, lock: Any, sender: Sender, failures: Failures, clock: Callable[[], float], senders: int = 1
    ) -> None:
        self._changed = threading.Condition(lock)
        self._sender = sender
        self._failures = failures
        self._clock = clock
        self._queue: deque[Waiting] = deque()
        self._held: list[Waiting] = []
        self._sending = 0
        self._log: deque[dict[str, Any]] = deque(maxlen=LOG_LENGTH)
        self._senders = senders
        self._threads: list[threading.Thread] = []
        self._closed = False
        self.sent = 0
        self.refused = 0

    def put(self, connection: Connection, body: Body) -> None:
        """Queue a webhook; dropping, doubling, delaying and reordering happen here when they are switched on."""
        if self._failures.take("webhook_drop"):
            self.record(connection, body, Result(None, "Dropped on request.", 0))
            return
        copies = int(self._failures.take_number("webhook_duplicate") or 1)
        delay = self._failures.take_number("webhook_delay") or 0.0
        hold = int(self._failures.take_number("webhook_reorder") or 0)
        waiting = Waiting(connection, body, time.monotonic() + delay)
        with self._changed:
            if hold:
                self._held.extend([waiting] * copies)
                if len(self._held) >= hold:
                    self._release()
            else:
                self._queue.extend([waiting] * copies)
            self._wake()

    def failures_changed(self) -> None:
        """Let go of what reordering holds if reordering is off now."""
        with self._changed:
            if self._failures.value("webhook_reorder") is None:
                self._release()
            self._wake()

    def log(self) -> list[dict[str, Any]]:
        """The last deliveries, the oldest first."""
        with self._changed:
            return list(self._log)

    def waiting(self) -> int:
        """How many webhooks are queued, held or being sent right now."""
        with self._changed:
            return len(self._queue) + len(self._held) + self._sending

    def wait_until_idle(self, timeout: float) -> bool:
        """Wait until nothing is on its way; False when it takes longer than `timeout` seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: self.waiting() == 0, timeout)

    def close(self) -> None:
        """Stop sending; what waits is forgotten."""
        with self._changed:
            self._closed = True
            self._queue.clear()
            self._held.clear()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=5)

    def _wake(self) -> None:
        if not self._threads and not self._closed:
            names = [f"webhooks-{number}" for number in range(self._senders)]
            self._threads = [threading.Thread(target=self._run, name=name, daemon=True) for name in names]
            for thread in self._threads:
                thread.start()
        self._changed.notify_all()

    def _run(self) -> None:
        while (waiting := self._next()) is not None:
            result = self._sender.deliver(waiting.connection, encode(waiting.body))
            self.record(waiting.connection, waiting.body, result)
            with self._changed:
                self._sending -= 1
                self._changed.notify_all()

    def _next(self) -> Waiting | None:
        """The next webhook that is due, None when the outbox is closed."""
        with self._changed:
            while not self._closed:
                now = time.monotonic()
                if self._held and self._held[0].due + LONGEST_HOLD <= now:
                    self._release()
                if self._queue and self._queue[0].due <= now:
                    self._sending += 1
                    return self._queue.popleft()
                self._changed.wait(self._pause(now))
        return None

    def _pause(self, now: float) -> float | None:
        moments = [waiting.due for waiting in list(self._queue)[:1]]
        moments += [waiting.due + LONGEST_HOLD for waiting in self._held[:1]]
        return max(0.0, min(moments) - now) if moments else None

    def _release(self) -> None:
        self._queue.extend(reversed(self._held))
        self._held.clear()

    def record(self, connection: Connection, body: Body, result: Result) -> None:
        """Write how a delivery ended into the log."""
        moment = datetime.fromtimestamp(self._clock(), UTC).isoformat(timespec="milliseconds")
        with self._changed:
            taken = result.status is not None and result.status < 400
            self.sent, self.refused = self.sent + taken, self.refused + (not taken)
            self._log.append(
                {
                    "time": moment.replace("+00:00", "Z"),
                    "connectionId": connection.id,
                    "body": body,
                    "status": result.status,
                    "answer": result.answer,
                    "tries": result.tries,
                }
            )
