"""The manual's pictures of the console and the widget, all of one state of the product: `make pictures`.

    .venv/bin/python -m tests.browser.pictures            (or some: … overview embed)

Look at those that changed before they are committed. One names Japanese: that takes a font, such as Debian's
fonts-ipafont-gothic.
"""

import argparse
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import widget_pictures
from tests.browser.console_pages import PAGES, ConsolePage, opened
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS

IMAGES = Path(__file__).parent.parent.parent / "docs" / "images"
SCHEMES = ("light", "dark")
WIDTH = 1280
PATIENCE_MS = 20_000


def file_name(page: str, scheme: str) -> str:
    """What the picture of a page is called."""
    return f"console-{page}-{scheme}.png"


def main() -> None:
    """Take them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="default: all")
    parser.add_argument("--folder", type=Path, default=IMAGES)
    given = parser.parse_args()
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        for each in PAGES:
            if not given.names or each.name in given.names:
                _take(browser, each, given.folder)
                print(each.name, flush=True)
        for picture in widget_pictures.PICTURES:
            if not given.names or picture.name in given.names:
                widget_pictures.take(browser, picture, given.folder)
                print(picture.name, flush=True)
        browser.close()


def _take(browser: Browser, shown: ConsolePage, folder: Path) -> None:
    """One page, in light and in dark."""
    for scheme in SCHEMES:
        context = browser.new_context(
            viewport={"width": WIDTH, "height": shown.height},
            color_scheme=scheme,  # type: ignore[arg-type]
            locale="en-GB",
            timezone_id="Europe/London",
            reduced_motion="reduce",
        )
        with tempfile.TemporaryDirectory() as data, opened(shown, context.new_page(), Path(data)) as page:
            page.mouse.move(0, 0)
            page.evaluate("document.activeElement.blur()")
            page.wait_for_load_state("networkidle")
            page.screenshot(path=folder / file_name(shown.name, scheme), animations="disabled")
        context.close()


if __name__ == "__main__":
    main()
