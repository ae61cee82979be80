"""Never blank, always current: copies, outages, the clock, and what is said about it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed, Host, Traffic
from tests.publish.samples import NOW, location, public, rate, resource
from tests.serve.site import Site
from widget_server.public_model import PublicData

pytestmark = pytest.mark.browser

DIV = '<div data-pricing-widget><a href="SITE/widget">See our prices</a></div>'


def snug(amount: str, version: str) -> PublicData:
    hourly = rate("r1", amount, name="Hourly")
    daily = rate("r2", "100.00", "day", name="Daily")
    return public(location("1", "L", resource("2", "Snug", "office", hourly, daily)), version=version)


@pytest.fixture
def away_later(embed: Embed, page: Page, traffic: Traffic) -> Page:
    """A page that was seen once; the site went away after it."""
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    page.wait_for_function("localStorage.length > 0")
    traffic.away = True
    return page


def test_the_last_copy_shows_with_its_date_while_the_site_is_down(away_later: Page) -> None:
    away_later.reload()
    expect(away_later.locator(".card", has_text="Boardroom")).to_be_visible()
    expect(away_later.locator(".asof")).to_contain_text("Prices as of 1 March 2026")


@pytest.mark.parametrize("nonsense", ["<html>", "", "{}", '{"workspace":{},"words":{"lang":"en"},"locations":[{}]}'])
def test_the_last_copy_shows_and_stays_when_the_answer_is_nonsense(
    away_later: Page, traffic: Traffic, nonsense: str
) -> None:
    away_later.route("**/widget.json*", lambda route: route.fulfill(
        body=nonsense, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"}
    ))  # fmt: skip
    for _ in range(2):
        away_later.reload()
        expect(away_later.locator(".card", has_text="Boardroom")).to_be_visible()


def test_the_last_copy_shows_while_the_answer_takes_its_time(away_later: Page) -> None:
    away_later.route("**/widget.json*", lambda route: None)  # never answers
    away_later.clock.install()
    away_later.reload()
    away_later.clock.fast_forward(3_000)
    expect(away_later.locator(".card", has_text="Boardroom")).to_be_visible()


def test_an_answer_that_never_comes_is_given_up_and_asked_for_again(embed: Embed, page: Page) -> None:
    page.add_init_script(
        "const real = AbortSignal.timeout; AbortSignal.timeout = (ms) => real.call(AbortSignal, ms / 100)"
    )
    page.route("**/widget.json*", lambda route: None)
    with page.expect_event("requestfailed"):
        embed(DIV)
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    page.unroute("**/widget.json*")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator(".card").first).to_be_visible()


def test_a_location_that_is_closed_to_the_public_is_not_recalled(embed: Embed, page: Page, site: Site) -> None:
    embed('<div data-pricing-widget data-location="1198"><a href="SITE/widget">See our prices</a></div>')
    expect(page.locator(".card").first).to_be_visible()
    site.change(public(version="42"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize(
    "broken",
    ["Object.defineProperty(self, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } })",
     "Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }"],
)  # fmt: skip
def test_prices_show_without_storage(embed: Embed, page: Page, broken: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(broken)
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    assert errors == []


def test_prices_show_in_a_sandboxed_frame(host: Host, site_url: str, page: Page) -> None:
    inner = f"<div data-pricing-widget></div><script async src={site_url}/embed.js></script>"
    host.html = f'<!doctype html><title>x</title><iframe sandbox="allow-scripts" srcdoc="{inner}"></iframe>'
    page.goto(host.origin)
    expect(page.frame_locator("iframe").locator(".card").first).to_be_visible()


def test_a_changed_price_appears_and_is_announced_within_a_minute(embed: Embed, page: Page, site: Site) -> None:
    page.clock.install()
    site.source.public = snug("45.00", "1")
    embed(DIV)
    price = page.locator(".price").first
    expect(price).to_contain_text("£45")
    live = page.locator("[role=status]")
    expect(live).to_have_text("")
    site.change(snug("52.25", "2"))
    page.clock.fast_forward(60_000)
    expect(price).to_contain_text("£52.25")
    expect(live).to_have_text("Price changed: Snug, Hourly: £52.25 / hour")  # and only what changed


def test_nothing_is_asked_for_while_nobody_looks(embed: Embed, page: Page, traffic: Traffic) -> None:
    page.clock.install()
    page.add_init_script("self.away = false; Object.defineProperty(document, 'hidden', { get: () => self.away });")
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    page.evaluate("self.away = true")
    page.clock.fast_forward(3_600_000)
    assert len(traffic.asked("/widget.json")) == 1
    with page.expect_response("**/widget.json*"):
        page.evaluate("self.away = false; document.dispatchEvent(new Event('visibilitychange'))")
    assert len(traffic.asked("/widget.json")) == 2


def test_an_unchanged_answer_is_revalidated(embed: Embed, page: Page, traffic: Traffic) -> None:
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    with page.expect_response("**/widget.json*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert "HTTP_IF_NONE_MATCH" in traffic.requests[-1]
    assert {each["REQUEST_METHOD"] for each in traffic.requests} == {"GET"}


def test_the_age_goes_on_and_turns_into_a_date(embed: Embed, page: Page) -> None:
    page.clock.install(time=NOW)
    embed(DIV)
    age = page.locator(".asof")
    expect(age).to_have_text("Updated 3 minutes ago")
    page.clock.fast_forward(120_000)
    expect(age).to_have_text("Updated 5 minutes ago")
    page.clock.fast_forward(3 * 3_600_000)
    expect(age).to_have_text("Updated 3 hours ago")
    page.clock.fast_forward(24 * 3_600_000)
    expect(age).to_contain_text("Prices as of 1 March 2026")


def test_availability_is_said_while_it_is_in_the_future(embed: Embed, page: Page) -> None:
    page.clock.install(time=NOW)
    embed(DIV)
    expect(page.locator(".card", has_text="Dedicated desk")).to_contain_text("Available from 1 April 2026")
    page.clock.set_system_time(NOW.replace(year=2027))
    page.reload()
    expect(page.locator(".card", has_text="Dedicated desk")).not_to_contain_text("Available from")


@pytest.mark.parametrize(("locale", "size"), [("en-GB", "240 sq ft"), ("en-AU", "22 m²"), ("de-DE", "22 m²")])
def test_sizes_are_in_the_readers_measure(embed: Embed, locale: str, size: str) -> None:
    page = embed(f'<pricing-widget locale="{locale}"></pricing-widget>')
    expect(page.locator(".card", has_text="Boardroom")).to_contain_text(size)


def test_each_query_has_a_copy_of_its_own(embed: Embed, traffic: Traffic) -> None:
    page = embed('<pricing-widget location="1198"></pricing-widget><pricing-widget type="office"></pricing-widget>')
    expect(page.locator("[type] .card")).to_have_count(1)
    page.wait_for_function("localStorage.length === 2")
    traffic.away = True
    page.reload()
    expect(page.locator("[type] .card")).to_have_count(1)
    expect(page.locator("[location] .card")).to_have_count(6)
