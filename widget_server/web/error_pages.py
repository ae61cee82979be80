"""Errors as answers: JSON for programs, a page in the site's look with a way on for people.

No page here asks the database anything, so each can be shown while the database is away. A form that came too late
(`late_form`) is no error: it gets its page back.
"""

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from math import ceil

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from widget_server import services
from widget_server.errors import RequestRefused, StoreUnavailable, TooManyLogins
from widget_server.web import late_form, login_guard

log = logging.getLogger(__name__)

PROGRAMS_PATHS = ("/api/", "/update", "/widget.json", "/oembed", "/metrics")
BROWSER_PATHS = ("/api/oauth/authorize",)
"""Below a program's path, yet opened by a person."""
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Words:
    """What an error page says: what happened, and what to do."""

    title: str
    advice: str


WORDS = {
    400: Words("That didn't come through right", "Go back, reload the page and try once more."),
    401: Words("Please log in first", "This page is for the workspace's operator."),
    403: Words("This is not open to you", "Log in as the operator, or go back to the prices."),
    404: Words("There is no such page", "The address may have a typing error, or the page has moved."),
    405: Words("This address can't be used like that", "Start again from one of the pages below."),
    410: Words("This is over", "What was here can't be used any more."),
    413: Words("That was too much at once", "Send less in one go."),
    429: Words("Too many attempts", "Wait a little, then try again."),
    500: Words("Something went wrong on our side", "It has been recorded. Try again in a few minutes."),
    503: Words("One moment, please", "The site is busy and nothing was saved. Try again in a few seconds."),
}
FORM_EXPIRED = Words(
    "This form is no longer good",
    "You may have been logged out since it was opened, or the browser doesn't keep cookies for this site. "
    "Nothing was changed. Open the page again and repeat what you did.",
)


def install(app: Flask) -> None:
    """Answer every error of this app from here."""
    app.register_error_handler(CSRFError, partial(_form_expired, app))
    app.register_error_handler(RequestRefused, _refused)
    app.register_error_handler(StoreUnavailable, unavailable)
    app.register_error_handler(HTTPException, _http)


def is_for_a_program(path: str) -> bool:
    """True when whoever asks for `path` reads JSON, not pages."""
    return path.startswith(PROGRAMS_PATHS) and not path.startswith(BROWSER_PATHS)


def answer(status: int, code: str, words: Words, retry_after: timedelta | None = None) -> Response:
    """An error for whoever asked. `code` is its stable name; `words` are for people."""
    if is_for_a_program(request.path):
        response = jsonify(error=code, detail=f"{words.title}. {words.advice}" if words.advice else words.title)
    else:
        response = make_response(render_template("error.html", status=status, words=words))
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if retry_after is not None:
        response.headers["Retry-After"] = str(max(1, ceil(retry_after.total_seconds())))
    return response


def _form_expired(app: Flask, _error: CSRFError) -> ResponseReturnValue:
    """What a page of ours sent in a session that has ended since isn't lost; of others' forms nothing is kept."""
    view = app.view_functions[request.endpoint or ""]
    if login_guard.GUARDED not in vars(view) or not late_form.is_from_ourselves(services.current().settings.site_url):
        return answer(400, "form_expired", FORM_EXPIRED)
    try:
        return login_guard.came_too_late(view)
    except StoreUnavailable as error:
        return unavailable(error)


def _refused(error: RequestRefused) -> Response:
    known = WORDS.get(error.status, WORDS[400])
    if isinstance(error, TooManyLogins):
        minutes = max(1, ceil(error.retry_after / MINUTE))
        wait = f"Try again in {minutes} minute{'' if minutes == 1 else 's'}, or log in from another network."
        return answer(error.status, error.code, Words(known.title, f"{error.detail} {wait}"), error.retry_after)
    if not is_for_a_program(request.path):
        return answer(error.status, error.code, Words(known.title, error.detail))
    response = answer(error.status, error.code, Words(error.detail, ""))
    if error.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def unavailable(error: StoreUnavailable) -> Response:
    """The database is away: nothing was done, and when to come back."""
    # The route, not the path: a path may hold a set-up link's secret, and line breaks.
    log.warning("%s %s: %s", request.method, request.url_rule, error)
    return answer(503, "temporarily_unavailable", WORDS[503], error.retry_after)


def _http(error: HTTPException) -> Response | HTTPException:
    """Also what nobody foresaw: Flask records it and hands it on as a 500."""
    if error.response is not None or error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return error
    status = HTTPStatus(error.code)
    words = WORDS.get(status.value, Words(status.phrase, status.description))
    response = answer(status.value, status.name.lower(), words)
    for name, value in error.get_headers(request.environ):
        if name.lower() != "content-type":  # `Allow`, `Retry-After`, `WWW-Authenticate`
            response.headers.setdefault(name, value)
    return response
