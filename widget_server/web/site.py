"""All that pages for a browser need of an app, in one call for `create_app`."""

from flask import Flask, g

from widget_server import services
from widget_server.config import Settings
from widget_server.console.account import Operator
from widget_server.console.sections import SECTIONS, Section
from widget_server.web import bodies, csrf, error_pages, security_headers, sessions, uploads
from widget_server.web.late_form import LateForm
from widget_server.web.routes import operator

LARGEST_FORM_BYTES = 256 * 1024


def install(app: Flask, settings: Settings) -> None:
    """Sessions, CSRF, headers, error pages, and the operator's door."""
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_FORM_BYTES
    sessions.install(app, settings)
    bodies.install(app)
    uploads.install(app)
    csrf.install(app)
    security_headers.install(app, settings)
    error_pages.install(app)
    app.context_processor(_shared)
    app.register_blueprint(operator)


def _shared() -> dict[str, str | Operator | LateForm | tuple[Section, ...] | None]:
    """What the templates' frame shows. Asks the database nothing: `operator` is known only behind the guard."""
    name = services.current().site.known.workspace_name
    return {
        "workspace_name": name,
        "operator": g.get("operator"),
        "sections": SECTIONS,
        "late_form": g.get("late_form"),
    }
