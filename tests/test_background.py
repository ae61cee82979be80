"""Work in the background: once for all who want it, after the right pause, again when it failed."""

from collections.abc import Callable

from tests.timers import Timers
from widget_server.background import Background


def test_however_often_it_is_wanted_it_runs_once() -> None:
    timers, runs = Timers(), list[str]()
    background = Background(lambda: runs.append("run"), first_after=1, again_after=60, later=timers.later)
    for _ in range(3):
        background.want()
    timers.strike()
    assert (runs, timers.tasks) == (["run"], [])
    background.want()
    timers.strike()
    assert (runs, timers.pauses) == (["run", "run"], [1, 60])


def test_what_is_wanted_while_it_runs_runs_afterwards() -> None:
    timers, runs = Timers(), list[str]()

    def task() -> None:
        runs.append("run")
        if len(runs) == 1:
            background.want()

    background = Background(task, first_after=1, again_after=1, later=timers.later)
    background.want()
    timers.strike()
    timers.strike()
    assert runs == ["run", "run"]


def test_after_a_failure_it_is_tried_again() -> None:
    timers, answers = Timers(), [ConnectionError("the database is away"), None]

    def task() -> None:
        answer = answers.pop(0)
        if answer is not None:
            raise answer

    Background(task, first_after=1, again_after=60, later=timers.later).want()
    timers.strike()
    timers.strike()
    assert (answers, timers.tasks) == ([], [])


def test_without_a_thread_to_be_had_nobody_is_held_up() -> None:
    threads = Timers()
    runs: list[str] = []

    def none_left(seconds: float, task: Callable[[], None]) -> None:
        if not threads.pauses:
            threads.pauses.append(seconds)
            raise RuntimeError("can't start new thread")
        threads.later(seconds, task)

    background = Background(lambda: runs.append("run"), first_after=1, again_after=1, later=none_left)
    background.want()
    background.want()
    threads.strike()
    assert runs == ["run"]
