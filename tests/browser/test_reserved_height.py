"""The height that a snippet reserves, measured against what a browser lays out."""

import pytest

from tests.browser.conftest import Embed
from tests.publish import samples
from tests.publish.samples import NOW, location, public, rate, resource
from tests.serve.site import Site
from widget_server.public_model import PublicData
from widget_server.publish.compose import compose
from widget_server.publish.height import LEAST, MOST, reserved

pytestmark = pytest.mark.browser

COLUMN_PX = 720
"""A usual text column: two cards side by side."""
WHITE_PX = 100
"""Of white below the prices: a line or two."""


def offices(count: int) -> PublicData:
    rates = (rate("a", name="Hourly"), rate("b", unit="day", name="Daily"))
    return public(location("1", "L", *[resource(str(n), f"Room {n}", "office", *rates) for n in range(count)]))


@pytest.mark.parametrize(
    "data",
    [public(location("1", "L", *samples.meeting_rooms())), public(location("1", "L", *samples.desks_and_offices())),
     offices(1), offices(6), samples.demo()],
    ids=["rooms", "desks", "one", "six", "demo"],
)  # fmt: skip
def test_a_price_list_fits_and_leaves_little_white(embed: Embed, site: Site, data: PublicData) -> None:
    site.source.public = data
    page = embed(f'<div style="width:{COLUMN_PX}px"><pricing-widget></pricing-widget></div>')
    page.locator(".card").first.wait_for()
    needed = page.locator("pricing-widget").bounding_box()
    assert needed is not None
    height = reserved(compose(data, now=NOW))
    assert height == MOST if needed["height"] > MOST else height >= needed["height"]
    assert height == LEAST or height - needed["height"] < WHITE_PX
