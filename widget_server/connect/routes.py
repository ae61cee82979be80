"""Connecting over HTTP, both directions.

Syncaroo → us: two calls from programs, and the page on which the operator decides (PROTOCOL §1). Us → Syncaroo: off
to Syncaroo's own page, and back (PROTOCOL §2).
"""

from flask import Blueprint, Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from widget_server import services
from widget_server.connect import asked as links
from widget_server.connect import bearer, check, consent, dialect, syncaroo
from widget_server.connect.asked import Asked, SentBack
from widget_server.connect.server import Answer, Approval
from widget_server.errors import RequestRefused
from widget_server.web.login_guard import current_operator, operator_required

FORM = "application/x-www-form-urlencoded"
LARGEST_TOKEN_REQUEST = 16 * 1024
"""Bytes; a real one has some 300."""
NOT_KEPT = {"Cache-Control": "no-store", "Pragma": "no-cache"}
"""RFC 6749 §5.1."""
APPROVE, CANCEL = "approve", "cancel"
SESSION_SECRET = "syncaroo"  # noqa: S105 -- the name under which the session holds it

api = Blueprint("connect_api", __name__)
"""Called by Syncaroo's servers, which bring credentials of their own: no CSRF check."""

pages = Blueprint("connect", __name__)
"""Opened by the operator."""


@api.post("/api/oauth/token")
def token() -> ResponseReturnValue:
    """Exchange a code or a refresh token. What isn't a form is an invalid request like any other."""
    answer = services.current().platform.answer_token_request(_form_body())
    return jsonify(answer.body), answer.status, NOT_KEPT


@api.get("/api/check_connection", strict_slashes=False)
@api.get("/api/check_connection/", strict_slashes=False)
def check_connection() -> ResponseReturnValue:
    """The listings of the connection that the access token belongs to."""
    parts = services.current()
    grant = bearer.authenticate(parts.database, parts.clock, request.headers.get("Authorization"))
    parameters = _parameters()
    asked_for = None if parameters.repeated else parameters.values.get("connection_id")
    body = check.answer(parts.database, parts.clock, grant, asked_for)
    return Response(body, content_type=check.CONTENT_TYPE, headers=NOT_KEPT)


@pages.get("/api/oauth/authorize")
def authorize() -> ResponseReturnValue:
    """The consent page; logging in comes first, a link that is wrong before that."""
    asked = _asked()
    return redirect(asked.location, 302) if isinstance(asked, SentBack) else _ask(asked)


@pages.post("/api/oauth/authorize")
def decide() -> ResponseReturnValue:
    """Approve or Cancel. The link's parameters are in the form's address and read like the first time."""
    asked = _asked()
    return redirect(asked.location, 303) if isinstance(asked, SentBack) else _decide(asked)


@pages.post("/connect/syncaroo")
@operator_required
def begin_syncaroo() -> ResponseReturnValue:
    """Off to Syncaroo's page, where the operator lets this site read its data."""
    hub_connect = services.current().hub_connect
    if not hub_connect.is_set_up:
        return _failed(syncaroo.NOT_SET_UP)
    if SESSION_SECRET not in session:
        session[SESSION_SECRET] = hub_connect.new_session()
    return redirect(hub_connect.begin(session[SESSION_SECRET]), 303)


@pages.get(syncaroo.CALLBACK_PATH)
@operator_required
def finish_syncaroo() -> ResponseReturnValue:
    """Back from Syncaroo's page, with a code or a refusal."""
    hub_connect = services.current().hub_connect
    failure = hub_connect.finish(session.get(SESSION_SECRET), request.args, current_operator().email)
    if failure is not None:
        return _failed(failure)
    flash("Connected to Syncaroo. What waited is being fetched now.")
    return redirect(url_for("console.overview"), 303)


def _failed(failure: syncaroo.Failure) -> ResponseReturnValue:
    can_try_again = services.current().hub_connect.is_set_up
    page = render_template("connect/syncaroo_failed.html", failure=failure, can_try_again=can_try_again)
    return page, failure.status


@operator_required
def _ask(asked: Asked) -> ResponseReturnValue:
    with services.current().database.read() as connection:
        found = consent.choices(connection, asked.connection_id)
    return render_template("connect/consent.html", asked=asked, choices=found)


@operator_required
def _decide(asked: Asked) -> ResponseReturnValue:
    platform = services.current().platform
    decision = request.form.get("decision")
    if decision == CANCEL:
        return _leave(platform.answer_consent(asked, current_operator().email, None))
    if decision != APPROVE:
        raise RequestRefused(400, "invalid_request", "Choose either Approve or Cancel.")
    ticked = request.form.getlist("location")
    with services.current().database.read() as connection:
        if not consent.all_exist(connection, ticked):
            return render_template("connect/listings_changed.html", asked=asked), 409
    operator = current_operator()
    return _leave(platform.answer_consent(asked, operator.email, Approval(operator.id, ticked)))


def _leave(answer: Answer) -> ResponseReturnValue:
    if answer.location is None:  # the link was in order a moment ago
        raise RequestRefused(400, "invalid_request", "The link that brought you here is no longer good.")
    return redirect(answer.location, answer.status)


def _asked() -> Asked | SentBack:
    return links.read(_parameters(), services.current().platform.client())


def _parameters() -> dialect.Parameters:
    try:
        return dialect.read(request.query_string)
    except dialect.Unreadable:
        raise RequestRefused(400, "invalid_request", "The address has more parameters than it can have.") from None


def _form_body() -> bytes:
    """The form's bytes; empty for anything else, whose missing fields are then an invalid request."""
    request.max_content_length = LARGEST_TOKEN_REQUEST
    try:
        return request.get_data(cache=False) if request.mimetype == FORM else b""
    except RequestEntityTooLarge:
        raise RequestRefused(413, "invalid_request", "The request is too large.") from None
