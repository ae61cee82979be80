"""What the operator pastes: every variant shows the prices, keeps space for them, and works without a script."""

from dataclasses import replace

import pytest
from flask import Flask

from tests.conftest import Browser
from tests.publish import samples
from widget_server import services
from widget_server.console import snippets
from widget_server.publish.public_files import PinnedScript

SITE = "https://prices.example.com"
PINNED = PinnedScript("/embed.0123456789abcdef.js", "sha384-abc")
VARIANTS = {each.id: each for each in snippets.variants(SITE, 640, PINNED)}


def test_the_usual_snippet_reserves_the_space_and_holds_a_working_link() -> None:
    assert snippets.usual(SITE, 640) == (
        '<div data-pricing-widget style="min-height:640px">'
        '<a href="https://prices.example.com/widget">See our prices</a></div>\n<script async src="https://prices.example.com/embed.js"></script>'
    )


@pytest.mark.parametrize("id", VARIANTS)
def test_every_variant_leads_to_the_page_and_leaves_no_hole(id: str) -> None:
    html = VARIANTS[id].html
    assert f"{SITE}/widget" in html
    assert "{site}" not in html
    assert ("640" in html) == (id != "snippet-address")


def test_the_strict_variant_has_no_style_attribute_and_the_frame_no_script() -> None:
    assert "style=" not in VARIANTS["snippet-class"].html
    assert ".our-prices { min-height: 640px; }" in VARIANTS["snippet-class"].html
    assert "<script" not in VARIANTS["snippet-frame"].html


def test_the_element_keeps_the_space_before_the_script_knows_it() -> None:
    """An unknown element is inline, and has no height of its own."""
    assert VARIANTS["snippet-element"].html.startswith('<pricing-widget style="display:block;min-height:640px">')


def test_the_pinned_variant_can_be_checked_by_browsers() -> None:
    """W3C SRI: without `crossorigin` a script of another origin is never run."""
    script = '<script async src="https://prices.example.com/embed.0123456789abcdef.js" integrity="sha384-abc" '
    assert script + 'crossorigin="anonymous"></script>' in VARIANTS["snippet-pinned"].html


def test_the_console_reserves_what_the_prices_of_today_need(site: Flask, operator_browser: Browser) -> None:
    parts = site.extensions[services.EXTENSION]
    parts.documents.publish(replace(samples.demo(), version=parts.public.version()))
    page = operator_browser.get("/console/").text
    assert "min-height:900px" in page
    assert f"integrity=&#34;{parts.files.pinned.integrity}&#34;" in page.replace("&#43;", "+")
