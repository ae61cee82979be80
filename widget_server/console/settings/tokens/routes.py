"""The page with the access tokens of programs."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from widget_server import services
from widget_server.console.moments import Moments
from widget_server.console.paging import ROW_ID
from widget_server.console.settings.tokens.form import KIND, LONGEST_NAME, NAME, TAKEN, WORDS, NewTokenForm
from widget_server.programs.tokens import MOST_AT_A_TIME, NewToken, NotMade, spoken
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

tokens = Blueprint("tokens", __name__, url_prefix="/tokens")
TOO_MANY = f"There are {MOST_AT_A_TIME} access tokens already. Revoke one that no program uses, then make a new one."


@tokens.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """The good ones, and the form for another."""
    return _page(_form(typed_before()))


@tokens.post("/")
@operator_required
@belongs_to(lambda: url_for("settings.tokens.index"), NAME, KIND)
def make() -> ResponseReturnValue:
    """A new token: in this answer, and never again. So it is no redirect; sent once more, its name is taken."""
    form = _form(request.form)
    problems = form.problems()
    if problems:
        return _page(form, problems), 422
    made = services.current().access_tokens.make(current_operator().email, form.name, form.kinds)
    if made is NotMade.NAME_TAKEN:
        return _page(form, {NAME: TAKEN}), 422
    if made is NotMade.TOO_MANY:
        flash(TOO_MANY)
        return redirect(url_for(".index"), 303)
    return _page(NewTokenForm(), made=made), {"Cache-Control": "no-store"}


@tokens.post(f"/<{ROW_ID}:token_id>/revoke")
@operator_required
def revoke(token_id: int) -> ResponseReturnValue:
    """It is good no more. The page asked already."""
    revoked = services.current().access_tokens.revoke(current_operator().email, token_id)
    told = "Revoked: whatever program still uses it is turned away from now on."
    flash(told if revoked else "That was settled already; nothing was changed.")
    return redirect(url_for(".index"), 303)


def _form(fields: MultiDict[str, str]) -> NewTokenForm:
    return NewTokenForm.from_fields(fields.get(NAME, ""), fields.getlist(KIND))


def _page(form: NewTokenForm, problems: Mapping[str, str] | None = None, made: NewToken | None = None) -> str:
    parts = services.current()
    tokens = parts.access_tokens.good()
    return render_template(
        "console/settings/tokens.html",
        form=form,
        problems=problems or {},
        made=made,
        tokens=tokens,
        can_make=len(tokens) < MOST_AT_A_TIME,
        too_many=TOO_MANY,
        words=WORDS,
        spoken=spoken,
        longest_name=LONGEST_NAME,
        try_at=f"{parts.settings.site_url}{url_for('programs.token')}",
        when=Moments(parts.clock(), parts.site.current().locale),
    )
