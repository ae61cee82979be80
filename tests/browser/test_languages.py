"""The language of the widget in a visitor's page, of the hosted page and of its header are one, whatever is offered."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed
from tests.browser.test_console import console, console_url, log_in  # noqa: F401  (fixtures)
from tests.serve.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("locale", "offered", "wanted", "spoken"),
    [
        ("en-GB", None, "fr-FR", "fr-FR"),
        ("de-DE", ("de", "en"), "fr-FR", "de-DE"),
        ("de-DE", ("de", "en"), "en-US", "en-US"),
        ("de-DE", ("de",), "de-AT", "de-AT"),
        ("it-IT", None, "it-IT", "en"),
        ("it-IT", ("ar",), "ar-EG", "ar-EG"),
    ],
)
def test_widget_page_and_header_speak_the_same(
    embed: Embed, site: Site, site_url: str, locale: str, offered: tuple[str, ...] | None, wanted: str, spoken: str
) -> None:
    workspace = replace(site.source.public.workspace, locale=locale, languages=offered)
    site.change(replace(site.source.public, workspace=workspace, version="42"))
    page = embed(lang=wanted)
    expect(page.locator(".pw")).to_have_attribute("lang", spoken)
    answer = page.goto(f"{site_url}/widget?locale={wanted}")
    assert answer is not None
    assert answer.headers["content-language"] == spoken
    expect(page.locator("html")).to_have_attribute("lang", spoken)


def test_the_operator_takes_a_language_back(page: Page, console_url: str) -> None:  # noqa: F811
    log_in(page, console_url, "/console/settings/")
    form = page.locator("form", has=page.get_by_label("Language and region"))
    expect(form.get_by_label("English")).to_be_disabled()
    form.get_by_label("Français").uncheck()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(form.get_by_label("Français")).not_to_be_checked()
    expect(form.get_by_label("Deutsch")).to_be_checked()
    page.goto(f"{console_url}/console/embed/")
    expect(page.get_by_label("Language").locator("option", has_text="French")).to_have_count(0)
    expect(page.get_by_label("Language").locator("option", has_text="German (Austria)")).to_have_count(1)
    page.goto(f"{console_url}/widget?locale=fr")
    expect(page.locator("html")).to_have_attribute("lang", "en-GB")
