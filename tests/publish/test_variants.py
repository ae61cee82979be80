"""Which encoding, which validator: RFC 9110 §12.5.3 and §13.1.2."""

import gzip
from http import HTTPStatus

import brotli
import pytest

from widget_server.publish.variants import Answer, Body, Ready, preferences

TEXT = b"A price list. " * 100
PAGE = Body(TEXT, "text/plain", "no-cache")


def header(answer: Answer, name: str) -> str | None:
    return dict(answer.headers).get(name)


@pytest.mark.parametrize(
    ("accept", "first"),
    [
        (None, "identity"), ("", "identity"), ("gzip", "gzip"), ("br", "br"), ("gzip, deflate, br, zstd", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"), ("br;q=0, gzip", "gzip"), ("br;q=0.000, *", "gzip"), ("*", "br"),
        ("*;q=0, gzip", "gzip"), ("GZIP", "gzip"), ("x-gzip", "gzip"), ("identity;q=1, gzip;q=0.5", "identity"),
        ("gzip;q=0.001", "gzip"), ("deflate", "identity"), ("gzip;q=nonsense", "identity"), ("gzip;q=2", "identity"),
        (",,;;,gzip", "gzip"), ("br; q=0.8 , gzip ; q=0.9", "gzip"),
    ],
)  # fmt: skip
def test_best_encoding_is_first(accept: str | None, first: str) -> None:
    assert preferences(accept)[0] == first


@pytest.mark.parametrize("accept", ["identity;q=0", "*;q=0", "gzip;q=0, br;q=0, identity;q=0"])
def test_when_nothing_is_acceptable_the_plain_bytes_are_better_than_nothing(accept: str) -> None:
    assert Ready(PAGE).answer("GET", accept, None).body == TEXT


def test_a_variant_says_how_it_is_encoded_and_how_long_it_is() -> None:
    ready = Ready(PAGE)
    for name, unpack in (("br", brotli.decompress), ("gzip", gzip.decompress)):
        answer = ready.answer("GET", name, None)
        assert unpack(answer.body) == TEXT
        assert header(answer, "Content-Encoding") == name
        assert header(answer, "Content-Length") == str(len(answer.body))
    assert header(ready.answer("GET", None, None), "Content-Encoding") is None


def test_every_encoding_has_an_etag_of_its_own_and_the_same_body_the_same_ones() -> None:
    tags = [[header(Ready(PAGE).answer("GET", e, None), "ETag") for e in ("br", "gzip", None)] for _ in range(2)]
    assert tags[0] == tags[1]
    assert len(set(tags[0])) == 3


def test_a_body_that_compression_does_not_help_is_sent_as_it_is() -> None:
    answer = Ready(Body(b"[]", "application/json", "no-cache")).answer("GET", "br, gzip", None)
    assert (answer.body, header(answer, "Content-Encoding")) == (b"[]", None)


@pytest.mark.parametrize("form", ["{}", "W/{}", '"a", {}', '"a",W/{}, "b"', "*", " * "])
def test_a_validator_that_matches_is_not_modified(form: str) -> None:
    ready = Ready(PAGE)
    etag = header(ready.answer("GET", "br", None), "ETag")
    answer = ready.answer("GET", "br", form.format(etag))
    assert (answer.status, answer.body) == ("304 Not Modified", b"")
    assert header(answer, "ETag") == etag
    assert header(answer, "Content-Length") is None


@pytest.mark.parametrize("form", ["", "x", '"other"', "W/", '"', '""', "*, *", "\x00"])
def test_any_other_validator_gets_the_body(form: str) -> None:
    assert Ready(PAGE).answer("GET", None, form).body == TEXT


def test_the_etag_of_one_encoding_does_not_validate_another() -> None:
    ready = Ready(PAGE)
    assert ready.answer("GET", "gzip", header(ready.answer("GET", "br", None), "ETag")).status == "200 OK"


def test_an_error_is_never_not_modified() -> None:
    ready = Ready(Body(TEXT, "text/plain", "no-cache", HTTPStatus.NOT_FOUND))
    assert ready.answer("GET", None, "*").status == "404 Not Found"


def test_long_headers_are_answered_and_not_remembered() -> None:
    before = preferences.cache_info().currsize
    answer = Ready(PAGE).answer("GET", "gzip, " + "x" * 5000, '"a", ' * 5000)
    assert answer.body == TEXT
    assert preferences.cache_info().currsize == before
