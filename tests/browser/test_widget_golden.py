"""Money as browsers write it: byte for byte what the hosted page says."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Embed
from tests.publish.samples import location, public, rate, resource
from tests.serve.site import Site
from widget_server.public_model import PublicData

pytestmark = pytest.mark.browser

GOLDEN = json.loads((Path(__file__).parents[1] / "fixtures" / "golden_money.json").read_text(encoding="utf-8"))
LOCALES = sorted({golden["locale"] for golden in GOLDEN})


def priced(golden: list[dict[str, str]]) -> PublicData:
    """A price each, in their order."""
    rooms = [
        resource(str(n), f"Room {n}", "office", rate(f"r{n}", each["amount"], None, currency=each["currency"]))
        for n, each in enumerate(golden)
    ]
    return public(location("1", "L", *rooms))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_widget_and_the_page_write_money_as_the_golden_values_are(
    embed: Embed, site: Site, site_url: str, locale: str
) -> None:
    golden: Any = [each for each in GOLDEN if each["locale"] == locale]
    site.source.public = priced(golden)
    shown = [each["shown"] for each in golden]
    page = embed(f'<pricing-widget locale="{locale}"></pricing-widget>')
    expect(page.locator(".amount")).to_have_count(len(golden))
    assert page.locator(".amount").evaluate_all("(all) => all.map((each) => each.textContent)") == shown
    page.goto(f"{site_url}/widget?locale={locale}")
    assert page.locator(".amount").evaluate_all("(all) => all.map((each) => each.textContent)") == shown
