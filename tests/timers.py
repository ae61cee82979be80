"""A stand-in for the timer that runs background work."""

from collections.abc import Callable


class Timers:
    """Tasks that wait, with their pauses; `strike` runs the next one."""

    def __init__(self) -> None:
        self.pauses: list[float] = []
        self.tasks: list[Callable[[], None]] = []

    def later(self, seconds: float, task: Callable[[], None]) -> None:
        self.pauses.append(seconds)
        self.tasks.append(task)

    def strike(self) -> None:
        self.tasks.pop(0)()
