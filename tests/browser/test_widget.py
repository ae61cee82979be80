"""The widget on somebody else's website, in a real browser."""

import re
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Embed, Host, Traffic
from tests.publish import samples
from tests.publish.samples import location, one_rate, public, rate, resource
from tests.serve.site import Site
from widget_server.model import LocationData, ResourceData

pytestmark = pytest.mark.browser

FALLBACK = '<a href="SITE/widget">See our prices</a>'
ELEMENT = f"<pricing-widget>{FALLBACK}</pricing-widget>"
DIV = f'<div data-pricing-widget data-location="1198">{FALLBACK}</div>'
HOSTILE = "<img src=x onerror=\"document.title='owned'\"></script><script>document.title='owned'</script>"


def watch_policy(page: Page) -> None:
    """Have the page collect what its content security policy refuses."""
    page.add_init_script(
        "self.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => self.violations.push(e.effectiveDirective))"
    )


def come_back(page: Page) -> None:
    """What a browser says when its tab is looked at again."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.parametrize("mount", [ELEMENT, DIV, '<pricing-widget location="1198"></pricing-widget>'])
def test_prices_are_visible(embed: Embed, mount: str) -> None:
    page = embed(mount)
    board = page.locator(".card", has_text="Boardroom")
    expect(board).to_be_visible()
    expect(board).to_contain_text(re.compile(r"£45\s*/ hour\s*\+ 20% VAT"))
    expect(board).to_contain_text("8 people")
    expect(page.locator(".card", has_text="Whole floor")).to_contain_text("On application")
    expect(page.get_by_role("link", name="See our prices")).to_be_hidden()
    expect(page.locator(".card", has_text="Dedicated desk")).to_contain_text(
        "Deposit £320 · Set-up fee £50 · Minimum term \u20683 months\u2069"
    )


def test_filters_show_only_what_was_asked_for(embed: Embed, traffic: Traffic) -> None:
    page = embed('<div data-pricing-widget data-location="1198" data-type="office"></div>')
    expect(page.locator(".card")).to_have_count(1)
    expect(page.locator(".card")).to_contain_text("Office 4.2")
    assert traffic.asked("/widget.json") == ["location=1198&type=office&locale=en-GB"]


def test_several_types_are_shown_together(embed: Embed) -> None:
    page = embed('<div data-pricing-widget data-location="1198" data-type="office, meeting-room"></div>')
    expect(page.locator(".name")).to_have_text(["Boardroom", "Snug", "Office 4.2"])
    expect(page.get_by_role("radio", name="Offices")).to_be_visible()


def test_hidden_listings_are_not_even_in_the_bytes(embed: Embed, site: Site) -> None:
    site.source.public = public(location("1", "Open house", resource("2", "Room", "office")))
    page = embed()
    expect(page.locator(".place")).to_have_count(1)
    assert "Boardroom" not in page.content()


@pytest.mark.parametrize("mount", [ELEMENT, DIV])
def test_the_link_stays_while_the_site_is_down(embed: Embed, traffic: Traffic, mount: str) -> None:
    traffic.away = True
    page = embed(mount)
    page.wait_for_function("performance.getEntriesByType('resource').some((e) => e.name.includes('widget.json'))")
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    expect(page.locator(".card")).to_have_count(0)


def test_the_link_stays_for_a_location_that_is_not_public(embed: Embed, traffic: Traffic) -> None:
    with_unknown = DIV.replace("1198", "7")
    page = embed(with_unknown)
    page.wait_for_function("performance.getEntriesByType('resource').some((e) => e.name.includes('widget.json'))")
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    assert len(traffic.asked("/widget.json")) == 1


def test_prices_stay_when_the_site_goes_down_and_come_back_changed(embed: Embed, site: Site, traffic: Traffic) -> None:
    page = embed()
    price = page.locator(".card", has_text="Snug").locator(".price").last
    expect(price).to_contain_text("£24")
    traffic.away = True
    with page.expect_event("requestfailed"):
        come_back(page)
    expect(price).to_contain_text("£24")
    traffic.away = False
    changed = samples.demo()
    london = replace(
        changed.locations[0], resources=(resource("7844", "Snug", "meeting-room", rate("r5", "26.00", name="Hourly")),)
    )
    site.change(replace(changed, version="42", locations=(london,)))
    come_back(page)
    expect(price).to_contain_text("£26")
    expect(page.locator("[role=status]")).to_have_text("Price changed: Snug, Hourly: £26 / hour")


def test_works_under_the_strictest_policy_without_a_violation(
    embed: Embed, host: Host, site_url: str, page: Page
) -> None:
    host.headers = [
        (
            "Content-Security-Policy",
            f"default-src 'none'; script-src {site_url}; connect-src {site_url}; require-trusted-types-for 'script'",
        )
    ]
    watch_policy(page)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    embed(DIV)
    card = page.locator(".card").first
    expect(card).to_be_visible()
    assert card.evaluate("(node) => getComputedStyle(node).borderRadius") == "16px"
    assert page.evaluate("self.violations") == []
    assert said == []


def test_two_requests_serve_any_number_of_widgets_and_send_no_cookie(
    embed: Embed, host: Host, page: Page, site_url: str, traffic: Traffic
) -> None:
    page.context.add_cookies([{"name": "session", "value": "of-the-operator", "url": site_url}])
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    embed(ELEMENT * 3, more='<script src="SITE/embed.js"></script>')
    expect(page.locator("pricing-widget .place")).to_have_count(6)
    assert [each["PATH_INFO"] for each in traffic.requests] == ["/embed.js", "/widget.json"]
    assert not [each for each in traffic.requests if each["REQUEST_METHOD"] != "GET"]
    assert "HTTP_COOKIE" not in traffic.requests[-1]
    assert page.context.cookies(site_url)[0]["value"] == "of-the-operator"
    assert all(url.startswith((host.origin, site_url)) for url in asked), asked


def test_a_widget_may_be_injected_moved_removed_and_put_back(embed: Embed) -> None:
    page = embed('<main></main><aside id="side"></aside>')
    page.evaluate(
        "document.querySelector('main').append(Object.assign(document.createElement('div'), {id: 'w'}));"
        "self.w = document.querySelector('#w'); w.setAttribute('data-pricing-widget', '')"
    )
    page.evaluate("w.remove(); document.querySelector('main').append(w)")
    expect(page.locator("#w .place")).to_have_count(2)
    page.evaluate("document.querySelector('#side').append(w)")
    expect(page.locator("#side .place")).to_have_count(2)
    page.evaluate("w.remove()")
    expect(page.locator(".place")).to_have_count(0)
    page.evaluate("document.querySelector('main').append(w)")
    expect(page.locator("main .place")).to_have_count(2)


def test_changed_attributes_change_what_is_shown(embed: Embed) -> None:
    page = embed('<pricing-widget location="1301"></pricing-widget>')
    expect(page.locator(".card")).to_contain_text("Trial day")
    page.evaluate("document.querySelector('pricing-widget').setAttribute('location', '1198')")
    expect(page.locator(".card", has_text="Boardroom")).to_be_visible()


def test_nothing_of_ours_leaks_into_the_page(embed: Embed, page: Page) -> None:
    names = "Object.getOwnPropertyNames(self)"
    embed(ELEMENT)
    expect(page.locator(".card").first).to_be_visible()
    with_widget = set(page.evaluate(names))
    page.route("**/embed.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    page.reload()
    assert with_widget == set(page.evaluate(names))


def test_hostile_styles_of_the_page_change_nothing_inside(embed: Embed) -> None:
    page = embed(
        ELEMENT,
        more="<style>* { all: unset !important; color: red !important } p, li { display: none !important }</style>",
    )
    card = page.locator(".card").first
    expect(card).to_be_visible()
    style = card.evaluate("(node) => { const s = getComputedStyle(node); return [s.display, s.color, s.borderRadius] }")
    assert style == ["flex", "rgb(22, 25, 29)", "16px"]


@pytest.mark.parametrize(
    ("lang", "mount", "shown", "direction"),
    [
        ("en-GB", ELEMENT, "£2,450 / month", "ltr"),
        ("de-DE", ELEMENT, "2.450 £ / Monat", "ltr"),
        ("en-GB", '<pricing-widget locale="fr"></pricing-widget>', "2 450 £GB / mois", "ltr"),
        ("ar", ELEMENT, "2,450", "rtl"),
        ("xx-nonsense", ELEMENT, "£2,450 / month", "ltr"),
    ],
)
def test_the_widget_speaks_the_pages_language(embed: Embed, lang: str, mount: str, shown: str, direction: str) -> None:
    page = embed(mount, lang=lang)
    price = page.locator(".card", has_text="Office 4.2").locator(".price")
    expect(price).to_be_visible()
    assert shown in re.sub(r"[\s\u200e\u200f]+", " ", price.text_content() or "")
    assert page.locator(".pw").get_attribute("dir") == direction


@pytest.mark.parametrize(("scheme", "surface"), [("light", "rgb(255, 255, 255)"), ("dark", "rgb(26, 29, 33)")])
def test_theme_follows_the_page_and_can_be_set(embed: Embed, scheme: str, surface: str) -> None:
    other = "dark" if scheme == "light" else "light"
    page = embed(
        f'<pricing-widget></pricing-widget><pricing-widget id="set" theme="{other}"></pricing-widget>',
        more=f"<style>:root {{ color-scheme: {scheme} }}</style>",
    )
    colour = "(node) => getComputedStyle(node).backgroundColor"
    card = page.locator("pricing-widget:not([theme]) .card").first
    expect(card).to_be_visible()
    assert card.evaluate(colour) == surface
    assert page.locator("#set .card").first.evaluate(colour) != surface


def hostile_data() -> Any:
    room = resource(
        "2", HOSTILE, "meeting-room",
        rate("r", "45.00", "hour", name=HOSTILE, min_term=HOSTILE, booking_url="javascript:document.title='owned'"),
        rate("s", "45.00", HOSTILE, name="\u202e drawkcab"),
        data=ResourceData(description=HOSTILE + "x" * 10_000, url="https://ok.example/\"onclick=\"alert(1)"),
    )  # fmt: skip
    return public(
        location("1", HOSTILE, room, data=LocationData(address=(HOSTILE,), hours=(HOSTILE,), description="🏢" * 50)),
        name=HOSTILE,
    )


def test_markup_in_names_and_links_is_inert(embed: Embed, site: Site, site_url: str) -> None:
    site.source.public = hostile_data()
    page = embed(ELEMENT)
    expect(page.locator(".card .name")).to_have_text(HOSTILE)
    assert page.locator("pricing-widget img, pricing-widget script, a[href^=javascript]").count() == 0
    assert page.title() == "Somebody"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{site_url}/widget")
    expect(page.locator(".card .name")).to_have_text(HOSTILE)
    ours = ":not([type='application/ld+json']):not([src^='/static/widget-page.js'])"
    assert page.locator(f"img, script{ours}, a[href^=javascript], [onclick]").count() == 0
    assert "owned" not in page.title().replace(HOSTILE, "")


@pytest.mark.parametrize("nonsense", ["<html>", "[]", "{}", '{"locations": 7}', '{"locations": [{}], "words": {}}', ""])
def test_nonsense_from_the_site_leaves_the_link(embed: Embed, page: Page, nonsense: str) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.route("**/widget.json*", lambda route: route.fulfill(
        body=nonsense, content_type="application/json", headers={"Access-Control-Allow-Origin": "*"}
    ))  # fmt: skip
    with page.expect_response("**/widget.json*"):
        embed(ELEMENT)
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    assert errors == []


def test_a_price_that_cannot_be_drawn_leaves_the_link(embed: Embed, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    def spoilt(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        data["locations"][-1]["resources"][-1]["rates"] = [{"id": "x", "amount": 45}]
        route.fulfill(response=answer, json=data)

    page.route("**/widget.json*", spoilt)
    with page.expect_response("**/widget.json*"):
        embed(ELEMENT)
    expect(page.locator("pricing-widget slot")).to_be_attached()  # it had begun
    expect(page.get_by_role("link", name="See our prices")).to_be_visible()
    assert errors == []


def test_nothing_to_show_is_said_in_words(embed: Embed, site: Site) -> None:
    site.source.public = public()
    page = embed()
    expect(page.locator(".none")).to_contain_text("There is nothing to show here right now")
    expect(page.get_by_role("link", name="See all prices")).to_be_visible()


def test_data_that_is_out_of_date_says_from_when_it_is(embed: Embed) -> None:
    page = embed()  # the sample was synced long before today
    expect(page.locator(".asof")).to_have_text(re.compile(r"^Prices as of 1 March 2026"))


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_nothing_sticks_out_on_any_screen(embed: Embed, page: Page, site_url: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    embed(ELEMENT)
    expect(page.locator(".card").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{site_url}/widget?location=1198")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_units_named_like_javascripts_own_properties_are_shown(embed: Embed, site: Site, page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    site.source.public = one_rate(rate("r", "45.00", "constructor", currency="XXX", name="toString"))
    embed(ELEMENT)
    expect(page.locator(".card")).to_contain_text("constructor")
    assert errors == []
