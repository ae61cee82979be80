"""Which pages need the operator: `@operator_required` above a view, `current_operator()` inside of it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import Unauthorized

from widget_server import services
from widget_server.console.account import Operator
from widget_server.web import late_form, sessions
from widget_server.web.late_form import LateForm

P = ParamSpec("P")

GUARDED = "needs_operator"
"""The mark of a view behind the guard."""
REFRESH_HEADER = "X-Refresh"
"""Sent by pages that fetch themselves anew (`static/live.js`)."""


def operator_required(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only the operator see `view`; everybody else logs in first and lands where they wanted to go.

    Whoever posts with an ended session lands on the page of the form (`late_form`); nothing is posted again by itself.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if signed_in_operator() is None:
            return to_the_login(view)
        if request.method == "GET" and REFRESH_HEADER not in request.headers:
            g.late_form = late_form.take(_address(), services.current().clock())
        return view(*args, **kwargs)

    vars(guarded)[GUARDED] = True
    return guarded


def to_the_login(view: Callable[..., Any]) -> ResponseReturnValue:
    """Nobody is logged in: off to the log-in, which leads back to what was wanted of `view`."""
    return redirect(url_for("operator.login", next=_address() if request.method == "GET" else _hold(view)), 303)


def came_too_late(view: Callable[..., Any]) -> ResponseReturnValue:
    """A form of ours belongs to a session that has ended: back to its page, through the log-in if need be."""
    if signed_in_operator() is None:
        return to_the_login(view)
    return redirect(_hold(view) or url_for("console.overview"), 303)


def typed_before() -> MultiDict[str, str]:
    """What the operator typed into a form of this page that came too late; empty: the page is as usual."""
    found: LateForm | None = g.get("late_form")
    return found.fields if found else MultiDict()


def _hold(view: Callable[..., Any]) -> str | None:
    parts = services.current()
    return late_form.hold(view, parts.settings.site_url, parts.clock())


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
