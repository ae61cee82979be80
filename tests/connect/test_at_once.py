"""Many calls at the same instant, through real sockets, on SQLite and on PostgreSQL (FAULTS 14)."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from flask import Flask
from werkzeug.serving import make_server

from tests.conftest import FakeClock
from tests.connect.conftest import CLIENT, TOKEN, Operator
from widget_server import config, create_app, services


@pytest.fixture
def site(settings_env: dict[str, str], database_url: str, clock: FakeClock) -> Iterator[Flask]:
    """The whole site, on each database."""
    made = create_app(config.load(settings_env | {"WIDGET_DATABASE_URL": database_url}), clock)
    yield made
    made.extensions[services.EXTENSION].database.close()


@pytest.fixture
def address(site: Flask) -> Iterator[str]:
    """The site behind a real socket, one thread a request."""
    server = make_server("127.0.0.1", 0, site, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_of_five_redemptions_at_once_one_gets_tokens(operator: Operator, address: str) -> None:
    fields = CLIENT | {"code": operator.approve(), "grantType": "authorization_code"}
    gate = threading.Barrier(5)

    def redeem(_: int) -> requests.Response:
        gate.wait()
        return requests.post(address + TOKEN, data=fields, timeout=30)

    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(redeem, range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400]
    assert {answer.json().get("error") for answer in answers} == {None, "invalid_grant"}
