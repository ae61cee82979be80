"""The Embed section in a real browser: the preview is the real widget and follows the choice."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_console import SIZES, log_in, too_small
from tests.publish import samples
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock

pytestmark = pytest.mark.browser


@pytest.fixture
def shop(site_env: dict[str, str]) -> Flask:
    """A site with the sample's prices on it."""
    made = create_app(config.load(site_env), system_clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    parts.documents.publish(replace(samples.demo(), version=parts.public.version()))
    return made


@pytest.fixture
def shop_url(shop: Flask) -> Iterator[str]:
    with served(shop) as origin:
        yield origin


def test_the_preview_and_the_snippet_follow_the_choice(page: Page, shop_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, shop_url, "/console/embed/")
    frame = page.frame_locator("iframe")
    expect(frame.locator("pricing-widget, [data-pricing-widget]").get_by_text("Book").first).to_be_visible()
    page.get_by_label("Language").select_option(label="German")
    expect(frame.get_by_text("Buchen").first).to_be_visible()
    page.get_by_label("Light or dark").focus()
    page.get_by_label("Light or dark").select_option("dark")
    expect(page.locator("#snippet")).to_contain_text('data-locale="de" data-theme="dark"')
    expect(page.locator("#snippet-address")).to_contain_text("/widget?locale=de&theme=dark")
    expect(page.get_by_label("Light or dark")).to_be_focused()
    page.wait_for_url("**/console/embed/?theme=dark&locale=de")
    page.reload()
    expect(page.get_by_label("Language")).to_have_value("de")
    assert complaints == []


def test_several_types_and_a_colour_of_its_own_are_chosen_and_seen(page: Page, shop_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, shop_url, "/console/embed/")
    frame = page.frame_locator("iframe")
    book = frame.locator(".book").first
    page.get_by_label("Meeting rooms").check()
    page.get_by_label("Offices").check()
    expect(page.locator("#snippet")).to_contain_text('data-type="meeting-room,office"')
    expect(frame.get_by_role("heading", name="Office 4.2")).to_be_attached()
    expect(frame.get_by_role("heading", name="Hot desk")).to_have_count(0)
    page.get_by_label("Accent colour", exact=True).fill("purple")
    page.get_by_label("Accent colour", exact=True).press("Enter")
    expect(page.get_by_text("Give a colour as #rrggbb")).to_be_visible()
    page.get_by_label("Accent colour", exact=True).fill("#7A3CC2")
    expect(page.locator("#snippet")).to_contain_text("--pricing-accent:#7a3cc2")  # while the field has the focus
    page.get_by_label("Light or dark").focus()
    page.get_by_label("Light or dark").select_option("light")
    expect(page.locator("#snippet")).to_contain_text("--pricing-accent:#7a3cc2")
    expect(book).to_have_css("background-color", "rgb(122, 60, 194)")
    expect(page.get_by_label("Accent colour", exact=True)).to_have_value("#7a3cc2")
    expect(page.get_by_label("Pick the accent colour")).to_have_value("#7a3cc2")
    expect(page.get_by_text("Give a colour as #rrggbb")).to_be_hidden()
    expect(page.get_by_text("not the one that you chose here")).to_have_count(2)
    page.get_by_label("Pick the accent colour").fill("#c2185b")
    expect(page.locator("#snippet")).to_contain_text("--pricing-accent:#c2185b")
    assert complaints == []


def test_on_a_phone_the_preview_begins_as_wide_as_a_phone(browser: Browser, shop_url: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    log_in(page, shop_url, "/console/embed/")
    expect(page.get_by_label("Phone")).to_be_checked()
    assert page.locator(".stage").evaluate("found => found.scrollWidth - found.clientWidth") == 0
    context.close()


def test_the_preview_has_the_width_of_a_phone_or_a_desktop(page: Page, shop_url: str) -> None:
    log_in(page, shop_url, "/console/embed/")
    frame = page.locator("iframe")
    assert frame.evaluate("found => found.offsetWidth") > 700
    page.get_by_label("Phone").check()
    assert frame.evaluate("found => found.offsetWidth") == 390


def test_without_scripts_the_form_shows_the_choice(browser: Browser, shop_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, shop_url, "/console/embed/")
    page.get_by_label("Light or dark").select_option("dark")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#snippet")).to_contain_text('data-theme="dark"')
    expect(page.frame_locator("iframe").get_by_role("link", name="See our prices")).to_be_visible()
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, shop_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, shop_url, "/console/embed/")
    expect(page.frame_locator("iframe").get_by_text("Book").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert too_small(page) == []
    context.close()
