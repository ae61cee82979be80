"""/oembed over HTTP, on the whole site."""

import html
import re
from urllib.parse import quote

import pytest
from flask import Flask

from tests.serve.conftest import Visitor
from widget_server import services
from widget_server.store.engine import Database

PAGE = "http://127.0.0.1:8000/widget?location=1198"


def asked(url: str, **more: str) -> str:
    return f"/oembed?url={quote(url, safe='')}" + "".join(f"&{key}={value}" for key, value in more.items())


def test_the_page_leads_to_its_embed(stranger: Visitor) -> None:
    page = stranger.ask("/widget?location=1198&theme=dark").text
    found = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', page)
    assert found
    assert page.index(found[0]) < page.index("</head>")
    address = html.unescape(found[1]).removeprefix("http://127.0.0.1:8000")
    answer = stranger.ask(f"{address}&maxwidth=500&maxheight=750&dnt=1")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json"
    assert (answer.json()["type"], answer.json()["width"], answer.json()["height"]) == ("rich", 500, 750)
    assert 'src="http://127.0.0.1:8000/widget?location=1198&amp;theme=dark"' in answer.json()["html"]


def test_discovery_comes_within_what_wordpress_reads(stranger: Visitor) -> None:
    """It reads 150 KB of a page, and the head only."""
    page = stranger.ask("/widget").content
    assert page.index(b"json+oembed") < 5_000


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [("/oembed", 400, "url_missing"), ("/oembed?url=", 400, "url_missing"),
     (asked("https://evil.example/widget"), 404, "not_a_page_of_ours"),
     (asked("http://127.0.0.1:8000/console/"), 404, "not_a_page_of_ours"),
     (asked("http://127.0.0.1:8000/widget?location=7"), 404, "not_a_page_of_ours"),
     (asked(PAGE, format="xml"), 501, "format_not_supported"), (asked(PAGE, format=""), 501, "format_not_supported"),
     ("/oembed?format=xml", 501, "format_not_supported")],
)  # fmt: skip
def test_what_cannot_be_embedded_is_refused_in_json(stranger: Visitor, path: str, status: int, error: str) -> None:
    answer = stranger.ask(path)
    assert (answer.status_code, answer.json()) == (status, {"error": error})
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_a_type_that_nobody_has_can_be_embedded_all_the_same(stranger: Visitor) -> None:
    """Its page says so and leads on; tomorrow somebody may have it."""
    assert stranger.ask(asked("http://127.0.0.1:8000/widget?type=podcast-studio")).status_code == 200


def test_it_answers_while_the_database_is_away(whole_site: Flask, stranger: Visitor) -> None:
    database: Database = whole_site.extensions[services.EXTENSION].database
    with database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE publication RENAME TO elsewhere")
    answer = stranger.ask(asked(PAGE))
    assert (answer.status_code, answer.json()["title"]) == (200, "Prices at Demo Workspace – London")
