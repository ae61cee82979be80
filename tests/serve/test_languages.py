"""Which language visitors get, over HTTP: what the operator offers, from the moment at which they say so."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from tests.serve.conftest import Visitor
from tests.serve.site import Site

Offer = Callable[..., None]


@pytest.fixture
def offer(site: Site) -> Offer:
    """`offer("de-DE", "de", "en")` sets the operator's locale and the languages that visitors may have."""
    versions = iter(range(100, 200))

    def offered(locale: str, *languages: str) -> None:
        workspace = replace(site.source.public.workspace, locale=locale, languages=languages or None)
        site.change(replace(site.source.public, workspace=workspace, version=str(next(versions))))

    return offered


def words(visitor: Visitor, query: str) -> Any:
    return visitor.ask(f"/widget.json?locale={query}").json()["words"]["lang"]


def spoken(visitor: Visitor, query: str = "") -> str:
    """The hosted page's language: what it says itself and what its header says are the same."""
    answer = visitor.ask(f"/widget{query}")
    found = re.search(r'<html lang="([^"]+)"', answer.text)
    assert found
    assert answer.headers["Content-Language"] == found[1]
    return found[1]


def test_all_languages_are_offered_unless_somebody_says_otherwise(visitor: Visitor) -> None:
    assert [words(visitor, each) for each in ("", "de", "fr-FR", "ar", "xx")] == ["en", "de", "fr", "ar", "en"]
    assert [spoken(visitor, each) for each in ("", "?locale=de-AT", "?locale=xx")] == ["en-GB", "de-AT", "en-GB"]
    assert "languages" not in visitor.ask("/widget.json").json()["workspace"]


def test_a_language_that_is_not_offered_is_answered_in_the_operators(visitor: Visitor, offer: Offer) -> None:
    offer("de-DE", "en")
    assert [words(visitor, each) for each in ("", "de-AT", "en", "fr", "ja", "xx")] == [
        "de",
        "de",
        "en",
        "de",
        "de",
        "de",
    ]
    assert spoken(visitor, "?locale=fr") == "de-DE"
    assert spoken(visitor, "?locale=en-US") == "en-US"
    assert visitor.ask("/widget?locale=fr").content == visitor.ask("/widget").content
    assert visitor.ask("/widget.json?locale=fr").content == visitor.ask("/widget.json?locale=de").content
    assert visitor.ask("/widget.json").json()["workspace"]["languages"] == ["de", "en"]


def test_a_change_holds_with_the_next_request_whatever_was_kept(site: Site, visitor: Visitor, offer: Offer) -> None:
    site.app = site.hotpath()
    before = visitor.ask("/widget.json?locale=fr")
    assert before.json()["words"]["lang"] == "fr"
    assert spoken(visitor, "?locale=fr-FR") == "fr-FR"
    offer("en-GB", "en")
    after = visitor.ask("/widget.json?locale=fr", If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.json()["words"]["lang"] == "en"
    assert spoken(visitor, "?locale=fr-FR") == "en-GB"
    offer("en-GB")
    assert words(visitor, "fr") == "fr"


def test_an_operator_whose_language_there_is_not_is_read_in_english(visitor: Visitor, offer: Offer) -> None:
    offer("it-IT", "de")
    assert [words(visitor, each) for each in ("", "it", "it-IT", "de", "fr")] == ["en", "en", "en", "de", "en"]
    assert [spoken(visitor, each) for each in ("", "?locale=it", "?locale=de-CH")] == ["en", "en", "de-CH"]
    assert visitor.ask("/widget.json").json()["workspace"]["languages"] == ["de", "en"]


def test_another_process_finds_the_languages_in_the_cache(site: Site, visitor: Visitor, offer: Offer) -> None:
    offer("de-DE", "de")
    assert words(visitor, "fr") == "de"
    site.source.away = True
    site.app = site.hotpath()
    assert words(visitor, "fr") == "de"


def test_what_is_not_offered_has_no_address_of_its_own_in_an_embed(stranger: Visitor, whole_site: Any) -> None:
    page = "http://127.0.0.1:8000/widget?locale=fr"
    assert "locale=fr" in stranger.ask(f"/oembed?url={quote(page, safe='')}").json()["html"]
    parts = whole_site.extensions["pricing-widget"]
    with parts.database.write() as connection:
        parts.site.change(connection, {"languages": "en, de"})
    assert "locale" not in stranger.ask(f"/oembed?url={quote(page, safe='')}").json()["html"]
    kept = "http://127.0.0.1:8000/widget?locale=de"
    assert "locale=de" in stranger.ask(f"/oembed?url={quote(kept, safe='')}").json()["html"]
