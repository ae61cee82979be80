"""The Embed section over HTTP: the choice, the preview's own policy, and who may frame what."""

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import Browser
from tests.console.embed.test_fetching import Website
from tests.publish import samples
from tests.serve.site import served
from widget_server import services
from widget_server.console.embed.fetching import PageFetcher
from widget_server.network.addresses import AddressPolicy


@pytest.fixture
def parts(site: Flask) -> services.Services:
    """A site with the sample's prices on it."""
    found: services.Services = site.extensions[services.EXTENSION]
    found.documents.publish(replace(samples.demo(), version=found.public.version()))
    return found


def test_without_a_script_the_address_says_what_is_chosen(parts: services.Services, operator_browser: Browser) -> None:
    page = operator_browser.get("/console/embed/?location=1198&theme=dark").text
    assert '<option value="1198" selected>' in page
    assert "data-location=&#34;1198&#34; data-theme=&#34;dark&#34;" in page
    assert 'src="/console/embed/preview?location=1198&amp;theme=dark"' in page


def test_only_this_page_may_hold_a_frame_and_only_the_preview_may_be_framed(
    parts: services.Services, operator_browser: Browser
) -> None:
    policies = {
        path: operator_browser.get(path).headers["Content-Security-Policy"]
        for path in ("/console/", "/console/embed/", "/console/embed/preview")
    }
    assert [path for path, policy in policies.items() if "frame-src 'self'" in policy] == ["/console/embed/"]
    assert [path for path, policy in policies.items() if "frame-ancestors 'none'" not in policy] == [
        "/console/embed/preview"
    ]
    assert "frame-ancestors 'self'" in policies["/console/embed/preview"]
    assert "unsafe" not in "".join(policies.values())


def test_the_preview_is_the_real_script_with_the_choice(parts: services.Services, operator_browser: Browser) -> None:
    page = operator_browser.get("/console/embed/preview?location=1198&theme=dark&locale=de").text
    assert '<div data-pricing-widget data-location="1198" data-locale="de" data-theme="dark">' in page
    assert '<script async src="/embed.js"></script>' in page
    assert '<html lang="de" data-theme="dark">' in page
    assert "<style" not in page


def test_several_types_and_an_accent_colour_are_in_the_preview_and_kept_by_the_check(
    parts: services.Services, operator_browser: Browser
) -> None:
    chosen = "type=office&type=meeting-room&accent=7A3CC2"
    page = operator_browser.get(f"/console/embed/?{chosen}").text
    assert 'src="/console/embed/preview?type=meeting-room,office&amp;accent=%237a3cc2"' in page
    assert page.count(" checked autocomplete") == 3  # two types, and the preview's width
    assert '<input type="hidden" name="type" value="meeting-room,office"' in page
    assert '<input type="hidden" name="accent" value="#7a3cc2"' in page
    preview = operator_browser.get(f"/console/embed/preview?{chosen}")
    assert 'data-type="meeting-room,office"' in preview.text
    (nonce,) = re.findall(
        r'<style nonce="([^"]{20,})">\[data-pricing-widget\] { --pricing-accent: #7a3cc2; }</style>', preview.text
    )
    assert f"style-src 'self' 'nonce-{nonce}'" in preview.headers["Content-Security-Policy"]
    answer = operator_browser.submit("/console/embed/", url="127.0.0.1", type="meeting-room,office", accent="#7a3cc2")
    assert "data-type=&#34;meeting-room,office&#34;" in answer.text
    assert "--pricing-accent:#7a3cc2" in answer.text


def test_what_is_no_colour_is_no_part_of_a_snippet(parts: services.Services, operator_browser: Browser) -> None:
    page = operator_browser.get("/console/embed/?accent=red;}*{").text
    assert 'value="red;}*{"' in page
    assert 'id="accent-problem" role="alert" data-live="accent-problem">Give a colour' in page
    assert "pricing-accent" not in page
    assert "<style" not in operator_browser.get("/console/embed/preview?accent=red;}*{").text


def test_made_up_choices_are_no_part_of_the_page(parts: services.Services, operator_browser: Browser) -> None:
    for path in ("/console/embed/", "/console/embed/preview"):
        assert "evil" not in operator_browser.get(f"{path}?location=<b>evil</b>&locale=evil&theme=evil").text


@pytest.mark.parametrize("path", ["/console/embed/", "/console/embed/preview"])
def test_nobody_else_sees_it(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 303


@pytest.fixture
def checking(site: Flask) -> Iterator[tuple[Browser, str, Website]]:
    """An operator's browser at a site whose page check may look at one website on loopback, and that website."""
    parts: services.Services = site.extensions[services.EXTENSION]
    policy = AddressPolicy(lambda address: address.is_loopback, None)
    services.install(site, replace(parts, page_fetcher=PageFetcher(policy)))
    website = Website()
    browser = Browser(site.test_client())
    browser.log_in()
    with served(website) as origin:
        yield browser, origin, website


def test_the_check_says_what_is_on_the_page(checking: tuple[Browser, str, Website]) -> None:
    browser, origin, website = checking
    website.put("/", b'<pricing-widget></pricing-widget><script src="http://127.0.0.1:8000/embed.js"></script>')
    answer = browser.submit("/console/embed/", url=f"{origin}/", theme="dark")
    assert answer.status_code == 200
    assert "The prices are on your page" in answer.text
    assert f'value="{origin}/"' in answer.text
    assert '<option value="dark" selected>' in answer.text


def test_what_the_page_says_is_shown_as_text(checking: tuple[Browser, str, Website]) -> None:
    browser, origin, website = checking
    website.put("/", b'<pricing-widget location="<b>evil</b>"></pricing-widget>')
    page = browser.submit("/console/embed/", url=f"{origin}/").text
    assert "<b>evil</b>" not in page
    assert "&lt;b&gt;evil&lt;/b&gt;" in page


def test_a_page_that_cannot_be_looked_at_keeps_what_was_typed(operator_browser: Browser) -> None:
    for url in ("127.0.0.1/x", "http://[::1]/", "file:///etc/passwd", "javascript:alert(1)", ""):
        answer = operator_browser.submit("/console/embed/", url=url)
        assert answer.status_code == 422
        assert 'id="url-problem"' in answer.text
        assert url in answer.text


def test_nobody_else_has_pages_looked_at(browser: Browser) -> None:
    assert browser.client.post("/console/embed/", data={"url": "https://www.example.com/"}).status_code == 400
