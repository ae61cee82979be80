"""A document's text → its body: status, type, caching and the page's content security policy."""

from collections.abc import Callable
from http import HTTPStatus

from widget_server.publish.compose import Document
from widget_server.publish.page import accent_hash
from widget_server.publish.query import Kind, Wanted
from widget_server.publish.variants import Body, Headers
from widget_server.publish.words import speech

REVALIDATED = "public, max-age=0, s-maxage=5, stale-if-error=86400"
"""Browsers ask each time (a 304 when nothing changed); a CDN may answer for 5 s by itself, for a day when we can't."""


def body(text: str, wanted: Wanted, document: Document, frame_ancestors: Callable[[], str]) -> Body:
    """The body of one document. `frame_ancestors` answers who may frame the page: a CSP source list such as "*". It is
    asked only for a page."""
    page = wanted.kind is Kind.PAGE
    return Body(
        text.encode(),
        "text/html; charset=utf-8" if page else "application/json; charset=utf-8",
        REVALIDATED,
        HTTPStatus.NOT_FOUND if wanted.missing == "location" else HTTPStatus.OK,
        _page_headers(wanted, document, frame_ancestors()) if page else (),
    )


def _page_headers(wanted: Wanted, document: Document, frame_ancestors: str) -> Headers:
    """Nothing but our own style and script, whatever a name or description may hold."""
    policy = (
        f"default-src 'none'; style-src 'self' {accent_hash(document)}; script-src 'self'; img-src 'self' data:; "
        f"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {frame_ancestors}"
    )
    spoken = speech(wanted.locale, document["workspace"]["locale"]).locale
    return (
        ("Content-Language", spoken),
        ("Content-Security-Policy", policy),
        ("Referrer-Policy", "strict-origin-when-cross-origin"),
    )
