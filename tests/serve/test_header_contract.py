"""What the public's files and documents say about caching and who may read them: a promise to browsers and CDNs."""

import base64
import hashlib
from typing import Any

import pytest
from flask import Flask

from tests.serve.conftest import Visitor
from widget_server import services
from widget_server.publish.public_files import PublicFiles

FOR_MINUTES = "public, max-age=300, stale-while-revalidate=2592000, stale-if-error=2592000"
FOR_EVER = "public, max-age=31536000, immutable"
REVALIDATED = "public, max-age=0, s-maxage=5, stale-if-error=86400"
SCRIPT, STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"
JSON, PAGE = "application/json; charset=utf-8", "text/html; charset=utf-8"

CONTRACT = (
    ("/embed.js", 200, SCRIPT, FOR_MINUTES),
    ("{pinned}", 200, SCRIPT, FOR_EVER),
    ("/embed.0123456789abcdef.js", 200, SCRIPT, FOR_MINUTES),
    ("{stylesheet}", 200, STYLE, FOR_EVER),
    ("/static/widget.css", 200, STYLE, FOR_MINUTES),
    ("/static/widget.css?v=0123456789abcdef", 200, STYLE, FOR_MINUTES),
    ("{script}", 200, SCRIPT, FOR_EVER),
    ("/static/widget-page.js", 200, SCRIPT, FOR_MINUTES),
    ("/widget.json", 200, JSON, REVALIDATED),
    ("/widget.json?location=1198&locale=de", 200, JSON, REVALIDATED),
    ("/widget.json?type=podcast-studio", 200, JSON, REVALIDATED),
    ("/widget.json?location=7", 404, JSON, REVALIDATED),
    ("/widget", 200, PAGE, REVALIDATED),
    ("/widget?location=7", 404, PAGE, REVALIDATED),
    ("/oembed?url=http%3A%2F%2F127.0.0.1%3A8000%2Fwidget", 200, "application/json", "public, max-age=300"),
    ("/oembed?url=https%3A%2F%2Fevil.example", 404, "application/json", "no-store"),
)
OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}
"""On everything: other people's pages load it, sandboxed ones with the origin `null` too."""
OF_THE_SERVER = {"Server", "Date", "Connection", "Content-Length"}
OF_PAGES = {"Content-Language", "Content-Security-Policy", "Referrer-Policy"}


def files(site: Flask) -> PublicFiles:
    found: PublicFiles = site.extensions[services.EXTENSION].files
    return found


def expected(status: int, content_type: str, cache_control: str) -> dict[str, str]:
    varies = {} if content_type == "application/json" else {"Vary": "Accept-Encoding"}
    return OPEN | varies | {"Content-Type": content_type, "Cache-Control": cache_control}


def assert_kept(answer: Any, status: int, content_type: str, cache_control: str) -> None:
    wanted = expected(status, content_type, cache_control)
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert "Set-Cookie" not in answer.headers
    is_document = content_type != "application/json"
    assert ("ETag" in answer.headers) == (status == 200 and is_document)


@pytest.mark.parametrize(("path", "status", "content_type", "cache_control"), CONTRACT)
def test_headers_are_these_and_no_others(
    whole_site: Flask, stranger: Visitor, path: str, status: int, content_type: str, cache_control: str
) -> None:
    found = files(whole_site)
    path = path.format(pinned=found.pinned.path, stylesheet=found.page.stylesheet, script=found.page.script)
    answer = stranger.ask(path)
    assert_kept(answer, status, content_type, cache_control)
    if content_type != "application/json":  # which the application answers, with the headers of all its pages
        of_pages = OF_PAGES if content_type == PAGE else set()
        named = set(expected(status, content_type, cache_control)) | of_pages | OF_THE_SERVER
        assert set(answer.headers) - named == ({"ETag"} if status == 200 else set())


def test_the_integrity_is_that_of_the_bytes_at_the_pinned_address_in_every_encoding(
    whole_site: Flask, stranger: Visitor
) -> None:
    pinned = files(whole_site).pinned
    assert pinned.path != "/embed.0123456789abcdef.js"
    for encoding in ("identity", "gzip"):  # which the client unpacks, as browsers do before they check
        content = stranger.ask(pinned.path, Accept_Encoding=encoding).content
        assert pinned.integrity == f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"
    assert stranger.ask("/embed.js").content == content
