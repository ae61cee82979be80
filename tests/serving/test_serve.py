"""`flask serve` for real: web processes and worker as one, whatever dies."""

import os
import re
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from widget_server import config
from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import Process
from widget_server.serving.address import Address
from widget_server.setting_table import SETTINGS

ROOT = Path(__file__).parents[2]
START_SECONDS = 60

pytestmark = pytest.mark.flow


class Server:
    """A running `flask serve` and what it printed."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.address = Address(HOST, free_ports([0])[0])
        self.env = config.environment() | {setting.name: "" for setting in SETTINGS}
        self.env |= {"WIDGET_DATA_DIR": str(folder / "var")}
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(self.address.port), *options]
        self.process = Process("server", command, self.env, folder / "server.log")

    @property
    def said(self) -> str:
        return self.process.log.read_text()

    def wait_until_said(self, text: str) -> None:
        self.process.wait_until(f"say {text!r}", lambda: re.search(text, self.said) is not None, START_SECONDS)

    def wait_until_replaced(self, name: str, former: int) -> None:
        def replaced() -> bool:
            return self.children().get(name, former) != former and self.address.answers()

        self.process.wait_until(f"replace {name}", replaced, START_SECONDS)

    def status(self, path: str = "/login") -> int:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.address.origin + path, timeout=10).status_code

    def children(self) -> dict[str, int]:
        """The processes below it by what they are: `web`, `worker`, and `web 1`, `web 2` … below `web`."""
        found = {}
        for pid in children_of(self.process.pid):
            name = "worker" if "worker" in command_of(pid) else "web"
            found[name] = pid
            if name == "web":
                found |= {f"web {number}": inner for number, inner in enumerate(children_of(pid), 1)}
        return found


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def command_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")


def wait_until_gone(pids: list[int]) -> None:
    for pid in pids:
        try:
            descriptor = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        end = select.poll()
        end.register(descriptor)
        assert end.poll(10_000), f"process {pid} still runs: {command_of(pid)}"
        os.close(descriptor)


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*options: str) -> Server:
        started.append(Server(tmp_path, *options))
        started[-1].wait_until_said("Serving on ")
        return started[-1]

    yield start
    for server in started:
        server.process.stop()


def test_it_serves_prints_a_link_for_the_first_operator_and_stops_when_asked(serve: Callable[..., Server]) -> None:
    server = serve("--workers", "2")
    origin = server.address.origin
    link = re.search(rf"Set one up: ({origin}(/setup/\S+))\n", server.said)
    assert f"Serving on {origin}\n" in server.said
    assert server.status() == 200
    assert link
    assert server.status(link[2]) == 200
    below = server.children()
    assert set(below) == {"web", "web 1", "web 2", "worker"}
    os.kill(server.process.pid, signal.SIGTERM)
    server.process.wait_for_success(10)
    wait_until_gone(list(below.values()))
    server.address.check_free()


@pytest.mark.parametrize(
    "unfinished",
    [
        b"GET /login HTTP/1.1\r\nHo",
        b"POST /update/ HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\na",
    ],
    ids=["head", "body"],
)
def test_a_client_that_never_finishes_its_request_holds_no_stop_up(
    serve: Callable[..., Server], unfinished: bytes
) -> None:
    server = serve()
    below = server.children()
    with socket.create_connection((server.address.host, server.address.port)) as client:
        client.sendall(unfinished)
        assert server.status() == 200
        os.kill(server.process.pid, signal.SIGTERM)
        server.process.wait_for_success(10)
        wait_until_gone(list(below.values()))


def test_strangers_who_never_finish_their_forms_keep_nobody_from_the_prices(serve: Callable[..., Server]) -> None:
    server = serve()
    kind = b"Content-Type: application/x-www-form-urlencoded"
    head = b"POST /login HTTP/1.1\r\nHost: x\r\n" + kind + b"\r\nContent-Length: 9\r\n\r\na"
    with ExitStack() as clients:
        for _ in range(12):
            client = clients.enter_context(socket.create_connection((server.address.host, server.address.port)))
            client.sendall(head)
        for path in ("/widget.json", "/widget", "/healthz", "/login"):
            assert server.status(path) == 200


def test_whatever_dies_is_replaced(serve: Callable[..., Server]) -> None:
    server = serve()
    before = server.children()
    for name in ("worker", "web 1", "web"):
        os.kill(server.children()[name], signal.SIGKILL)
        server.wait_until_replaced(name, before[name])
    assert server.status() == 200
    assert "The worker process was ended by SIGKILL" in server.said
    assert "The web process was ended by SIGKILL" in server.said


def test_nothing_outlives_a_server_that_was_killed(serve: Callable[..., Server]) -> None:
    server = serve()
    below = server.children()
    server.process.kill()
    wait_until_gone(list(below.values()))
    server.address.check_free()


def test_a_port_in_use_is_said_at_once(serve: Callable[..., Server]) -> None:
    server = serve()
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve", "--port", str(server.address.port)]
    second = subprocess.run(command, cwd=ROOT, env=server.env, text=True, capture_output=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stderr.startswith(f"Can't listen on {server.address.origin} (Address already in use)")
    assert server.status() == 200
