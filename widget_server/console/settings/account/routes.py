"""The page on which the operator changes the password."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.settings.account.form import WRONG, NewPassword
from widget_server.web import sessions
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required

account = Blueprint("account", __name__, url_prefix="/account")


@account.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """The form."""
    return _page({})


@account.post("/password")
@operator_required
@belongs_to(lambda: url_for("settings.account.index"))
def change_password() -> ResponseReturnValue:
    """Change it, end all other sessions, stay logged in. Raises `TooManyLogins` after too many wrong guesses."""
    parts = services.current()
    form = NewPassword.from_fields(request.form)
    problems = form.problems()
    if problems:
        return _page(problems), 422
    parts.login_limit.begin(request.remote_addr)
    found = parts.operators.change_password(current_operator(), form.current, form.new)
    if found is None:
        return _page({"current": WRONG}), 422
    parts.login_limit.forgive(request.remote_addr)
    sessions.start(found, parts.clock())
    flash("Your password is changed. All other devices are logged out.")
    return redirect(url_for(".index"), 303)


def _page(problems: Mapping[str, str]) -> str:
    return render_template("console/settings/account.html", problems=problems, email=current_operator().email)
