"""Pages as a person uses them, against a real server."""

import http.server
import threading
from collections.abc import Iterator
from urllib.parse import parse_qsl

import pytest

from widget_server.demo.forms import Page, Visitor
from widget_server.demo.page import website
from widget_server.demo.process import DemoFailed

FORMS = """<html><style>p { hidden }</style><body><p>Choose &amp; go</p>
<form action="/other"><input name="q" value="x"></form>
<form method="post" action="/answer?keep=1">
  <input type="hidden" name="csrf" value="a&quot;b"><input name="email" value="">
  <input type="checkbox" name="location" value="1" checked><input type="checkbox" name="location" value="2">
  <input type="checkbox" name="location" value="3" checked><input name="off" value="x" disabled>
  <input type="submit" name="ignored" value="x"><button name="decision" value="approve">Approve</button>
</form><pre><code id="snippet">&lt;div&gt;</code></pre></body></html>"""


class Answering(http.server.BaseHTTPRequestHandler):
    """`/` has forms, `/answer` says what it got, `/go` leads to `/`, anything else fails."""

    def do_GET(self) -> None:
        if self.path == "/go":
            self.send_response(302)
            self.send_header("Location", "/")
            self.end_headers()
        else:
            self._answer(200 if self.path == "/" else 500, FORMS)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._answer(200, f"{self.path} {self.headers['Origin']} {parse_qsl(body, keep_blank_values=True)}")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def served(handler: type[http.server.BaseHTTPRequestHandler]) -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def server() -> Iterator[str]:
    yield from served(Answering)


@pytest.fixture
def visitor() -> Iterator[Visitor]:
    found = Visitor()
    yield found
    found.close()


def test_a_form_is_sent_as_a_browser_would(server: str, visitor: Visitor) -> None:
    page = visitor.open(f"{server}/go")
    answer = visitor.submit(page, "/answer", email="me@example.com", decision="approve")
    sent = [("csrf", 'a"b'), ("location", "1"), ("location", "3"), ("email", "me@example.com"), ("decision", "approve")]
    assert page.url == f"{server}/"
    assert answer.html == f"/answer?keep=1 {server} {sent}"


def test_text_is_read_as_a_person_reads_it(server: str, visitor: Visitor) -> None:
    page = visitor.open(server)
    assert page.text_of("snippet") == "<div>"
    assert page.text_of("nothing") == ""
    assert page.excerpt == "Choose & go Approve <div>"


def test_a_page_that_fails_is_a_failure_that_says_what_it_said(server: str, visitor: Visitor) -> None:
    with pytest.raises(DemoFailed, match=r"GET .*/broken answered 500:\nChoose & go"):
        visitor.open(f"{server}/broken")


def test_a_server_that_is_away_is_a_failure(visitor: Visitor) -> None:
    with pytest.raises(DemoFailed, match="can't be reached"):
        visitor.open("http://127.0.0.1:9")


def test_a_form_that_isn_t_there_is_a_failure() -> None:
    with pytest.raises(DemoFailed, match="has no form that goes to /login:\nHello"):
        Page("http://127.0.0.1/", "<p>Hello</p>").form("/login")


def test_the_sample_website_has_the_snippet_as_it_was_pasted(visitor: Visitor) -> None:
    snippet = '<div data-pricing-widget><a href="http://x/widget">See our prices</a></div>'
    for url in served(website(snippet)):
        assert visitor.open(f"{url}/?utm=1").html.count(snippet) == 1
        with pytest.raises(DemoFailed, match="404"):
            visitor.open(f"{url}/other")
