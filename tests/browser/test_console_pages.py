"""The manual shows every page of the console, in light and in dark, and no page that isn't there."""

import re
from pathlib import Path

import pytest

from tests.browser.console_pages import PAGES
from tests.browser.pictures import IMAGES, SCHEMES, file_name
from widget_server import config, create_app
from widget_server.clock import system_clock

MANUAL = Path(__file__).parent.parent.parent / "docs" / "console.md"
LARGEST_BYTES = 150_000
NO_PAGES = {"embed.preview", "listings.files.export", "prices.history_csv", "syncing.watch"}
"""What is under /console/ and answers with something else than a page of its own."""


def test_every_page_of_the_console_is_judged_and_shown(site_env: dict[str, str]) -> None:
    url_map = create_app(config.load(site_env), system_clock).url_map
    rules = [rule for rule in url_map.iter_rules() if "GET" in (rule.methods or ())]
    pages = {rule.endpoint for rule in rules if rule.rule.startswith("/console/")}
    addresses = url_map.bind("127.0.0.1")
    asked = {address.partition("?")[0] for each in PAGES for address in (each.path, each.leads_to) if address}
    shown = {addresses.match(path)[0] for path in asked}
    assert pages - shown == NO_PAGES


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_manual_has_a_picture_of_every_page(scheme: str) -> None:
    wanted = {file_name(each.name, scheme) for each in PAGES}
    in_manual = set(re.findall(rf"images/(console-[a-z-]+-{scheme}\.png)", MANUAL.read_text(encoding="utf-8")))
    assert in_manual == wanted
    assert {file.name for file in IMAGES.glob(f"console-*-{scheme}.png")} == wanted
    assert [name for name in wanted if (IMAGES / name).stat().st_size > LARGEST_BYTES] == []
