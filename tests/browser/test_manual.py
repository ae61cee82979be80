"""docs/embedding.md, followed to the letter: each block is pasted into somebody's page and does what is said of it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed, Host
from tests.publish import samples
from tests.publish.samples import location, public
from tests.serve.site import Site

pytestmark = pytest.mark.browser

MANUAL = (Path(__file__).parents[2] / "docs" / "embedding.md").read_text(encoding="utf-8")


def block(language: str, *, within: str, number: int = 0) -> str:
    """The code block of that language in the section with that heading."""
    section = re.split(r"(?m)^## ", MANUAL.split(f"\n## {within}\n")[1])[0]
    found: list[str] = re.findall(rf"(?ms)^```{language}\n(.*?)^```", section)
    return found[number].strip()


def paste(host: Host, page: Page, site_url: str, html: str) -> None:
    """A page of somebody who replaced SITE by the address of their pricing site, and did nothing else."""
    written = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Mine</title><body>{html}'
    host.html = written.replace("https://SITE", site_url)
    page.goto(host.origin)


def test_the_snippet_shows_prices_in_the_room_that_it_keeps(host: Host, page: Page, site_url: str) -> None:
    paste(host, page, site_url, block("html", within="The snippet"))
    expect(page.locator(".place-name")).to_have_text("Demo Workspace – London Open")
    box = page.locator("[data-pricing-widget]").bounding_box()
    assert box is not None
    assert box["height"] == 420


def test_the_element_does_the_same(host: Host, page: Page, site_url: str) -> None:
    script = block("html", within="The snippet").splitlines()[1]
    paste(host, page, site_url, block("html", within="The snippet", number=1) + script)
    expect(page.locator("pricing-widget .place-name")).to_have_text("Demo Workspace – London Open")


def test_the_styles_dress_it_and_every_part_is_there(embed: Embed) -> None:
    page = embed(
        '<div data-pricing-widget style="min-height:600px"></div>',
        more=f"<style>{block('css', within='Theming')}</style>",
    )
    card = page.locator(".card").first
    expect(card).to_have_css("border-radius", "4px")
    expect(card).not_to_have_css("box-shadow", "none")
    expect(page.locator(".show")).to_have_css("background-color", "rgb(102, 51, 153)")
    page.locator(".show").click()
    expect(page.locator(".rate")).to_have_count(12)
    said = MANUAL.split("What `::part()` reaches:")[1].split("With the element form")[0]
    parts = re.findall(r"`([a-z-]+)`", said)
    assert len(parts) > 20
    there = page.locator("[data-pricing-widget] [part]").evaluate_all("(all) => all.flatMap((each) => [...each.part])")
    assert set(parts) <= set(there)


def test_a_flow_of_ones_own_takes_a_choice_over(embed: Embed) -> None:
    flow = block("js", within="Your own flow")
    script = f"<script>self.openMyBooking = (...ids) => {{ self.opened = ids }};{flow}</script>"
    page = embed('<div data-pricing-widget data-location="1198"></div>', more=script)
    page.get_by_role("link", name="Book: Boardroom, Hourly").click()
    assert page.evaluate("self.opened") == ["1198", "7843", "r1"]


def test_a_frame_follows_its_height(host: Host, page: Page, site: Site, site_url: str) -> None:
    site.source.public = public(location("1198", "L", *samples.meeting_rooms()))
    paste(host, page, site_url, block("html", within="As a frame") + block("html", within="As a frame", number=1))
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Boardroom")).to_be_visible()
    needed = frame.locator("body").evaluate("(body) => Math.ceil(body.getBoundingClientRect().height)")
    expect(page.locator("iframe")).to_have_css("height", f"{needed}px")


def test_the_policy_is_enough_and_a_class_keeps_the_room(host: Host, page: Page, site_url: str) -> None:
    within = "Content security policy"
    policy = re.split(r"(?m)^## ", MANUAL.split(f"\n## {within}\n")[1])[0].split("\n```\n")[1]
    sheet = block("css", within=within)
    host.headers = [("Content-Security-Policy", policy.replace("https://SITE", site_url))]
    page.add_init_script(
        "self.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => self.violations.push(e.effectiveDirective))"
    )
    script = block("html", within="The snippet").splitlines()[1]
    paste(host, page, site_url, block("html", within=within) + script)
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("self.violations") == []
    page.evaluate(
        "(rules) => { const own = new CSSStyleSheet(); own.replaceSync(rules); document.adoptedStyleSheets = [own] }",
        sheet,
    )
    expect(page.locator("[data-pricing-widget]")).to_have_css("min-height", "640px")
