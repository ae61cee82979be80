"""The Embed section: choose, see, copy, and look whether it is there."""

import secrets
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console import snippets
from widget_server.console.embed import accent, choices
from widget_server.console.embed.findings import Ours, Report, report
from widget_server.errors import PageNotFetched
from widget_server.publish.compose import filtered
from widget_server.publish.documents import Edition
from widget_server.publish.height import reserved
from widget_server.publish.query import Wanted
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import operator_required, typed_before
from widget_server.web.security_headers import content_policy

embed = Blueprint("embed", __name__, url_prefix="/console/embed")

PREVIEW_POLICY = "; ".join((
    "default-src 'none'", "script-src 'self'", "connect-src 'self'", "style-src 'self' 'nonce-{nonce}'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'self'",
))  # fmt: skip
"""Only our own pages may frame the preview; the widget needs no more than any website's policy allows it. The one
inline style stands for the accent colour in the snippet."""


@embed.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """The form, a live preview and the snippet for what was chosen."""
    return _page(typed_before().get("url", ""))


@embed.get("/preview")
@operator_required
def preview() -> ResponseReturnValue:
    """A bare page with the real script and the chosen widget in it, for the frame."""
    nonce = secrets.token_urlsafe(16)
    answer = make_response(
        render_template(
            "console/embed/preview.html",
            shown=_chosen(),
            accent=accent.read(request.args.get("accent", "")).colour,
            nonce=nonce,
            speaks=services.current().site.current().locale,
        )
    )
    answer.headers["Content-Security-Policy"] = PREVIEW_POLICY.format(nonce=nonce)
    return answer


@embed.post("/")
@operator_required
@belongs_to(lambda: url_for("embed.index", **_choice()), "url")
def check() -> ResponseReturnValue:
    """Look at the operator's own page and say what is on it."""
    url = request.form.get("url", "").strip()
    url = url if "://" in url or not url else f"https://{url}"
    try:
        return _page(url, report(services.current().page_fetcher.fetch(url), _ours()))
    except PageNotFetched as problem:
        return _page(url, problem=str(problem)), 422


def _choice() -> dict[str, Any]:
    """What the form was sent with, to choose the same again."""
    return {name: value for name, value in request.form.items() if name in choices.NAMES and value}


def _ours() -> Ours:
    parts = services.current()
    settings = parts.site.current()
    return Ours(settings.site_url, _edition().choices, parts.files.pinned.path, settings.allowed_origins)


def _page(url: str = "", found: Report | None = None, problem: str | None = None) -> Response:
    parts = services.current()
    settings = parts.site.current()
    whole = _edition().document
    shown = _chosen()
    colour = accent.read(request.values.get("accent", ""))
    part = filtered(whole, location=shown.location, types=shown.types)
    height = reserved(part)
    kept = shown.fields | ({"accent": colour.colour} if colour.colour else {})
    answer = make_response(
        render_template(
            "console/embed/index.html",
            kept=kept,
            fields=choices.form(shown, whole),
            types=choices.types(shown, whole),
            accent=colour,
            usual_accent=settings.accent,
            is_empty=not part["locations"],
            snippet=snippets.usual(settings.site_url, height, shown, colour.colour),
            variants=snippets.variants(settings.site_url, height, parts.files.pinned, shown, colour.colour),
            url=url,
            found=found,
            problem=problem,
        )
    )
    policy = f"{content_policy(settings.syncaroo_app_url)}; frame-src 'self'"
    answer.headers["Content-Security-Policy"] = policy
    return answer


def _chosen() -> Wanted:
    return choices.chosen(request.values, request.values.getlist("type"), _edition().document)


def _edition() -> Edition:
    parts = services.current()
    return parts.documents.edition(parts.public.version())
