"""The manual's pictures of the widget and the hosted page: on a plain website, a loud one, in the dark, on a phone."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Host
from tests.publish.samples import SYNCED_AT, demo
from tests.serve.site import Site, served

PLAIN = """
  :root { color-scheme: light dark; }
  body { max-width: 70rem; margin: 2.5rem auto; padding: 0 1.25rem; font: 17px/1.6 Georgia, serif;
    background: light-dark(#fbfaf7, #131416); color: light-dark(#23262a, #e9ebee); }
  h1 { margin: 0 0 0.2em; font-size: 2.4em; font-weight: 500; }
"""
LOUD = """
  * { box-sizing: content-box !important; letter-spacing: 0.12em; text-transform: uppercase; line-height: 2.4; }
  body { padding: 1em 1.5em; font: italic bold 22px "Comic Sans MS", serif; color: #c0f; text-align: center;
    background: repeating-linear-gradient(45deg, #ff0 0 12px, #fd0 12px 24px); }
  div, section, ul, li, p, span, a, button, label { border: 3px dashed red; margin: 40px; color: lime !important; }
"""


@dataclass(frozen=True)
class WidgetPicture:
    """`styles` are the website's; `path` is a page of the site itself instead of a website."""

    name: str
    width: int
    height: int
    reserve: int = 0
    styles: str = PLAIN
    scheme: str = "light"
    lang: str = "en-GB"
    location: str = "1198"
    path: str = ""

    @property
    def file_name(self) -> str:
        """As the manual names it."""
        return f"{self.name}.png"


PICTURES = (
    WidgetPicture("widget-embedded", 1280, 1000, reserve=720),
    WidgetPicture("widget-anywhere", 1024, 1120, reserve=640, styles=LOUD),
    WidgetPicture("widget-light", 768, 1500),
    WidgetPicture("widget-dark", 768, 1500, scheme="dark", lang="ar"),
    WidgetPicture("widget-phone", 320, 1200, reserve=900),
    WidgetPicture("page", 1024, 1000, path="/widget"),
)


def take(browser: Browser, shown: WidgetPicture, folder: Path) -> None:
    """One picture into `folder`."""
    context = browser.new_context(
        viewport={"width": shown.width, "height": shown.height},
        color_scheme=shown.scheme,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="Europe/London",
        reduced_motion="reduce",
    )
    with opened(shown, context.new_page()) as page:
        page.screenshot(path=folder / shown.file_name, animations="disabled")
    context.close()


@contextmanager
def opened(shown: WidgetPicture, page: Page) -> Iterator[Page]:
    """`page` with the prices of the sample workspace, three minutes after they were confirmed."""
    page.clock.set_fixed_time(SYNCED_AT + timedelta(minutes=3))
    host = Host()
    with served(Site(demo())) as site, served(host) as website:
        host.html = _website(shown, site)
        page.goto(site + shown.path if shown.path else website)
        expect(page.locator(".rate").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        yield page


def _website(shown: WidgetPicture, site: str) -> str:
    direction = "rtl" if shown.lang == "ar" else "ltr"
    return (
        f'<!doctype html><html lang="{shown.lang}" dir="{direction}"><meta charset="utf-8"><title>Somebody</title>'
        f'<meta name="viewport" content="width=device-width"><style>{shown.styles}</style>'
        "<h1>Come and work with us</h1><p>Desks and rooms by the canal.</p>"
        f'<section data-pricing-widget data-location="{shown.location}" style="min-height:{shown.reserve}px">'
        f'<a href="{site}/widget">See our prices</a></section><p>What comes below.</p>'
        f'<script async src="{site}/embed.js"></script>'
    )
