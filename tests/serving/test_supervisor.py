"""The supervisor with real processes: what ends is started again, and nothing outlives it."""

import itertools
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
IMPORTS = "import os, signal, subprocess, sys, time; "
SAY_AND_SLEEP = "print('pid', os.getpid()); time.sleep(60)"
SLEEPER = IMPORTS + SAY_AND_SLEEP
STUBBORN = IMPORTS + "signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SAY_AND_SLEEP
PARENT = IMPORTS + f"subprocess.Popen([sys.executable, '-uc', {SLEEPER!r}]); print('own', os.getpid()); time.sleep(60)"

pytestmark = pytest.mark.flow

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise() -> Iterator[Start]:
    """Starts a supervisor over `name=code`; a name that begins with `vital` is vital."""
    started: list[subprocess.Popen[str]] = []

    def start(**programs: str) -> subprocess.Popen[str]:
        listed = [[name, code, name.startswith("vital")] for name, code in programs.items()]
        command = [sys.executable, "-m", "tests.serving.supervised", json.dumps(listed)]
        started.append(
            subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def lines(process: subprocess.Popen[str]) -> Iterator[str]:
    assert process.stdout
    for line in process.stdout:
        yield line.rstrip("\n")


def line_with(process: subprocess.Popen[str], text: str) -> str:
    return next(line for line in lines(process) if text in line)


def lines_until(process: subprocess.Popen[str], count: int, *starts: str) -> list[str]:
    """The next `count` lines that begin with one of `starts`."""
    found = (line for line in lines(process) if line.startswith(starts))
    return list(itertools.islice(found, count))


def pid_from(process: subprocess.Popen[str]) -> int:
    return int(line_with(process, "pid ").split()[1])


def wait_until_gone(pid: int) -> None:
    """Returns when process `pid`, which isn't our child, has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    end = select.poll()
    end.register(descriptor)
    assert end.poll(8000), f"process {pid} still runs"
    os.close(descriptor)


def test_a_stop_that_was_asked_for_ends_all_and_is_a_success(supervise: Start) -> None:
    process = supervise(one=SLEEPER, two=SLEEPER)
    pids = [pid_from(process), pid_from(process)]
    process.send_signal(signal.SIGTERM)
    assert process.wait(8) == 0
    for pid in pids:
        wait_until_gone(pid)


def test_ctrl_c_is_a_stop_too(supervise: Start) -> None:
    process = supervise(one=SLEEPER)
    pid_from(process)
    process.send_signal(signal.SIGINT)
    assert process.wait(8) == 0


def test_readiness_is_said_once(supervise: Start) -> None:
    process = supervise(one=SLEEPER)
    line_with(process, "ready")
    process.send_signal(signal.SIGTERM)
    assert "ready" not in list(lines(process))


def test_a_program_that_dies_is_started_again(supervise: Start) -> None:
    process = supervise(one=SLEEPER)
    first = pid_from(process)
    os.kill(first, signal.SIGKILL)
    assert line_with(process, "was ended by SIGKILL").startswith("The one process")
    assert pid_from(process) != first


def test_a_vital_program_that_keeps_dying_stops_everything_with_an_error(supervise: Start) -> None:
    process = supervise(vital_one="raise SystemExit(3)", two=SLEEPER)
    said = list(lines(process))
    assert process.wait(8) == 1
    assert sum("ended with status 3" in line for line in said) == 5
    assert "5 times within a minute: stopping" in said[-1]


def test_what_is_not_vital_may_keep_dying(supervise: Start) -> None:
    process = supervise(one="raise SystemExit(3)")
    for _ in range(6):
        line_with(process, "ended with status 3")
    process.send_signal(signal.SIGTERM)
    assert process.wait(8) == 0


def test_a_program_that_won_t_stop_is_killed(supervise: Start) -> None:
    process = supervise(one=STUBBORN)
    pid = pid_from(process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(8) == 0
    wait_until_gone(pid)


def test_no_program_outlives_a_supervisor_that_was_killed(supervise: Start) -> None:
    process = supervise(one=SLEEPER)
    pid = pid_from(process)
    process.kill()
    wait_until_gone(pid)


def test_what_a_dead_program_left_running_ends_with_it(supervise: Start) -> None:
    process = supervise(one=PARENT)
    found = dict(line.split() for line in lines_until(process, 2, "pid", "own"))
    os.kill(int(found["own"]), signal.SIGKILL)
    wait_until_gone(int(found["pid"]))
