"""The widget and the hosted page say the same, in every language: one is written in JavaScript, the other in Python."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed
from tests.publish.samples import NOW, demo, location, public, rate, resource
from tests.serve.site import Site
from widget_server.model import ExtraData, ResourceData
from widget_server.public_model import PublicData
from widget_server.publish.words import LANGUAGES

pytestmark = pytest.mark.browser

TAGS = [tag for language in LANGUAGES.values() for tag in (language.lang, *language.regions)]
OTHER_DATA = {"de-CH", "de-LI"}
"""Where browsers have later data than Babel: how Switzerland groups digits and writes EUR."""
SAID = ".place-name, .name, .facts li, .label, .price, .fine, .extra, .more summary, .more li, .act, .foot, .none"
INVISIBLE = re.compile(r"[\u200e\u200f\u061c\u2066-\u2069]")


def everything() -> PublicData:
    """The demo, and a room that is let for every unit, once and for several of it, in every way of taxing."""
    extras = (ExtraData("x", "Projector", Decimal("12.50"), "GBP"), ExtraData("y", "Cleaning"))
    units = ("minute", "hour", "half_day", "day", "week", "four_weeks", "month", "quarter", "year", "use", "per moon")
    rates = [
        rate(f"{unit}{count}", "1234.50", unit, unit_count=count, name=f"{unit} {count}", price_type=kind)
        for unit in units
        for count, kind in ((1, "exact"), (2, "from"), (3, "exact"), (11, "exact"))
    ]
    taxes = [
        rate(
            f"{mode}{percent}",
            unit="hour",
            tax_mode=mode,
            tax_rate=percent,
            audience=audience,
            name=f"{mode} {percent}",
        )
        for mode, audience in (("exclusive", "member"), ("inclusive", "non_member"))
        for percent in (None, Decimal(20), Decimal("7.7"))
    ]
    more = [
        rate("once", "99.00", "one_off", deposit=Decimal(4900), setup_fee=Decimal("0.5"), min_term="3 months"),
        rate("until", "99.00", "day", valid_from=NOW.date(), valid_to=NOW.replace(month=12).date(), extras=extras),
        rate("unknown", None, "day"),
        rate("desk", "300.00", "month", per="desk"),
        rate("people", "25.00", "hour", unit_count=2, per="person"),
        rate("seat", "25.00", "hour", per="the {unit}'s own"),
        rate("ticket", "25.00", "one_off", per="person"),
    ]
    rooms = [
        resource(
            f"c{n}", f"Room {n}", "podcast-studio", rate(f"r{n}"), data=ResourceData(capacity=n, units=n, area_sqft=n)
        )
        for n in (1, 2, 3, 11, 100, 900)
    ]
    all_of_it = resource("all", "All of it", "meeting-room", *rates, *taxes, *more)
    return public(*demo().locations, location("3", "Third", all_of_it, *rooms, resource("none", "Nothing", "floor")))


def said(page: Page, within: str) -> list[str]:
    texts: list[str] = page.locator(f"{within} :is({SAID})").all_text_contents()
    return [" ".join(INVISIBLE.sub("", text).split()) for text in texts if text.strip()]


@pytest.mark.parametrize("tag", sorted(set(TAGS) - OTHER_DATA))
def test_the_widget_says_what_the_hosted_page_says(
    embed: Embed, page: Page, site: Site, site_url: str, tag: str
) -> None:
    site.source.public = everything()
    page.clock.set_fixed_time(NOW)
    embed(f'<pricing-widget locale="{tag}"></pricing-widget>')
    expect(page.locator("pricing-widget .rate")).to_have_count(12 + 44 + 6 + 7 + 6)
    widget = said(page, "pricing-widget")
    page.goto(f"{site_url}/widget?locale={tag}")
    assert widget == said(page, "main")
