"""The whole site as one supervised thing: the web processes and the background worker."""

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from widget_server.serving.address import Address
from widget_server.serving.supervisor import Program, Supervisor

ROOT = Path(__file__).parents[2]
"""Where `wsgi.py` is."""


def serve_site(
    address: Address, workers: int, site_url: str, env: Mapping[str, str], say: Callable[[str], None]
) -> int:
    """Serve until a signal asks to stop; returns the exit status (see `Supervisor.run`).

    `env`: the variables that the processes are started with, `site_url` added. `say` gets sentences.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
    shared = {**env, "WIDGET_SITE_URL": site_url, "PYTHONPATH": path}
    web = [sys.executable, "-m", "widget_server.serving.web", address.host, str(address.port), str(workers)]
    worker = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "worker"]
    programs = (Program("web", web, shared, vital=True), Program("worker", worker, shared))
    return Supervisor(programs, say).run(address.answers, f"Serving on {site_url}")
