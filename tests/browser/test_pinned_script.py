"""The script at its pinned address, checked by a real browser (W3C Subresource Integrity)."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Host, Traffic
from tests.serve.site import Site

pytestmark = pytest.mark.browser


def open_host(host: Host, page: Page, site_url: str, script: str, integrity: str | None) -> None:
    checked = f' integrity="{integrity}"' if integrity else ""
    host.html = (
        f'<!doctype html><title>T</title><div data-pricing-widget><a href="{site_url}/widget">See our prices</a></div>'
        f'<script async src="{site_url}{script}"{checked} crossorigin="anonymous"></script>'
    )
    page.goto(host.origin)


def test_a_pinned_script_shows_prices(host: Host, site: Site, site_url: str, page: Page) -> None:
    pinned = site.files.pinned
    open_host(host, page, site_url, pinned.path, pinned.integrity)
    expect(page.locator(".card").first).to_be_visible()


def test_an_older_address_works_on_where_nobody_checks(host: Host, site_url: str, page: Page) -> None:
    open_host(host, page, site_url, "/embed.0123456789abcdef.js", None)
    expect(page.locator(".card").first).to_be_visible()


def test_after_an_update_a_page_that_checks_keeps_its_link(
    host: Host, site_url: str, page: Page, traffic: Traffic
) -> None:
    of_then = "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC"
    with page.expect_console_message(lambda message: "integrity" in message.text):
        open_host(host, page, site_url, "/embed.0123456789abcdef.js", of_then)
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    assert traffic.asked("/widget.json") == []
