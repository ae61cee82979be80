"""The whole site as one supervised thing: the web processes and the background worker.

`flask serve` becomes this program: `python -m widget_server.serving.site HOST PORT WORKERS SITE_URL`. It imports next
to nothing, since it lives as long as the site does.
"""

import sys
from pathlib import Path

from widget_server.serving.address import Address
from widget_server.serving.supervisor import Program, Supervisor

WSGI_FILE = Path(__file__).parents[2] / "wsgi.py"


def serve_site(address: Address, workers: int, site_url: str) -> int:
    """Serve until a signal asks to stop; returns the exit status (see `Supervisor.run`)."""
    web = [sys.executable, "-m", "widget_server.serving.web", address.host, str(address.port), str(workers)]
    worker = [sys.executable, "-m", "flask", "--app", str(WSGI_FILE), "worker"]
    programs = (Program("web", web, vital=True), Program("worker", worker))
    return Supervisor(programs, _say).run(address.answers, f"Serving on {site_url}")


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(serve_site(Address(sys.argv[1], int(sys.argv[2])), int(sys.argv[3]), sys.argv[4]))
