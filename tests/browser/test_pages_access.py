"""axe finds nothing on the hosted page and on the operator's pages, in light and dark."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.axe import complaints
from tests.browser.console_pages import PAGES, ConsolePage, opened

pytestmark = pytest.mark.browser

SCHEMES = ("light", "dark")


def in_each_scheme(page: Page) -> Iterator[str]:
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        yield scheme


@pytest.mark.parametrize("query", ["", "?locale=ar", "?location=1198&type=meeting-room", "?location=7"])
def test_the_hosted_page(page: Page, site_url: str, query: str) -> None:
    page.goto(f"{site_url}/widget{query}")
    found = {scheme: complaints(page) for scheme in in_each_scheme(page)}
    assert found == {scheme: [] for scheme in SCHEMES}


@pytest.mark.parametrize("shown", PAGES, ids=lambda shown: shown.name)
def test_the_operators_pages(page: Page, tmp_path: Path, shown: ConsolePage) -> None:
    with opened(shown, page, tmp_path):
        found = {scheme: complaints(page) for scheme in in_each_scheme(page)}
    assert found == {scheme: [] for scheme in SCHEMES}
