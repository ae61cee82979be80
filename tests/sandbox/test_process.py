"""`python -m widget_server.sandbox`: refuses to start where it mustn't, and hangs up like a real server that breaks."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest
import requests
from werkzeug.serving import make_server

from tests.sandbox.conftest import HUB_URL, SandboxActor
from widget_server.sandbox.__main__ import QuietHandler, main

ARGUMENTS = [
    *("--platform-url", "http://127.0.0.1:1", "--platform-client-id", "our-id"),
    *("--platform-client-secret", "our-secret", "--client-id", "their-id", "--client-secret", "their-secret"),
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_without_sandbox_1_it_refuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("SANDBOX", raising=False)
    assert main(ARGUMENTS) == 2
    assert "SANDBOX=1" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com"])
def test_it_binds_loopback_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], host: str) -> None:
    monkeypatch.setenv("SANDBOX", "1")
    with pytest.raises(SystemExit) as left:
        main([*ARGUMENTS, "--host", host])
    assert left.value.code == 2
    assert "loopback" in capsys.readouterr().err


@pytest.mark.flow
def test_it_says_when_it_listens_and_leaves_cleanly() -> None:
    port = free_port()
    command = [sys.executable, "-m", "widget_server.sandbox", "--port", str(port), *ARGUMENTS]
    environment = {**os.environ, "SANDBOX": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().decode() == f"Sandbox hub on http://127.0.0.1:{port}\n"
        assert requests.get(f"http://127.0.0.1:{port}/", timeout=5).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


@pytest.fixture
def live_url(sandbox: SandboxActor) -> Iterator[str]:
    """The hub behind a real socket."""
    server = make_server("127.0.0.1", 0, sandbox.client.application, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_lost_token_answer_is_a_dropped_connection(sandbox: SandboxActor, live_url: str) -> None:
    refresh = (sandbox.redeem(sandbox.allow()).json or {})["refreshToken"]
    sandbox.control("failures", token_lost_answer={"times": 1})
    form = {"clientId": "their-id", "clientSecret": "their-secret", "grantType": "refresh_token"}
    form["refreshToken"] = refresh
    with pytest.raises(requests.ConnectionError):
        requests.post(f"{live_url}/api/token", data=form, timeout=5)
    assert sandbox.refresh(refresh).status_code == 400


def test_a_cut_off_answer_ends_before_its_length(sandbox: SandboxActor, live_url: str) -> None:
    sandbox.fetch("/v1/locations")
    sandbox.control("failures", api_cut_off=True)
    headers = {"Authorization": f"Bearer {sandbox.token}", "Accept": "application/json"}
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(f"{live_url}/v1/locations", headers=headers, timeout=5)


def test_links_name_the_configured_origin(sandbox: SandboxActor, live_url: str) -> None:
    sandbox.fetch("/v1/locations")
    headers = {"Authorization": f"Bearer {sandbox.token}", "Accept": "application/json"}
    answer = requests.get(f"{live_url}/v1/locations", headers=headers, timeout=5).json()
    assert answer["pages"]["first"].startswith(HUB_URL)
