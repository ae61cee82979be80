"""The page with what visitors see, over HTTP."""

import re

import pytest
from flask import Flask

from tests.conftest import Browser
from widget_server import services
from widget_server.publish.words import LANGUAGES
from widget_server.site_settings import Source
from widget_server.store import activity, publication

PAGE = "/console/settings/"
WORKSPACE = {"workspace_name": "The Mill", "currency": "EUR", "accent": "#102030"}


@pytest.fixture
def parts(site: Flask) -> services.Services:
    found: services.Services = site.extensions[services.EXTENSION]
    return found


def test_a_change_holds_at_once_and_is_written_down(operator_browser: Browser, parts: services.Services) -> None:
    with parts.database.read() as connection:
        before = publication.version(connection)
    saved = operator_browser.submit(PAGE, f"{PAGE}workspace", **WORKSPACE)
    assert (saved.status_code, saved.headers["Location"]) == (303, PAGE)
    now = parts.site.current()
    assert (now.workspace_name, now.currency, now.accent) == ("The Mill", "EUR", "#102030")
    with parts.database.read() as connection:
        deed = activity.latest(connection, 1)[0]
        assert publication.version(connection) != before
    assert (deed.actor, deed.kind) == ("operator@example.com", "settings")
    assert "Currency: EUR" in (deed.detail or "")
    page = operator_browser.get(PAGE).text
    assert "Saved." in page
    assert 'value="The Mill"' in page


def test_a_wrong_value_keeps_what_was_typed_and_says_what_would_do(
    operator_browser: Browser, parts: services.Services
) -> None:
    refused = operator_browser.submit(PAGE, f"{PAGE}workspace", **WORKSPACE | {"currency": 'pounds"><script>'})
    assert refused.status_code == 422
    assert 'value="The Mill"' in refused.text
    assert "pounds&#34;&gt;&lt;script&gt;" in refused.text
    assert "Give a three-letter currency code" in refused.text
    assert "aria-invalid=true" in refused.text
    assert parts.site.current().workspace_name == "Demo Workspace"


def test_what_was_not_touched_keeps_its_source(operator_browser: Browser, parts: services.Services) -> None:
    operator_browser.submit(PAGE, f"{PAGE}workspace", workspace_name="The Mill")
    sources = parts.site.sources()
    assert sources["workspace_name"] is Source.CONSOLE
    assert sources["currency"] is Source.ENVIRONMENT
    assert sources["locale"] is Source.DEFAULT
    page = operator_browser.get(PAGE).text
    assert "Set here instead of WIDGET_WORKSPACE_NAME" in page.replace("&#39;", "'")
    assert "Set by WIDGET_CURRENCY in the environment" in page


def test_an_optional_value_can_be_taken_away(operator_browser: Browser, parts: services.Services) -> None:
    operator_browser.submit(PAGE, f"{PAGE}booking", booking_url="https://book.example.com/{resource}")
    assert parts.site.current().booking_url == "https://book.example.com/{resource}"
    operator_browser.submit(PAGE, f"{PAGE}booking", booking_url="")
    assert parts.site.current().booking_url is None


def test_nothing_changed_is_said(operator_browser: Browser) -> None:
    operator_browser.submit(PAGE, f"{PAGE}websites")
    assert "Nothing was changed." in operator_browser.get(PAGE).text


def test_who_may_frame_the_page_is_said_in_its_policy(operator_browser: Browser, site: Flask) -> None:
    operator_browser.submit(PAGE, f"{PAGE}websites", allowed_origins="https://www.example.com")
    policy = site.test_client().get("/widget").headers["Content-Security-Policy"]
    assert "frame-ancestors https://www.example.com" in policy


def test_an_unknown_form_is_no_page(operator_browser: Browser) -> None:
    assert operator_browser.submit(PAGE, f"{PAGE}secret_key").status_code == 404


def test_strangers_see_and_change_nothing(browser: Browser, parts: services.Services) -> None:
    assert browser.get(PAGE).status_code == 303
    assert browser.submit("/login", f"{PAGE}workspace", **WORKSPACE).status_code == 303
    assert parts.site.current().workspace_name == "Demo Workspace"


def ticked(*languages: str) -> dict[str, str]:
    return {"languages": "asked"} | {f"languages.{each}": "on" for each in languages}


def test_the_operator_chooses_the_default_language_and_those_that_visitors_may_have(
    operator_browser: Browser, parts: services.Services
) -> None:
    saved = operator_browser.submit(PAGE, f"{PAGE}languages", locale="de-DE", **ticked("de", "en"))
    assert saved.status_code == 303
    now = parts.site.current()
    assert (now.locale, now.languages) == ("de-DE", ("de", "en"))
    assert parts.documents.edition(parts.public.version()).choices.languages == {"de", "en"}
    with parts.database.read() as connection:
        deed = activity.latest(connection, 1)[0]
    assert "Languages that visitors may have: de, en" in (deed.detail or "")
    page = operator_browser.get(PAGE).text
    assert re.search(r'id="languages.de"[^>]* checked disabled', page)
    assert re.search(r'id="languages.en"[^>]* checked>', page)
    assert re.search(r'id="languages.fr"[^>]*autocomplete="off">', page)
    assert '<span lang="fr" dir="ltr">Français</span>' in page
    offered = operator_browser.get("/console/embed/").text
    assert '<option value="en-US">' in offered
    assert '<option value="fr">' not in offered


def test_all_ticked_means_all_that_there_ever_are(operator_browser: Browser, parts: services.Services) -> None:
    operator_browser.submit(PAGE, f"{PAGE}languages", **ticked("en"))
    assert parts.site.current().languages == ("en",)
    operator_browser.submit(PAGE, f"{PAGE}languages", **ticked(*LANGUAGES))
    assert parts.site.current().languages == ("*",)
    assert parts.documents.edition(parts.public.version()).choices.languages is None


def test_none_ticked_and_a_language_that_is_none_are_told_and_what_was_ticked_stays(
    operator_browser: Browser, parts: services.Services
) -> None:
    refused = operator_browser.submit(PAGE, f"{PAGE}languages", locale="english", **ticked("fr"))
    assert refused.status_code == 422
    assert re.search(r'id="languages.fr"[^>]* checked>', refused.text)
    assert operator_browser.submit(PAGE, f"{PAGE}languages", **ticked()).status_code == 422
    assert operator_browser.submit(PAGE, f"{PAGE}languages", **ticked("it")).status_code == 422
    assert parts.site.current().languages == ("*",)


def test_an_operator_whose_language_the_widget_does_not_have_is_told(operator_browser: Browser) -> None:
    operator_browser.submit(PAGE, f"{PAGE}languages", locale="it-IT")
    page = operator_browser.get(PAGE).text
    assert "The widget has no words in Italian yet" in page
    assert re.search(r'id="languages.en"[^>]* checked disabled', page)
