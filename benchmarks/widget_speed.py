"""How long the widget keeps a visitor's browser busy: 60 resources, 500 rates, at a quarter of this machine's speed.

    .venv/bin/python -m benchmarks.widget_speed            (--runs 9 --slowdown 4)

Aims: no task over 50 ms, and prices on the screen 100 ms after the data is there. Beside them stands, from the same
run, how long the browser takes to lay the same number of plain boxes out: machines differ, ratios less.
"""

import argparse
import statistics

from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import Host
from tests.browser.test_widget_reserve import PLAIN_BOXES, WATCH_TASKS, many
from tests.conftest import CHROMIUM, CHROMIUM_FLAGS
from tests.serve.site import Site, served

SHOWN = """() => new Promise((done) => {
  const look = () => {
    const host = document.querySelector("[data-pricing-widget]");
    const data = performance.getEntriesByType("resource").find((entry) => entry.name.includes("widget.json"));
    if (!host.shadowRoot || !data) return requestAnimationFrame(look);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - data.responseEnd)));
  };
  look();
})"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--slowdown", type=float, default=4)
    given = parser.parse_args()
    host = Host()
    with served(Site(many())) as site_url, served(host) as origin, sync_playwright() as playwright:
        host.html = (
            '<!doctype html><div data-pricing-widget style="min-height:800px"></div>'
            f'<script async src="{site_url}/embed.js"></script>'
        )
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        runs = [_one(browser, origin, given.slowdown) for _ in range(given.runs)]
        browser.close()
    for name, values in zip(
        ("longest task", "data to prices", "5000 plain boxes"), zip(*runs, strict=True), strict=True
    ):
        print(f"{name:17} median {statistics.median(values):6.1f} ms, worst {max(values):6.1f} ms")


def _one(browser: Browser, origin: str, slowdown: float) -> tuple[float, float, float]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.add_init_script(WATCH_TASKS)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    page.goto(origin, wait_until="commit")
    shown = page.evaluate(SHOWN)
    longest = max(page.evaluate("self.tasks"), default=0)
    plain = page.evaluate(PLAIN_BOXES)
    page.close()
    return longest, shown, plain


if __name__ == "__main__":
    main()
