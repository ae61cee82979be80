"""axe finds nothing on the hosted page and on the operator's pages, in light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.axe import complaints
from tests.browser.test_console import console, console_url, log_in  # noqa: F401  (fixtures)

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")
CONSOLE_PATHS = (
    "/console/",
    "/console/listings/",
    "/console/prices/",
    "/console/deliveries/",
    "/console/deliveries/turned-away/",
    "/console/embed/",
    "/console/settings/",
    "/console/settings/syncaroo/",
    "/console/settings/back-up/",
    "/console/settings/tokens/",
    "/console/settings/alerts/",
    "/console/activity/",
    "/console/sync/",
    "/api/oauth/authorize?connectionId=99&clientId=xyz1243&redirectUri=https://app.syncaroo.com/connection"
    "&response_type=code",
)


def in_each_scheme(page: Page) -> Iterator[str]:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield scheme


@pytest.mark.parametrize("query", ["", "?locale=ar", "?location=1198&type=meeting-room", "?location=7"])
def test_the_hosted_page(page: Page, site_url: str, query: str) -> None:
    page.goto(f"{site_url}/widget{query}")
    found = {scheme: complaints(page) for scheme in in_each_scheme(page)}
    assert found == {scheme: [] for scheme in SCHEMES}


def test_the_operators_pages(page: Page, console_url: str) -> None:  # noqa: F811
    page.goto(f"{console_url}/login")
    found = {("/login", scheme): complaints(page) for scheme in in_each_scheme(page)}
    log_in(page, console_url)
    for path in CONSOLE_PATHS:
        answer = page.goto(console_url + path)
        assert answer is not None
        assert answer.status == 200, path
        found |= {(path, scheme): complaints(page) for scheme in in_each_scheme(page)}
    assert {where: what for where, what in found.items() if what} == {}
