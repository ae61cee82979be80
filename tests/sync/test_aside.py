"""What the worker does beside its jobs: it is called with every turn, even while the database is away."""

import threading
from datetime import datetime, timedelta

from tests.sync.conftest import World
from widget_server.clock import system_clock
from widget_server.errors import StoreUnavailable
from widget_server.sync.jobs import Jobs
from widget_server.sync.worker import Worker

PATIENCE_SECONDS = 20


def away() -> datetime | None:
    raise StoreUnavailable("away")


def test_the_worker_calls_it_although_nothing_else_works(world: World) -> None:
    called, stop = threading.Event(), threading.Event()
    jobs = Jobs(world.database, world.hub, world.tokens, system_clock, currency=lambda: "GBP", sweep=timedelta(hours=6))
    worker = Worker(world.database, jobs, away, system_clock, aside=called.set)
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    assert called.wait(PATIENCE_SECONDS)
    stop.set()
    thread.join(PATIENCE_SECONDS)
    assert not thread.is_alive()
