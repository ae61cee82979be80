"""The site's colours can be read: WCAG 2.2, 1.4.3 (text, 4.5:1) and 1.4.11 (edges and focus, 3:1), light and dark."""

import re
from itertools import product
from pathlib import Path

import pytest

SHEET = Path("static/site.css").read_text(encoding="utf-8")
TEXT = [
    ("ink", "page"), ("ink", "surface"), ("ink", "tint"), ("muted", "page"), ("muted", "surface"), ("muted", "tint"),
    ("accent", "surface"), ("accent", "page"), ("accent-strong", "surface"), ("on-accent", "accent"),
    ("on-accent", "accent-strong"), ("good", "good-tint"), ("good", "surface"), ("bad", "bad-tint"),
    ("bad", "surface"), ("ink", "good-tint"), ("ink", "look-tint"), ("ink", "bad-tint"), ("bad", "tint"),
    ("look", "look-tint"),
]  # fmt: skip
EDGES = [("edge", "surface"), ("edge", "page"), ("focus", "surface"), ("focus", "page"), ("bad", "surface")]


def palette(dark: bool) -> dict[str, str]:
    light, _, rest = SHEET.partition("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light))
    return found | (dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", rest)) if dark else {})


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize(("dark", "pair"), list(product((False, True), TEXT)))
def test_text_stands_out(dark: bool, pair: tuple[str, str]) -> None:
    colours = palette(dark)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 4.5


@pytest.mark.parametrize(("dark", "pair"), list(product((False, True), EDGES)))
def test_edges_and_focus_rings_stand_out(dark: bool, pair: tuple[str, str]) -> None:
    colours = palette(dark)
    assert contrast(colours[pair[0]], colours[pair[1]]) >= 3


def test_the_sheet_needs_no_other_host() -> None:
    assert "//" not in re.sub(r"/\*.*?\*/", "", SHEET, flags=re.DOTALL)
    assert "@import" not in SHEET
