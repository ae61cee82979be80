"""The page that says who did what when."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.activity.words import sentence
from widget_server.console.moments import Moments
from widget_server.console.paging import position
from widget_server.store import activity as deeds
from widget_server.web.login_guard import operator_required

activity = Blueprint("activity", __name__, url_prefix="/console/activity")
PAGE_LENGTH = 50


@activity.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """The newest deeds first; `before` goes on from where a page ended."""
    parts = services.current()
    before = position(request.args.get("before"))
    with parts.database.read() as connection:
        found = deeds.latest(connection, PAGE_LENGTH + 1, before=before)
    shown = found[:PAGE_LENGTH]
    return render_template(
        "console/activity/index.html",
        lines=[(deed, sentence(deed)) for deed in shown],
        older=shown[-1].id if len(found) > PAGE_LENGTH else None,
        before=before,
        when=Moments(parts.clock(), parts.site.current().locale),
    )
