"""1,000 resources with 3,000 prices: drawn a few at a time, only what changed drawn again. Counted, not timed."""

import json

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.axe import complaints
from tests.browser.conftest import Embed, Traffic
from tests.browser.large import CARDS, QUIET, workspace
from tests.browser.test_widget_reserve import PAINTED, PLAIN_BOXES, RESERVED, WATCH_CARDS, WATCH_SHIFTS, WATCH_TASKS
from tests.serve.site import Site
from widget_server.publish.pauses import CARDS_BETWEEN_PAUSES

pytestmark = pytest.mark.browser

DIV = "<div data-pricing-widget></div>"
WATCH_REPLACED = """() => {
  self.replaced = { added: [], removed: 0, moved: 0 };
  const root = document.querySelector("[data-pricing-widget]").shadowRoot;
  const before = new Set(root.querySelectorAll(".card"));
  new MutationObserver((records) => {
    for (const { addedNodes, removedNodes } of records) {
      for (const node of addedNodes) {
        if (before.has(node)) self.replaced.moved++;
        else if (node.matches?.(".card")) self.replaced.added.push(node.querySelector(".name").textContent);
      }
      for (const node of removedNodes) if (node.matches?.(".card, .place, fieldset")) self.replaced.removed++;
    }
  }).observe(root.querySelector(".all"), { childList: true, subtree: true });
}"""
HOLD = """
  const real = setTimeout;
  self.held = [];
  self.setTimeout = (go, ms) => {
    const cards = document.querySelector("[data-pricing-widget]")?.shadowRoot?.querySelectorAll(".card").length;
    return ms === undefined && self.held && cards > 30 ? self.held.push(go) : real(go, ms);
  };
  self.release = () => { const waiting = self.held; self.held = undefined; for (const go of waiting) go(); };
"""
LIVE = "[role=status]"


@pytest.fixture
def large(site: Site) -> Site:
    site.source.public = workspace()
    return site


def come_back(page: Page) -> None:
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def names(page: Page) -> list[str]:
    return page.locator(".name").all_text_contents()


def all_drawn(page: Page, cards: int = 1000) -> None:
    page.wait_for_function(f"{CARDS} === {cards}", timeout=120_000)


@pytest.mark.usefixtures("large")
def test_a_thousand_resources_are_drawn_a_few_in_each_task_and_in_order(embed: Embed, page: Page) -> None:
    page.add_init_script(WATCH_CARDS)
    embed(DIV)
    all_drawn(page)
    assert max(page.evaluate("self.drawn")) <= 3
    assert names(page) == [f"Room {n}" for n in range(1000)]


def test_a_changed_price_replaces_its_card_and_moves_nothing_else(embed: Embed, page: Page, large: Site) -> None:
    embed(DIV)
    all_drawn(page)
    page.locator("summary").first.click()
    page.locator("summary").nth(499).click()
    page.locator("summary").nth(499).focus()
    scrolled = page.evaluate("scrollY")
    assert scrolled > 1000
    page.evaluate(WATCH_REPLACED)
    large.change(workspace(version="2", first_amount="99.00"))
    come_back(page)
    expect(page.locator(".amount").first).to_have_text("£99")
    expect(page.locator(LIVE)).to_have_text("Price changed: Room 0, Hourly: £99 / hour")
    page.evaluate(PAINTED)
    assert page.evaluate("self.replaced") == {"added": ["Room 0"], "removed": 1, "moved": 0}
    assert page.evaluate("scrollY") == scrolled
    assert page.locator("details[open]").count() == 2  # in the card that was replaced, too
    expect(page.locator("summary").nth(499)).to_be_focused()


def test_the_control_with_the_focus_keeps_it_in_a_card_that_is_replaced(embed: Embed, page: Page, large: Site) -> None:
    embed(DIV)
    page.locator("summary").first.focus()
    large.change(workspace(version="2", first_amount="99.00"))
    come_back(page)
    expect(page.locator(".amount").first).to_have_text("£99")
    expect(page.locator("summary").first).to_be_focused()


def test_a_price_that_changes_while_the_list_is_being_drawn(embed: Embed, page: Page, large: Site) -> None:
    page.add_init_script(HOLD)
    embed(DIV)
    page.wait_for_function("self.held?.length > 0")
    page.evaluate(WATCH_REPLACED)
    large.change(workspace(version="2", first_amount="99.00", last_amount="1300.00"))
    come_back(page)
    expect(page.locator(LIVE)).to_contain_text("Room 0, Hourly: £99")
    page.evaluate("self.release()")
    all_drawn(page)
    expect(page.locator(".amount").first).to_have_text("£99")
    expect(page.locator(".amount").last).to_have_text("£1,300")
    assert names(page) == [f"Room {n}" for n in range(1000)]
    changes = page.evaluate("self.replaced")
    assert (changes["removed"], changes["moved"], changes["added"][0]) == (1, 0, "Room 0")


def test_resources_that_come_and_go_take_their_place_and_the_filter_stays(embed: Embed, page: Page, site: Site) -> None:
    site.source.public = workspace(resources=10, without=frozenset({8, 49, *range(60, 70)}))
    embed(DIV)
    page.get_by_role("radio", name="Offices").check()
    offices = [n for n in range(100) if n % 10 > 7]
    expect(page.locator(".name")).to_have_text([f"Room {n}" for n in offices if n not in (8, 49, 68, 69)])
    page.evaluate(WATCH_REPLACED)
    site.change(workspace(resources=10, version="2", without=frozenset({9, 49})))
    come_back(page)
    expect(page.locator(".name")).to_have_text([f"Room {n}" for n in offices if n not in (9, 49)])
    expect(page.get_by_role("radio", name="Offices")).to_be_checked()
    changes = page.evaluate("self.replaced")
    assert (changes["moved"], changes["added"]) == (0, ["Room 8", "Room 68", "Room 69"])
    page.get_by_role("group", name="Type").get_by_role("radio", name="All").check()
    expect(page.locator(".name")).to_have_text([f"Room {n}" for n in range(100) if n not in (9, 49)])


def test_locations_that_change_places_do_so(embed: Embed, page: Page, site: Site) -> None:
    site.source.public = workspace(locations=3, resources=4)
    embed(DIV)
    expect(page.locator(".card")).to_have_count(12)

    def turned(route: Route) -> None:
        answer = route.fetch()
        data = answer.json()
        route.fulfill(response=answer, json={**data, "locations": data["locations"][::-1]})

    page.route("**/widget.json*", turned)
    site.change(workspace(locations=3, resources=4, version="2"))
    come_back(page)
    order = [*range(8, 12), *range(4, 8), *range(4)]
    expect(page.locator(".name")).to_have_text([f"Room {n}" for n in order])
    expect(page.locator(".place-name")).to_have_text(["House 2", "House 1", "House 0"])


def test_what_waits_behind_the_button_is_not_drawn_by_a_change(embed: Embed, page: Page, large: Site) -> None:
    page.add_init_script(WATCH_SHIFTS)
    embed(RESERVED.format(600))
    expect(page.get_by_role("button", name="Show all 3,000 prices")).to_be_visible()
    drawn = page.locator(".card").count()
    large.change(workspace(version="2", first_amount="99.00", last_amount="1300.00"))
    come_back(page)
    expect(page.locator(".amount").first).to_have_text("£99")
    assert page.locator(".card").count() == drawn < 30
    assert page.evaluate("self.shift") == 0


def test_no_task_is_long_whatever_the_visitor_does(embed: Embed, page: Page, large: Site) -> None:
    """The benchmark measures; this catches a slip, on a busy machine too."""
    page.add_init_script(WATCH_TASKS)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 4})
    embed(DIV)
    all_drawn(page)
    large.change(workspace(version="2", first_amount="99.00"))
    come_back(page)
    expect(page.locator(".amount").first).to_have_text("£99")
    page.get_by_role("radio", name="Offices").evaluate("(radio) => radio.click()")
    all_drawn(page, 250)
    page.evaluate(QUIET)
    assert max(page.evaluate("self.tasks"), default=0) < 5 * page.evaluate(PLAIN_BOXES)


def test_copies_larger_than_a_website_can_spare_are_not_kept(embed: Embed, page: Page, site: Site) -> None:
    embed(DIV)
    page.wait_for_function("localStorage.length === 1")
    site.change(workspace(resources=200, version="2"))
    come_back(page)
    page.wait_for_function("localStorage.length === 0")  # an older copy would come back with old prices


def test_hosted_cards_far_away_are_found_linked_to_and_printed(page: Page, site_url: str, large: Site) -> None:
    large.source.public = workspace(locations=3)
    page.goto(f"{site_url}/widget#resource-250")
    expect(page.locator("#resource-250")).to_be_in_viewport()
    expect(page.locator("#resource-299")).to_have_css("content-visibility", "auto")
    assert page.evaluate("find('Room 299')")
    expect(page.locator("#resource-299")).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.locator("#resource-150")).to_have_css("content-visibility", "visible")


@pytest.mark.usefixtures("large")
def test_a_long_page_is_read_a_few_cards_in_each_task(
    browser: Browser, page: Page, site_url: str, traffic: Traffic
) -> None:
    """Counted in the browser's own record of what it read when."""
    browser.start_tracing(page=page, categories=["devtools.timeline"])
    answer = page.goto(f"{site_url}/widget")
    assert answer is not None
    events = json.loads(browser.stop_tracing())["traceEvents"]
    tasks = [event["args"] for event in events if event["name"] == "ParseHTML" and "endData" in event["args"]]
    spans = [(args["beginData"]["startLine"], args["endData"]["endLine"]) for args in tasks]
    cards = [at for at, line in enumerate(answer.text().splitlines()) if 'class="card"' in line]
    read = [sum(begin <= card < end for card in cards) for begin, end in spans]
    assert sum(read) >= len(cards) == page.locator(".card").count() == 1000
    assert max(read) <= 8 * CARDS_BETWEEN_PAUSES  # all that are left in 500 ms, without pauses
    assert len(traffic.asked("/static/widget-page.js")) == 1


@pytest.mark.usefixtures("large")
def test_a_long_page_is_whole_when_its_script_does_not_come(page: Page, site_url: str) -> None:
    page.route("**/widget-page.js*", lambda route: route.abort())
    page.goto(f"{site_url}/widget")
    expect(page.locator(".card")).to_have_count(1000)


@pytest.mark.parametrize("where", ["embed", "page"])
def test_axe_finds_nothing_in_a_long_list(embed: Embed, page: Page, site: Site, site_url: str, where: str) -> None:
    site.source.public = workspace(locations=1, resources=40)
    if where == "embed":
        embed(f"<h1>Somebody</h1><h2>Prices</h2>{DIV}")
        all_drawn(page, 40)
    else:
        page.goto(f"{site_url}/widget")
    assert complaints(page, "[data-pricing-widget]" if where == "embed" else "main") == []
