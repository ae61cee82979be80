"""The settings' pages: what visitors see, and where each value comes from."""

from collections.abc import Mapping

from babel import Locale
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.settings import fields
from widget_server.console.settings.account.routes import account
from widget_server.console.settings.alerts.routes import alerts
from widget_server.console.settings.backup.routes import backup
from widget_server.console.settings.changes import SettingsChanges
from widget_server.console.settings.environment import variables
from widget_server.console.settings.keys.routes import keys
from widget_server.console.settings.tokens.routes import tokens
from widget_server.publish.words import is_spoken, speech
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

settings = Blueprint("settings", __name__, url_prefix="/console/settings")
settings.register_blueprint(keys)
settings.register_blueprint(alerts)
settings.register_blueprint(tokens)
settings.register_blueprint(account)
settings.register_blueprint(backup)
EVERY_FIELD = tuple(field for form in fields.FORMS.values() for field in form.fields)


@settings.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Workspace, booking button and websites."""
    return _page(fields.typed(EVERY_FIELD, typed_before(), services.current().site.current()), {})


@settings.post("/<name>")
@operator_required
@belongs_to(lambda: url_for("settings.index"), *(name for field in EVERY_FIELD for name in field.inputs))
def save(name: str) -> ResponseReturnValue:
    """Save one form; with a wrong value the page comes back as it was typed."""
    form = fields.FORMS.get(name) or abort(404)
    parts = services.current()
    texts = fields.typed(form.fields, request.form, parts.site.current())
    problems = fields.problems(form.fields, texts)
    if problems:
        return _page(texts, problems), 422
    changes = SettingsChanges(parts.database, parts.site, parts.clock, current_operator().email)
    flash("Saved. Visitors see it in a moment." if changes.save(form.fields, texts) else "Nothing was changed.")
    return redirect(url_for(".index"), 303)


def _page(texts: Mapping[str, str], problems: Mapping[str, str]) -> str:
    parts = services.current()
    now = parts.site.current()
    sources = parts.site.sources()
    return render_template(
        "console/settings/index.html",
        forms=fields.FORMS.values(),
        values={field.name: texts.get(field.name, fields.shown(now, field.name)) for field in EVERY_FIELD},
        origins={field.name: fields.origin_of(field, sources[field.name], now) for field in EVERY_FIELD},
        problems=problems,
        own=speech(None, now.locale).language.lang,
        unspoken=None if is_spoken(now.locale) else Locale.parse(now.locale, sep="-").get_language_name("en"),
        variables=variables(now, sources),
    )
