"""What the page does doesn't reach in, what we do doesn't reach out, except where it is meant to."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Embed, Host
from tests.publish.samples import demo, public
from tests.serve.site import Site

pytestmark = pytest.mark.browser

DIV = "<div data-pricing-widget></div>"
HOSTILE = """<style>
  * { all: unset !important; color: red !important; font-size: 40px !important; letter-spacing: 1em !important }
  div, p, ul, li, h3, h4, a, b, span, section, header { display: none !important; position: fixed !important }
  body, html, [data-pricing-widget] { display: block !important; direction: rtl; writing-mode: vertical-rl !important;
    visibility: visible !important; text-transform: uppercase !important;
    --t: red; --e: red; --s: red; --n: red; --o: red; --i: red; --a: red; --r: red; --c: 3px }
  .card, .price, .book, .pw { background: lime !important }
</style>"""
LOOK = """(root) => [...root.shadowRoot.querySelectorAll(".pw, .card, .name, .price, .book, label")].map((node) => {
  const style = getComputedStyle(node);
  return ["display", "color", "fontSize", "letterSpacing", "backgroundColor", "borderRadius", "position", "direction",
    "writingMode", "textTransform", "visibility", "opacity"].map((name) => style[name]).join("|");
})"""
POLLUTION = """
  Array.prototype.extra = function () { return 1; };
  Object.prototype.extend = function () { return 1; };
  Array.prototype.toJSON = function () { return "[]"; };
  String.prototype.toJSON = function () { return '"?"'; };
  for (const name of ["map", "filter", "reduce", "forEach", "find", "some", "every", "flat", "includes"]) {
    Array.prototype[name] = () => { throw new Error(name); };
  }
  JSON.stringify = () => { throw new Error("stringify"); };
"""
READABLE = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgb = (colour, below = "#fff") => {
    canvas.fillStyle = below; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (colour) => {
    const [r, g, b] = [...rgb(colour)].slice(0, 3).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentNode ?? at.host) {
      const colour = at instanceof Element && getComputedStyle(at).backgroundColor;
      if (colour && !/^rgba.*, 0\\)$/.test(colour)) return colour;
    }
    return getComputedStyle(document.documentElement).colorScheme === "dark" ? "#121212" : "#fff";
  };
  const texts = [...root.shadowRoot.querySelectorAll("*")].filter((node) => node.checkVisibility()
    && [...node.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim()));
  return Math.min(...texts.map((node) => {
    const [light, dark] = [luminance(getComputedStyle(node).color), luminance(behind(node))].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }));
}"""


def test_the_pages_styles_change_nothing_inside(embed: Embed, page: Page) -> None:
    embed(DIV)
    expect(page.locator(".card").first).to_be_visible()
    expected = page.locator("[data-pricing-widget]").evaluate(LOOK)
    assert len(expected) > 20
    embed(DIV, more=HOSTILE)
    expect(page.locator(".card").first).to_be_attached()
    assert page.locator("[data-pricing-widget]").evaluate(LOOK) == expected


def test_nothing_of_ours_changes_the_page(embed: Embed) -> None:
    page = embed(f'{DIV}<div class="card pw book" id="theirs">theirs</div>')
    expect(page.locator("[data-pricing-widget] .card").first).to_be_visible()
    theirs = page.locator("#theirs").evaluate("(node) => getComputedStyle(node).backgroundColor")
    assert theirs == "rgba(0, 0, 0, 0)"
    assert page.evaluate("document.adoptedStyleSheets.length + document.styleSheets.length") == 0
    assert page.locator("[data-pricing-widget]").evaluate("(node) => node.attributes.length") == 1


def test_polluted_pages_work(embed: Embed, page: Page, site: Site) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(POLLUTION)
    embed("<pricing-widget locale='de'></pricing-widget>")
    expect(page.locator("pricing-widget .price").first).to_contain_text("Kostenlos")
    site.change(public(*demo().locations[:1], version="42"))
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("pricing-widget .place")).to_have_count(1)
    page.locator("pricing-widget").get_by_role("radio", name="Büros").check()
    expect(page.locator("pricing-widget .card:visible")).to_have_count(1)
    assert errors == []


def test_full_styling_where_no_style_is_allowed(embed: Embed, host: Host, site_url: str, page: Page) -> None:
    policy = (
        f"default-src 'none'; style-src 'none'; script-src {site_url}; connect-src {site_url}; trusted-types 'none'"
    )
    host.headers = [("Content-Security-Policy", f"{policy}; require-trusted-types-for 'script'")]
    page.add_init_script(
        "self.violations = [];"
        "addEventListener('securitypolicyviolation', (e) => self.violations.push(e.effectiveDirective))"
    )
    embed(DIV)
    expect(page.locator(".book").first).to_have_css("background-color", "rgb(11, 110, 79)")
    page.get_by_role("radio", name="Offices").check()
    assert page.evaluate("self.violations") == []


def test_an_outage_adds_nothing_of_ours_to_the_console(embed: Embed, page: Page) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.route("**/widget.json*", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        embed(DIV)
    page.wait_for_load_state("networkidle")
    assert [each for each in said if not each.startswith("Failed to load resource")] == []  # that one is the browser's


def test_the_pages_font_and_variables_dress_the_widget(embed: Embed) -> None:
    page = embed(
        DIV,
        more="<style>body { font-family: 'Courier New', monospace }"
        " [data-pricing-widget] { --pricing-accent: rebeccapurple; --pricing-radius: 3px;"
        " --pricing-surface: #fffbe6; --pricing-text: #222 }"
        " [data-pricing-widget]::part(price) { font-style: italic }</style>",
    )
    card = page.locator(".card").first
    expect(card).to_have_css("border-radius", "3px")
    expect(card).to_have_css("background-color", "rgb(255, 251, 230)")
    expect(card).to_have_css("font-family", re.compile("Courier New"))
    expect(page.locator(".book").first).to_have_css("background-color", "rgb(102, 51, 153)")
    expect(page.locator(".price").first).to_have_css("font-style", "italic")
    expect(page.locator(".name").first).to_have_css("color", "rgb(34, 34, 34)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#0b6e4f", "#ffd400", "#767676", "#0f6fff", "#ff0000", "#000000", "#ffffff"])
def test_all_text_is_readable(embed: Embed, site: Site, scheme: str, accent: str) -> None:
    site.source.public = public(*demo().locations, accent=accent, version=accent)
    page = embed(DIV, more=f"<style>:root {{ color-scheme: {scheme} }}</style>")
    expect(page.locator(".book").first).to_be_visible()
    assert page.locator("[data-pricing-widget]").evaluate(READABLE) >= 4.5
