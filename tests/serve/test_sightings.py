"""Noticing on which websites the widget is, without ever getting in the way."""

from collections.abc import Callable, Iterable
from threading import Event

import pytest

from widget_server.serve.sightings import MOST, Sightings, origin_of


class Book:
    """What was written."""

    def __init__(self) -> None:
        self.origins: list[str] = []
        self.away = False
        self.written = Event()

    def write(self, origins: Iterable[str]) -> None:
        if self.away:
            raise ConnectionError("the database is away")
        self.origins += origins
        self.written.set()


def never(seconds: float, task: Callable[[], None]) -> None:
    """The test itself says when."""


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def sightings(book: Book) -> Sightings:
    return Sightings("https://prices.example.com", book.write, never)


def test_a_scripts_website_is_written_in_the_background(book: Book) -> None:
    Sightings("https://prices.example.com", book.write).note({"HTTP_ORIGIN": "https://www.example.com"})
    assert book.written.wait(10)
    assert book.origins == ["https://www.example.com"]


def test_a_frame_tells_by_its_referrer_and_a_link_does_not(book: Book, sightings: Sightings) -> None:
    sightings.note({"HTTP_REFERER": "https://linking.example/page"})
    sightings.note({"HTTP_REFERER": "https://framing.example/page", "HTTP_SEC_FETCH_DEST": "iframe"})
    sightings.flush()
    assert book.origins == ["https://framing.example"]


def test_our_own_pages_do_not_count(book: Book, sightings: Sightings) -> None:
    sightings.note({"HTTP_ORIGIN": "https://prices.example.com"})
    sightings.flush()
    assert book.origins == []


def test_made_up_websites_are_few(book: Book, sightings: Sightings) -> None:
    for number in range(MOST * 3):
        sightings.note({"HTTP_ORIGIN": f"https://{number}.example"})
    sightings.flush()
    assert len(book.origins) == MOST


def test_what_can_not_be_written_is_written_later(book: Book, sightings: Sightings) -> None:
    book.away = True
    sightings.note({"HTTP_ORIGIN": "https://www.example.com"})
    sightings.flush()
    book.away = False
    sightings.flush()
    assert book.origins == ["https://www.example.com"]


def test_a_long_header_is_not_looked_at(book: Book, sightings: Sightings) -> None:
    sightings.note({"HTTP_ORIGIN": "https://a.example/" + "a" * 1000})
    sightings.flush()
    assert book.origins == []


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://www.Example.com", "https://www.example.com"),
        ("http://127.0.0.1:8080/page?x=1", "http://127.0.0.1:8080"),
        ("null", None),
        ("", None),
        ("file:///etc/passwd", None),
        ("https://user@evil.example", None),
        ("https://evil.example\r\nX: y", None),
        ("https://<script>", None),
        ("https://" + "a" * 300, None),
    ],
)
def test_only_an_origin_of_the_web_is_one(text: str, origin: str | None) -> None:
    assert origin_of(text) == origin
