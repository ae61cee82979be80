"""The operator's door: log in, log out, set the account up by link; and the site's front page."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.web import sessions
from widget_server.web.local_path import local_path
from widget_server.web.login_guard import current_operator, operator_required, signed_in_operator
from widget_server.web.setup_form import SetupForm

operator = Blueprint("operator", __name__)
WRONG_LOGIN = "That e-mail address and password don't belong together. Check both and try again."
NOT_STORED = {"Cache-Control": "no-store"}
KEPT_TO_ITSELF = NOT_STORED | {"Referrer-Policy": "no-referrer"}
"""For pages whose address is a secret."""


@operator.get("/")
def front() -> ResponseReturnValue:
    """Most who come here are visitors: show them the prices. The console is linked at the foot of each page."""
    return redirect("/widget", 302)


@operator.get("/login")
def login() -> ResponseReturnValue:
    """The form, unless the operator is logged in already."""
    if signed_in_operator():
        return redirect(_wanted(request.args.get("next")), 303)
    return _login_page(request.args.get("next"))


@operator.post("/login")
def log_in() -> ResponseReturnValue:
    """Begin a session and go on to `next`. Raises `TooManyLogins` when it failed too often from this address."""
    parts = services.current()
    parts.login_limit.begin(request.remote_addr)
    found = parts.operators.check(request.form.get("email", ""), request.form.get("password", ""))
    if found is None:
        return _login_page(request.form.get("next"), request.form.get("email", ""), WRONG_LOGIN), 403
    parts.login_limit.succeeded(request.remote_addr, found.email)
    sessions.start(found, parts.clock())
    return redirect(_wanted(request.form.get("next")), 303)


@operator.post("/logout")
@operator_required
def log_out() -> ResponseReturnValue:
    """End this session and all others of the account."""
    services.current().operators.end_sessions(current_operator())
    sessions.end()
    return redirect(url_for("operator.login"), 303)


@operator.get("/setup/<token>")
def setup(token: str) -> ResponseReturnValue:
    """The form behind a set-up link. Looking doesn't use the link up: mail programs look, too."""
    if not services.current().operators.link_is_open(token):
        return _dead_link()
    return render_template("setup.html", form=SetupForm(), problems={}), 200, KEPT_TO_ITSELF


@operator.post("/setup/<token>")
def set_up(token: str) -> ResponseReturnValue:
    """Use the link up, set the account and log in."""
    parts = services.current()
    form = SetupForm.from_fields(request.form)
    problems = form.problems()
    if not parts.operators.link_is_open(token):
        return _dead_link()
    if problems:
        return render_template("setup.html", form=form, problems=problems), 422, KEPT_TO_ITSELF
    found = parts.operators.redeem(token, form.normal_email, form.password)
    if found is None:
        return _dead_link()
    sessions.start(found, parts.clock())
    return redirect(url_for("console.overview"), 303)


def _login_page(next_path: str | None, email: str = "", problem: str | None = None) -> str:
    has_account = services.current().operators.exists()
    return render_template(
        "login.html", next_path=local_path(next_path), email=email, problem=problem, has_account=has_account
    )


def _dead_link() -> ResponseReturnValue:
    return render_template("setup_over.html"), 410, KEPT_TO_ITSELF


def _wanted(next_path: str | None) -> str:
    return local_path(next_path) or url_for("console.overview")
