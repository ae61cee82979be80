"""The operator's door: log in, log out, set the account up by link; and the site's front page."""

from collections.abc import Mapping
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.settings import fields
from widget_server.console.settings.changes import SettingsChanges
from widget_server.console.settings.fields import Field
from widget_server.web import late_form, sessions
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
    wanted, now = _wanted(request.form.get("next")), parts.clock()
    late = late_form.waiting(now)
    sessions.start(found, now)
    if late and late.page == wanted:
        late_form.keep(late, now)
    return redirect(wanted, 303)


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
    parts = services.current()
    if not parts.operators.link_is_open(token):
        return _dead_link()
    asked = _asked_at_first()
    return _setup_page(asked, SetupForm(), fields.typed(asked, {}, parts.site.current()), {})


@operator.post("/setup/<token>")
def set_up(token: str) -> ResponseReturnValue:
    """Use the link up, set the account (at first the workspace, too) and log in."""
    parts = services.current()
    form, asked = SetupForm.from_fields(request.form), _asked_at_first()
    texts = fields.typed(asked, request.form, parts.site.current())
    problems = fields.problems(asked, texts) | form.problems()
    if not parts.operators.link_is_open(token):
        return _dead_link()
    if problems:
        return _setup_page(asked, form, texts, problems)
    changes = SettingsChanges(parts.database, parts.site, parts.clock, form.normal_email)
    workspace = partial(changes.save_along, asked=asked, texts=texts)
    found = parts.operators.redeem(token, form.normal_email, form.password, workspace)
    if found is None:
        return _dead_link()
    parts.site.refresh()
    sessions.start(found, parts.clock())
    return redirect(url_for("console.overview"), 303)


def _asked_at_first() -> tuple[Field, ...]:
    """The workspace is asked for on the first day only; later links are for a lost password."""
    return () if services.current().operators.exists() else fields.FIRST_RUN


def _setup_page(
    asked: tuple[Field, ...], form: SetupForm, texts: Mapping[str, str], problems: Mapping[str, str]
) -> ResponseReturnValue:
    page = render_template("setup.html", asked=asked, form=form, texts=texts, problems=problems)
    return page, 422 if problems else 200, KEPT_TO_ITSELF


def _login_page(next_path: str | None, email: str = "", problem: str | None = None) -> str:
    parts, path = services.current(), local_path(next_path)
    late = late_form.waiting(parts.clock())
    return render_template(
        "login.html",
        next_path=path,
        email=email,
        problem=problem,
        has_account=parts.operators.exists(),
        late=late if late and late.page == path else None,
    )


def _dead_link() -> ResponseReturnValue:
    return render_template("setup_over.html"), 410, KEPT_TO_ITSELF


def _wanted(next_path: str | None) -> str:
    return local_path(next_path) or url_for("console.overview")
