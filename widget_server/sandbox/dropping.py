"""Hanging up on a client in the middle of an answer, as a crashing server would."""

from __future__ import annotations

import contextlib
import socket

from flask import Response, request


def drop_connection() -> Response:
    """Close the client's connection without an answer; without a socket (in a test client) the answer is a bare 500."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
