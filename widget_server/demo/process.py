"""One child process: its log in a file, a wait until it answers, an orderly end."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

import requests

from widget_server.serving.parent import die_with

ROOT = Path(__file__).parents[2]
STOP_WITHIN_SECONDS = 11.0
"""`flask serve` takes up to ten."""
LOOK_EVERY_SECONDS = 0.05
PROBE_TIMEOUT_SECONDS = 2.0
TAIL_LINES = 15


class DemoFailed(Exception):
    """Something didn't work; the message has what the process said last and what to do."""


class Process:
    """A program that runs until `stop`. `log` gets all that it prints."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as output:
            self._process = subprocess.Popen(  # noqa: S603 -- our own commands
                command,
                cwd=ROOT,
                env=dict(env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=partial(die_with, os.getpid()),  # noqa: PLW1509 -- it calls prctl(2) and nothing else
            )

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def kill(self) -> None:
        """End it at once (kill -9) and wait until it is gone."""
        self._process.kill()
        self._process.wait()

    def check(self) -> None:
        """Raises `DemoFailed` when it has ended."""
        status = self._process.poll()
        if status is not None:
            raise DemoFailed(f"The {self.name} ended with status {status}. {self.last_words()}")

    def wait_for_success(self, seconds: float) -> None:
        """Return when it has ended well; raises `DemoFailed` when it failed or takes longer than `seconds`."""
        try:
            status = self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise DemoFailed(f"The {self.name} takes longer than {seconds:g} s. {self.last_words()}") from None
        if status:
            raise DemoFailed(f"The {self.name} ended with status {status}. {self.last_words()}")

    def wait_until_it_answers(self, url: str, seconds: float) -> None:
        """Return when `url` answers; raises `DemoFailed` when the process ends first or it takes longer."""
        self.wait_until(f"answer at {url}", lambda: answers(url), seconds)

    def wait_until(self, what: str, check: Callable[[], bool], seconds: float) -> None:
        """Return when `check` is true; raises `DemoFailed` when the process ends first or it takes longer."""
        until = time.monotonic() + seconds
        while not check():
            self.check()
            if time.monotonic() > until:
                raise DemoFailed(f"The {self.name} doesn't {what} within {seconds:g} s. {self.last_words()}")
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Ask it to stop and wait; killed when it doesn't."""
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()

    def last_words(self) -> str:
        """The end of its log, as a message shows it."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-TAIL_LINES:]
        said = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
        return f"It said last:\n{said}\n  All of it: {self.log}"


def answers(url: str) -> bool:
    """True when there is a server that answers, whatever it says."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            session.get(url, timeout=PROBE_TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException:
            return False
        return True
