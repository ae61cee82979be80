"""Ports that nobody uses."""

import socket

from widget_server.demo.ports import HOST, free_ports


def test_a_port_that_is_free_is_taken_as_wanted() -> None:
    (port,) = free_ports([0])
    assert free_ports([port]) == [port]


def test_a_port_in_use_is_replaced() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_ports([port]) != [port]


def test_no_port_is_given_twice() -> None:
    (port,) = free_ports([0])
    assert len(set(free_ports([port, port, 0, 0]))) == 4
