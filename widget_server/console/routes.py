"""The operator's pages."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from widget_server.web.login_guard import operator_required

console = Blueprint("console", __name__, url_prefix="/console")


@console.get("/")
@operator_required
def overview() -> ResponseReturnValue:
    """How things are, at a glance."""
    return render_template("console/overview.html")
