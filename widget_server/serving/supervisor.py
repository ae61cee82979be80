"""Keeps programs running: starts them, starts those again that end, stops all of them together."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from widget_server.serving.parent import die_with
from widget_server.serving.signals import StopSignals

STOP_WITHIN_SECONDS = 9.0
"""How long programs may take to stop before they are killed: all is over within ten."""
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
"""A program that ends is started again after a pause, which doubles while it keeps ending."""
CALM_SECONDS = 60.0
"""Having run for so long, a program counts as healthy again."""
TOO_OFTEN = 5
"""So many ends of a vital program within `CALM_SECONDS`, and the supervisor gives up."""
LOOK_EVERY_SECONDS = 0.2


@dataclass(frozen=True)
class Program:
    """What to run, in our own environment. `vital`: when it can't be kept running, everything stops."""

    name: str
    command: Sequence[str]
    vital: bool = False


@dataclass
class _Running:
    """A program and its present process; None while it pauses until `start_at` (monotonic seconds)."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    ends: list[float] = field(default_factory=list)


class Supervisor:
    """Runs `programs` until a stop is asked for. `say` gets one sentence for each thing worth knowing.

    `first_pause` before starting again and `stop_within` are in seconds.
    """

    def __init__(
        self,
        programs: Sequence[Program],
        say: Callable[[str], None],
        first_pause: float = FIRST_PAUSE_SECONDS,
        stop_within: float = STOP_WITHIN_SECONDS,
    ) -> None:
        self._all = [_Running(program, pause=first_pause) for program in programs]
        self._say = say
        self._first_pause = first_pause
        self._stop_within = stop_within

    def run(self, is_ready: Callable[[], bool], ready: str) -> int:
        """Returns the exit status: 0 after a stop that was asked for, 1 when a vital program couldn't be kept up.

        Says `ready` once, as soon as `is_ready` answers True. Must be called in the main thread.
        """
        with StopSignals() as signals:
            try:
                announced = False
                while not signals.asked:
                    if not all(self._keep_up(running) for running in self._all):
                        return 1
                    if not announced and is_ready():
                        announced = True
                        self._say(ready)
                    signals.wait(LOOK_EVERY_SECONDS)
                return 0
            finally:
                self._stop_all(signals)

    def _keep_up(self, running: _Running) -> bool:
        """Start the program if it is due, notice its end. False when it ends too often to go on."""
        now = time.monotonic()
        if running.process is None:
            if now >= running.start_at:
                self._start(running)
        elif (status := _ended(running.process)) is not None:
            return self._note_end(running, status, now)
        return True

    def _start(self, running: _Running) -> None:
        program = running.program
        # Its own session: a Ctrl-C in the terminal is ours to pass on, and its own children can be ended with it.
        running.process = subprocess.Popen(  # noqa: S603 -- our own commands
            program.command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 -- there are no other threads here
        )
        running.started_at = time.monotonic()

    def _note_end(self, running: _Running, status: str, now: float) -> bool:
        running.process = None
        if now - running.started_at > CALM_SECONDS:
            running.pause = self._first_pause
        running.ends = [*(end for end in running.ends if now - end < CALM_SECONDS), now]
        name = running.program.name
        if running.program.vital and len(running.ends) >= TOO_OFTEN:
            self._say(
                f"The {name} process {status}, {TOO_OFTEN} times within a minute: stopping. Its messages say why."
            )
            return False
        self._say(f"The {name} process {status}; starting it again in {running.pause:g} s")
        running.start_at = now + running.pause
        running.pause = min(running.pause * 2, LONGEST_PAUSE_SECONDS)
        return True

    def _stop_all(self, signals: StopSignals) -> None:
        """Ask all to stop; kill those that haven't in time, or at once when asked a second time."""
        left = [running.process for running in self._all if running.process is not None]
        for process in left:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        until, asked = time.monotonic() + self._stop_within, signals.asked
        while left := [process for process in left if _ended(process) is None]:
            if time.monotonic() >= until or signals.asked > max(asked, 1):
                break
            signals.wait(LOOK_EVERY_SECONDS)
        for process in left:
            _kill_group(process)
            process.wait()


def _ended(process: subprocess.Popen[bytes]) -> str | None:
    """How a process ended, in words; None while it runs. What it left running itself ends with it."""
    if os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return None
    _kill_group(process)  # before it is reaped: its group's number can't belong to somebody else yet
    status = process.wait()
    return f"was ended by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
