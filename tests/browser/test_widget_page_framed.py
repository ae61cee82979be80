"""The hosted page in somebody else's frame: as plain HTML frames it, and as WordPress does."""

import html
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser.conftest import Host
from tests.publish import samples
from tests.publish.samples import NOW, location, public, rate, resource
from tests.serve.site import Site
from widget_server.publish.compose import compose
from widget_server.publish.oembed import rich
from widget_server.publish.query import Kind, Wanted

pytestmark = pytest.mark.browser

SECRET = "aB3dE6gH9k"
WORDPRESS = """
<script>
addEventListener("message", ({ data, source }) => {
  if (!data || !(data.secret || data.message || data.value) || /[^a-zA-Z0-9]/.test(data.secret)) return;
  const mine = `[data-secret="${data.secret}"]`;
  for (const quote of document.querySelectorAll(`blockquote${mine}`)) quote.style.display = "none";
  for (const frame of document.querySelectorAll(`iframe${mine}`)) {
    if (source !== frame.contentWindow) continue;
    frame.removeAttribute("style");
    if (data.message === "height") frame.height = Math.min(1000, Math.max(200, parseInt(data.value, 10)));
    if (data.message === "link") {
      const [from, to] = [new URL(frame.getAttribute("src")), new URL(data.value)];
      const follows = /^https?:$/.test(to.protocol) && to.host === from.host && document.activeElement === frame;
      (self.links ??= []).push(data.value);
      if (follows) top.location.href = data.value;
    }
  }
});
document.addEventListener("DOMContentLoaded", () => {
  for (const frame of document.querySelectorAll("iframe.wp-embedded-content")) {
    frame.contentWindow.postMessage({ message: "ready", secret: frame.dataset.secret }, "*");
  }
});
</script>
"""
"""What WordPress's wp-embed.js does, in our own words."""


def as_wordpress_keeps_it(answer: str) -> str:
    """What `wp_filter_oembed_result` makes of a provider's HTML that WordPress doesn't know: only these three tags, a
    hidden and sandboxed frame with a secret, the quotation as long as the frame hasn't spoken."""
    quote, frame = re.search(r"(<blockquote[^>]*>.*?</blockquote>)?.*(<iframe.*?></iframe>)", answer).groups()  # type: ignore[union-attr]
    quote = re.sub(r"<blockquote[^>]*>", f'<blockquote class="wp-embedded-content" data-secret="{SECRET}">', quote)
    frame = re.sub(r' src="([^"]*)"', rf' src="\1#?secret={SECRET}" data-secret="{SECRET}"', frame)
    return quote + frame.replace(
        "<iframe",
        '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" '
        'style="position: absolute; visibility: hidden;"',
    )


Blog = Callable[..., FrameLocator]


@pytest.fixture
def blog(host: Host, site: Site, site_url: str, page: Page) -> Blog:
    """`blog(location=…)` opens a WordPress post in which somebody pasted that address of ours."""

    def opened(location: str | None = None, theme: str | None = None) -> FrameLocator:
        document = compose(site.source.public, now=NOW)
        answer = rich(document, Wanted(Kind.PAGE, location, theme=theme), site_url)["html"]
        host.html = (
            f'<!doctype html><html lang="en"><title>A post</title>{WORDPRESS}<h1>A post</h1>'
            f"{as_wordpress_keeps_it(answer)}<p>Below</p></html>"
        )
        page.goto(host.origin)
        return page.frame_locator("iframe")

    return opened


def frame_height(page: Page) -> int:
    return int(page.locator("iframe").get_attribute("height") or 0)


def two_cards() -> Any:
    return public(location("1198", "L", *samples.meeting_rooms()))


def watch(page: Page) -> list[str]:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    return said


def test_wordpress_shows_the_frame_at_its_height_and_hides_the_quotation(blog: Blog, site: Site, page: Page) -> None:
    site.source.public = two_cards()
    said = watch(page)
    frame = blog(location="1198")
    expect(page.locator("blockquote")).to_be_hidden()
    expect(frame.get_by_role("heading", name="Boardroom")).to_be_visible()
    content = frame.locator("body").evaluate("(body) => Math.ceil(body.getBoundingClientRect().height)")
    page.wait_for_function("(height) => +document.querySelector('iframe').height === height", arg=content)
    assert frame.locator("html").evaluate("(root) => root.scrollHeight <= root.clientHeight")
    assert frame.locator("body").evaluate("() => self.origin") == "null"
    style = frame.locator(".card").first.evaluate("(card) => getComputedStyle(card).borderRadius")
    assert style == "16px"
    assert said == []


def test_a_higher_page_stops_at_wordpresss_limit_and_scrolls(blog: Blog, page: Page) -> None:
    frame = blog()
    expect(frame.locator(".card").first).to_be_visible()
    page.wait_for_function("+document.querySelector('iframe').height === 1000")
    assert frame.locator("html").evaluate("(root) => root.scrollHeight > root.clientHeight")


def test_the_height_follows_the_width(blog: Blog, site: Site, page: Page) -> None:
    site.source.public = public(location("1198", "L", *samples.meeting_rooms()[1:], *samples.desks_and_offices()[:1]))
    blog(location="1198")
    page.wait_for_function("+document.querySelector('iframe').height > 200")
    before = frame_height(page)
    page.set_viewport_size({"width": 400, "height": 900})
    page.wait_for_function("(before) => +document.querySelector('iframe').height > before", arg=before)


def test_filters_stay_in_the_frame_and_keep_its_secret(blog: Blog, site: Site, page: Page) -> None:
    frame = blog(location="1198")
    frame.get_by_role("link", name="Offices").click()
    expect(frame.locator(".card")).to_have_count(1)
    page.wait_for_function("+document.querySelector('iframe').height < 1000")


def test_a_link_to_another_site_leads_to_our_page_at_its_card(blog: Blog, page: Page, site_url: str) -> None:
    """A sandboxed frame can't leave, and WordPress follows links to our own host only."""
    frame = blog(location="1198")
    frame.get_by_role("link", name="Book: Boardroom, Hourly").click()
    page.wait_for_url(re.compile(r"/widget\?"))
    assert page.url == f"{site_url}/widget?location=1198#resource-7843"
    expect(page.get_by_role("link", name="Book: Boardroom, Hourly")).to_be_in_viewport()


def test_a_link_is_told_with_its_address_and_secret(blog: Blog, page: Page) -> None:
    page.add_init_script("addEventListener('message', (e) => (self.told ??= []).push(e.data))")
    frame = blog(location="1198")
    expect(page.locator("blockquote")).to_be_hidden()  # WordPress knows the frame by its secret, and shows it now
    page.evaluate("document.querySelector('iframe').dataset.secret = 'another0one'")  # so that nobody follows
    frame.get_by_role("link", name="Book: Boardroom, Hourly").click()
    page.wait_for_function("self.told.some((each) => each.message === 'link')")
    told = page.evaluate("self.told.filter((each) => each.message === 'link')")
    assert told[0] == {"message": "link", "value": "https://demo.example/book/r1", "secret": SECRET}


@pytest.mark.parametrize("fragment", ["", "#?secret=short", "#?secret=aB3dE6gH9kx", "#?secret=aB3dE6gH9%22"])
def test_without_a_proper_secret_the_frame_says_its_height_to_no_wordpress(
    host: Host, site_url: str, page: Page, fragment: str
) -> None:
    page.add_init_script("addEventListener('message', (e) => (self.told ??= []).push(e.data))")
    host.html = f'<!doctype html><title>T</title><iframe src="{site_url}/widget{fragment}" width="600"></iframe>'
    page.goto(host.origin)
    page.wait_for_function("self.told?.length > 0")
    told = page.evaluate("self.told")
    assert {each["type"] for each in told} == {"pricing-widget:height"}
    assert all(isinstance(each["height"], int) and each["height"] > 300 for each in told)


def test_in_a_plain_frame_a_link_opens_in_the_whole_window(host: Host, site_url: str, site: Site, page: Page) -> None:
    room = resource("2", "R", "office", rate("r", booking_url=f"{host.origin}/?booked"))
    site.source.public = public(location("1", "L", room))
    host.html = f'<!doctype html><title>T</title><iframe src="{site_url}/widget" width="600" height="600"></iframe>'
    page.goto(host.origin)
    page.frame_locator("iframe").get_by_role("link", name="Book: R").click()
    page.wait_for_url(re.compile("booked"))


def test_a_site_that_may_not_frame_the_page_does_not(host: Host, site: Site, site_url: str, page: Page) -> None:
    policy = f"frame-ancestors {host.origin}"
    shown = page.frame_locator("iframe").locator(".card").first
    host.html = f'<!doctype html><title>T</title><iframe src="{site_url}/widget" width="600"></iframe>'
    site.frame_ancestors, site.app = host.origin, site.hotpath()
    page.goto(host.origin)
    expect(shown).to_be_visible()
    site.frame_ancestors = "https://elsewhere.example"
    site.app = site.hotpath()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(host.origin)
    page.wait_for_load_state("networkidle")
    expect(shown).to_have_count(0)
    assert any("frame-ancestors" in text for text in refused), policy


def test_the_answers_html_is_what_a_browser_makes_a_link_and_a_frame_of(site: Site, page: Page, site_url: str) -> None:
    answer = rich(compose(site.source.public, now=NOW), Wanted(Kind.PAGE, "1198", theme="dark"), site_url)
    page.set_content(answer["html"])
    address = f"{site_url}/widget?location=1198&theme=dark"
    assert page.locator("blockquote a").get_attribute("href") == address
    assert page.locator("iframe").get_attribute("src") == address
    assert html.unescape(json.loads(json.dumps(answer))["title"]) in page.content()
