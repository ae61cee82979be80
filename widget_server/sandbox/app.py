"""The sandbox hub as a Flask app."""

from __future__ import annotations

import time
from collections.abc import Callable

from flask import Flask, Response, jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from widget_server.sandbox import api, control, oauth, page
from widget_server.sandbox.config import SandboxConfig
from widget_server.sandbox.hub import EXTENSION, Hub, the_hub

JSON_PATHS = ("/sandbox/", "/v1/", "/api/token")
LARGEST_REQUEST = 1_000_000
"""Bytes."""


def create_sandbox(config: SandboxConfig, *, clock: Callable[[], float] = time.time) -> Flask:
    """A sandbox hub with the demo workspace; `clock` gives seconds since 1970.

    `app.extensions["sandbox"]` is its Hub; call `close()` on that when done.
    """
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_REQUEST
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[EXTENSION] = Hub(config, clock)
    for part in (api, control, oauth, page):
        app.register_blueprint(part.blueprint)
    app.before_request(_own_pages_only)
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _error_answer)
    return app


def _own_pages_only() -> tuple[Response, int] | None:
    """A page of another origin must not work the hub through somebody's browser."""
    origin = request.headers.get("Origin")
    if request.method in {"GET", "HEAD"} or origin is None or origin == request.host_url.rstrip("/"):
        return None
    return jsonify(error="This form came from another site."), 403


def _finish(response: Response) -> Response:
    if request.path.startswith("/v1/"):
        api.record(response)
    site = the_hub().config.platform_url
    # form-action also covers where a form's answer redirects to, and both flows end at the site.
    policy = f"default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' {site}"
    response.headers["Content-Security-Policy"] = f"{policy}; base-uri 'none'; frame-ancestors 'none'"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _error_answer(error: HTTPException) -> tuple[Response | str, int]:
    status = error.code or 500
    if request.path.startswith(JSON_PATHS):
        return jsonify(error=error.description), status
    title = "There is no such page" if status == 404 else error.name
    return render_template("sandbox/message.html", title=title, text=error.description), status
