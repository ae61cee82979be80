"""`python -m widget_server.demo`: what `make demo` runs."""

import argparse
import fcntl
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from widget_server.demo.process import ROOT, DemoFailed
from widget_server.demo.stack import Stack

FOLDER = ROOT / "var" / "demo"
PORTS = (8000, 8001, 8002)
LOOK_EVERY_SECONDS = 0.5


class StopAsked(BaseException):
    """SIGTERM or Ctrl-C. Not an Exception: nothing on the way may take it for a failure."""


def main() -> int:
    """Run the demo until it is stopped; returns the exit status."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _ask_to_stop)
    try:
        with _alone(options.folder):
            shutil.rmtree(options.folder, ignore_errors=True)
            _run(options)
    except StopAsked:
        _say("Stopped.")
    except DemoFailed as error:
        _say(f"The demo can't go on. {error}")
        _say("Put that right, then run make demo again: it starts afresh each time.")
        return 1
    return 0


def _run(options: argparse.Namespace) -> None:
    started = time.monotonic()
    _say("Starting hub, site and a sample website …")
    with Stack(options.folder, PORTS, say=lambda sentence: _say(f"✓ {sentence}")) as stack:
        stack.connect()
        stack.wait_for_prices()
        _say(_introduction(stack, time.monotonic() - started))
        while not options.check:
            stack.check()
            time.sleep(LOOK_EVERY_SECONDS)


def _introduction(stack: Stack, seconds: float) -> str:
    return f"""
Ready after {seconds:.1f} s.

  A website with the widget   {stack.page_url}/
  The hub: change a price     {stack.hub_url}/
  This site's console         {stack.site_url}/console/
    log in as                 {stack.operator_email}
    password                  {stack.operator_password}

Change a price at the hub, then look at the website again: the price is there. (A page that stays in sight asks once
a minute.) Ctrl-C stops everything."""


def _say(text: str) -> None:
    """Print, at once, whatever the terminal can show and whoever reads."""
    encoding = sys.stdout.encoding or "ascii"
    print(text.encode(encoding, "replace").decode(encoding), flush=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the demo's folder: a second demo would wipe the data of the first."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemoFailed(f"Another demo runs on {folder}: stop it first.") from None
        yield


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    """Once: what is asked again while all is being stopped changes nothing."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise StopAsked


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m widget_server.demo", description="Hub, site and website, connected."
    )
    parser.add_argument("--check", action="store_true", help="end with status 0 as soon as prices are visible")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="takes data and logs; wiped at start")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
