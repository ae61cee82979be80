"""The Embed section over HTTP: the choice, the preview's own policy, and who may frame what."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import Browser
from tests.publish import samples
from widget_server import services


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


def test_made_up_choices_are_no_part_of_the_page(parts: services.Services, operator_browser: Browser) -> None:
    for path in ("/console/embed/", "/console/embed/preview"):
        assert "evil" not in operator_browser.get(f"{path}?location=<b>evil</b>&locale=evil&theme=evil").text


@pytest.mark.parametrize("path", ["/console/embed/", "/console/embed/preview"])
def test_nobody_else_sees_it(browser: Browser, path: str) -> None:
    assert browser.get(path).status_code == 303
