"""Ports of this machine that nobody uses."""

import socket
from collections.abc import Iterable

HOST = "127.0.0.1"


def free_ports(wanted: Iterable[int]) -> list[int]:
    """For each wanted port: itself if it is free, else another one that is. 0 asks for any."""
    held: list[socket.socket] = []
    try:
        return [_hold(port, held) for port in wanted]
    finally:
        for one in held:
            one.close()


def _hold(port: int, held: list[socket.socket]) -> int:
    """Hold the port until all are chosen, so that none is chosen twice."""
    one = socket.socket()
    held.append(one)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # what a server that just stopped left is no obstacle
    try:
        one.bind((HOST, port))
    except OSError:
        one.bind((HOST, 0))
    one.listen()  # without it, the address could be bound a second time
    return int(one.getsockname()[1])
