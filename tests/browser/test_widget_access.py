"""For everybody: axe, the keyboard, fingers, small screens, large text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import complaints
from tests.browser.conftest import Embed

pytestmark = pytest.mark.browser

WIDGET = "<h1>Somebody</h1><h2>Prices</h2><div data-pricing-widget{}></div>"
TOO_SMALL = """(all) => all.filter((found) => found.checkVisibility())
  .filter((found) => {
    const box = (found.closest("label") ?? found).getBoundingClientRect();
    return box.height < 24 || box.width < 24;
  })
  .map((found) => found.outerHTML)"""
FOCUSED = "document.activeElement.shadowRoot?.activeElement?.outerHTML ?? document.activeElement.localName"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("lang", "reserve"), [("en-GB", ""), ("ar", ""), ("en-GB", ' style="min-height:620px"')])
def test_axe_finds_nothing(embed: Embed, scheme: str, lang: str, reserve: str) -> None:
    more = f"<style>:root {{ color-scheme: {scheme} }} body {{ background: Canvas; color: CanvasText }}</style>"
    page = embed(WIDGET.format(reserve), lang=lang, more=more)
    expect(page.locator(".card").first).to_be_visible()
    assert complaints(page, "[data-pricing-widget]") == []


def test_the_keyboard_reaches_everything_and_nothing_hidden(embed: Embed) -> None:
    page = embed('<div data-pricing-widget data-location="1198"></div>')
    expect(page.locator(".card").first).to_be_visible()
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
        if reached[-1] == "body":
            break
    parts = "".join(reached)
    assert parts.count("radio") == 2  # one stop a group, as radio buttons have it
    assert parts.count("<summary") == 1
    assert parts.count("Book: ") == 2
    assert parts.count("Details: ") == 1


def test_the_keyboard_filters_and_unfolds(embed: Embed) -> None:
    page = embed('<div data-pricing-widget data-location="1198"></div>')
    page.get_by_role("group", name="Type").get_by_role("radio", name="All").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="Meeting rooms")).to_be_checked()
    expect(page.locator(".card:visible")).to_have_count(2)
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Coffee and tea, per person")).to_be_visible()


@pytest.mark.parametrize("lang", ["en-GB", "ar"])
@pytest.mark.parametrize("width", [320, 1280])
def test_fingers_find_their_targets(embed: Embed, page: Page, width: int, lang: str) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    embed('<div data-pricing-widget style="min-height:620px"></div>', lang=lang)
    expect(page.get_by_role("button")).to_be_visible()
    assert page.locator("a, button, summary, input").evaluate_all(TOO_SMALL) == []


@pytest.mark.parametrize("lang", ["en-GB", "de-DE", "ar"])
def test_large_text_on_a_small_screen_needs_no_sideways_scrolling(embed: Embed, page: Page, lang: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    embed("<div data-pricing-widget></div>", lang=lang)
    expect(page.locator(".card").first).to_be_visible()
    for zoom in ("100%", "200%"):
        page.evaluate(
            "(zoom) => { document.querySelector('[data-pricing-widget]').style.setProperty('zoom', zoom) }", zoom
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_nothing_moves_by_itself(embed: Embed, page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    embed("<div data-pricing-widget></div>")
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.getAnimations({ subtree: true }).length") == 0
    moving = "(all) => all.filter((node) => getComputedStyle(node).transitionDuration !== '0s').length"
    assert page.locator(".pw *").evaluate_all(moving) == 0
