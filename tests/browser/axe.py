"""axe-core, vendored: what it finds wrong with a page for people who use assistive technology."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
RUN = "(within) => axe.run(within, { resultTypes: ['violations'] })"


def complaints(page: Page, within: str = "html") -> list[Any]:
    """Each violated rule with the elements that violate it; empty: nothing was found."""
    page.evaluate(AXE)
    found = page.evaluate(RUN, within)
    return [(each["id"], [node["target"] for node in each["nodes"]]) for each in found["violations"]]
