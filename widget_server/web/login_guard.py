"""Which pages need the operator: `@operator_required` above a view, `current_operator()` inside of it."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Unauthorized

from widget_server import services
from widget_server.console.account import Operator
from widget_server.web import sessions

P = ParamSpec("P")

REFRESH_HEADER = "X-Refresh"
"""Sent by pages that fetch themselves anew (`static/live.js`)."""


def operator_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only the operator see `view`; everybody else logs in first and lands where they wanted to go.

    Only a GET can be landed on; whoever posts with an ended session lands on the console.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if signed_in_operator() is None:
            wanted = _address() if request.method == "GET" else None
            return redirect(url_for("operator.login", next=wanted), 303)
        return view(*args, **kwargs)

    return guarded


def _address() -> str:
    """Path and query as they came; a question mark at the end may belong to a parameter's value."""
    return request.full_path if request.query_string else request.path


def current_operator() -> Operator:
    """The operator who makes the present request, behind `@operator_required`. Raises `Unauthorized` elsewhere."""
    found = signed_in_operator()
    if found is None:
        raise Unauthorized
    return found


def signed_in_operator() -> Operator | None:
    """The operator who makes the present request, or None. Asks the database once a request."""
    if "operator" not in g:
        parts = services.current()
        is_automatic = REFRESH_HEADER in request.headers
        g.operator = sessions.resume(parts.operators, parts.clock(), somebody_is_there=not is_automatic)
    found: Operator | None = g.operator
    return found
