"""What visitors choose: filters, calls to action, and hosts that take the choice over."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed
from tests.publish.samples import location, public, rate, resource
from tests.serve.site import Site

pytestmark = pytest.mark.browser

DIV = '<div data-pricing-widget data-location="1198"></div>'
CATCH = """() => { self.chosen = []; document.body.addEventListener("pricing-widget:select", (event) => {
  self.chosen.push([event.target.localName, event.detail]); event.preventDefault(); }); }"""


def labels(page: Page, legend: str) -> list[str]:
    return page.get_by_role("group", name=legend).locator("label").all_inner_texts()


def test_chips_offer_what_there_is_and_all_of_it_first(embed: Embed) -> None:
    page = embed(DIV)
    expect(page.get_by_role("group", name="Type")).to_be_visible()
    assert labels(page, "Type") == ["All", "Meeting rooms", "Hot desks", "Dedicated desks", "Offices", "Floors"]
    assert labels(page, "Period") == ["All", "Hour", "Half day", "Day", "Month"]
    assert page.get_by_role("radio", name="All").evaluate_all("(all) => all.every((each) => each.checked)")


@pytest.mark.parametrize(("lang", "edge"), [("en-GB", "left"), ("ar", "right")])
def test_filters_begin_where_prices_begin(embed: Embed, lang: str, edge: str) -> None:
    page = embed(lang=lang)
    first_chip, first_card = page.locator(".choice label").first, page.locator(".card").first
    expect(first_card).to_be_visible()
    begins = [
        each.evaluate("(node, edge) => node.getBoundingClientRect()[edge]", edge) for each in (first_chip, first_card)
    ]
    assert begins[0] == begins[1]


def test_types_stand_in_the_same_order_whatever_comes_first(embed: Embed, site: Site) -> None:
    office = resource("1", "Office", "office", rate("a"))
    lab = resource("2", "Lab", "laboratory", rate("b"))
    room = resource("3", "Room", "meeting-room", rate("c"))
    site.source.public = public(location("1", "A", lab, office), location("2", "B", room))
    page = embed()
    expect(page.locator(".card")).to_have_count(3)
    assert labels(page, "Type") == ["All", "Meeting rooms", "Offices", "Laboratory"]


def test_a_combination_that_has_no_price_says_so(embed: Embed) -> None:
    page = embed()
    page.get_by_role("radio", name="Offices").check()
    page.get_by_role("radio", name="Hour").check()
    expect(page.locator(".card")).to_have_count(0)
    expect(page.locator(".none")).to_be_visible()
    page.get_by_role("radio", name="Month").check()
    expect(page.locator(".none")).to_have_count(0)
    expect(page.get_by_role("heading", name="Office 4.2")).to_be_visible()


def test_choosing_in_a_small_reserve_keeps_what_is_chosen_with(embed: Embed) -> None:
    page = embed('<div data-pricing-widget style="min-height:420px"></div>')
    chip = page.get_by_role("radio", name="Meeting rooms")
    chip.check()
    expect(page.get_by_role("button", name="Show all 5 prices")).to_be_visible()
    expect(chip).to_be_visible()
    expect(chip).to_be_focused()


def test_without_a_choice_there_are_no_chips(embed: Embed, site: Site) -> None:
    site.source.public = public(location("1", "L", resource("2", "R", "office", rate("r"))))
    page = embed()
    expect(page.locator(".card")).to_be_visible()
    assert page.get_by_role("radio").count() == 0


def test_a_type_and_a_period_combine(embed: Embed) -> None:
    page = embed(DIV)
    page.get_by_role("radio", name="Meeting rooms").check()
    expect(page.locator(".card:visible .name")).to_have_text(["Boardroom", "Snug"])
    page.get_by_role("radio", name="Day", exact=True).check()
    expect(page.locator(".card:visible .name")).to_have_text(["Boardroom"])
    expect(page.locator(".rate:visible .label")).to_have_text(["Full day"])
    expect(page.locator(".rate:visible .amount")).to_have_text(["£290"])  # filters, never converts
    for all in page.get_by_role("radio", name="All").all():
        all.check()
    expect(page.locator(".card:visible")).to_have_count(6)


def test_a_choice_outlives_a_changed_price(embed: Embed, site: Site) -> None:
    page = embed(DIV)
    page.get_by_role("radio", name="Offices").check()
    site.change(public(*site.source.public.locations, version="42"))
    with page.expect_response("**/widget.json*"):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("radio", name="Offices")).to_be_checked()
    expect(page.get_by_role("radio", name="Offices")).to_be_focused()
    expect(page.locator(".card:visible .name")).to_have_text(["Office 4.2"])


def test_the_campaign_of_the_page_is_passed_on(embed: Embed, page: Page) -> None:
    embed(DIV)
    page.goto(f"{page.url}?utm_source=news&utm_campaign=a%26b&gclid=1")
    book = page.get_by_role("link", name="Book: Boardroom, Hourly")
    expect(book).to_have_attribute("href", "https://demo.example/book/r1?utm_source=news&utm_campaign=a%26b")
    expect(page.get_by_role("link", name="Details: Boardroom")).to_have_attribute(
        "href", "https://demo.example/rooms/boardroom?utm_source=news&utm_campaign=a%26b"
    )
    expect(page.get_by_role("link", name="Book: Dedicated desk")).to_have_attribute("href", "mailto:hello@demo.example")


def test_links_open_where_the_visitor_is(embed: Embed, page: Page) -> None:
    embed(DIV)
    page.route("https://demo.example/**", lambda route: route.fulfill(body="booked", content_type="text/html"))
    page.get_by_role("link", name="Book: Boardroom, Hourly").click()
    page.wait_for_url("https://demo.example/book/r1")


def test_the_page_can_take_a_choice_over(embed: Embed) -> None:
    page = embed(DIV)
    page.evaluate(CATCH)
    url = page.url
    page.get_by_role("link", name="Book: Boardroom, Hourly").click()
    [[target, detail]] = page.evaluate("self.chosen")
    assert target == "div"
    assert detail["rate"]["amount"] == "45.00"
    assert (detail["resource"]["name"], detail["location"]["id"]) == ("Boardroom", "1198")
    assert detail["url"] == "https://demo.example/book/r1"
    assert page.url == url


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "/book", "ftp://x.example/", "nonsense"])
def test_other_kinds_of_links_are_left_out(embed: Embed, page: Page, url: str) -> None:
    def poisoned(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        body = answer.text().replace("https://demo.example/book/r1", url)
        route.fulfill(response=answer, body=body)  # type: ignore[attr-defined]

    page.route("**/widget.json*", poisoned)
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    assert page.get_by_role("link", name="Book: Boardroom, Hourly").count() == 0
