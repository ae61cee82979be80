"""Where the server listens, and where visitors reach it."""

import http.server
import socket
import threading
from collections.abc import Iterator

import pytest

from widget_server import config
from widget_server.errors import ConfigError
from widget_server.serving.address import Address, AddressTaken


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        found.listen()
        yield found


@pytest.mark.parametrize(
    ("address", "origin"),
    [
        (Address("127.0.0.1", 8000), "http://127.0.0.1:8000"),
        (Address("localhost", 80), "http://localhost:80"),
        (Address("::1", 8000), "http://[::1]:8000"),
    ],
)
def test_the_site_is_at_its_address_while_only_this_machine_reaches_it(
    settings_env: dict[str, str], address: Address, origin: str
) -> None:
    assert address.site_url(config.load(settings_env | {"WIDGET_SITE_URL": ""})) == origin


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "prices.example.com"])
def test_off_loopback_the_site_s_url_must_be_set(settings_env: dict[str, str], host: str) -> None:
    with pytest.raises(ConfigError, match="WIDGET_SITE_URL: set it"):
        Address(host, 8000).site_url(config.load(settings_env | {"WIDGET_SITE_URL": ""}))


def test_a_site_url_that_is_set_holds_whatever_the_address(settings_env: dict[str, str]) -> None:
    found = config.load(settings_env | {"WIDGET_SITE_URL": "https://prices.example.com"})
    assert Address("0.0.0.0", 8000).site_url(found) == "https://prices.example.com"


def test_a_free_port_is_free_and_one_in_use_is_not(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(AddressTaken, match=f"Can't listen on http://127.0.0.1:{port}"):
        Address("127.0.0.1", port).check_free()
    listener.close()
    Address("127.0.0.1", port).check_free()


def test_a_port_whose_holder_would_share_it_is_in_use_too() -> None:
    with socket.socket() as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind(("127.0.0.1", 0))
        sharing.listen()
        with pytest.raises(AddressTaken):
            Address("127.0.0.1", sharing.getsockname()[1]).check_free()


def test_an_address_that_isn_t_ours_is_refused_in_words() -> None:
    with pytest.raises(AddressTaken, match="choose another --host"):
        Address("192.0.2.1", 8000).check_free()


def test_a_server_answers_once_it_serves(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    listener.close()
    assert not Address("127.0.0.1", port).answers()
    with http.server.HTTPServer(("127.0.0.1", port), http.server.BaseHTTPRequestHandler) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        assert Address("0.0.0.0", port).answers()
        thread.join()
