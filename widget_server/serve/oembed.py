"""`/oembed`: how to embed an address of ours (https://oembed.com, 1.0)."""

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.exc import SQLAlchemyError

from widget_server import services
from widget_server.errors import StoreUnavailable
from widget_server.publish.documents import Edition
from widget_server.publish.oembed import page_at, rich
from widget_server.publish.variants import PUBLIC_HEADERS

CACHE_CONTROL = "public, max-age=300"
RETRY_AFTER_SECONDS = "5"

oembed = Blueprint("oembed", __name__)


@oembed.get("/oembed")
def answer() -> Response:
    """200 with the embed of the page at `url`; 400 without a `url`, 404 if it isn't a page of ours, 501 for XML."""
    if request.args.get("format", "json") != "json":
        return _refusal(501, "format_not_supported")
    url = request.args.get("url")
    if not url:
        return _refusal(400, "url_missing")
    edition = _edition()
    if edition is None:
        return _unavailable()
    site_url = services.current().settings.site_url
    page = page_at(url, site_url, edition.choices)
    if page is None:
        return _refusal(404, "not_a_page_of_ours")
    limits = request.args.get("maxwidth"), request.args.get("maxheight")
    return _public(jsonify(rich(edition.document, page, site_url, *limits)), CACHE_CONTROL)


def _edition() -> Edition | None:
    """The current one, or the last that was published when the database is away."""
    parts = services.current()
    try:
        return parts.documents.edition(parts.public.version())
    except (StoreUnavailable, SQLAlchemyError):
        return parts.documents.latest()


def _unavailable() -> Response:
    found = _refusal(503, "not_available")
    found.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return found


def _refusal(code: int, error: str) -> Response:
    found = jsonify(error=error)
    found.status_code = code
    return _public(found, "no-store")


def _public(found: Response, cache_control: str) -> Response:
    """As everything that other people's pages and servers may read."""
    found.headers.update(PUBLIC_HEADERS)
    found.headers["Cache-Control"] = cache_control
    return found
