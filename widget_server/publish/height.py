"""How high prices will stand, before anybody has laid them out: for the space that a snippet reserves. Pure.

An estimate at the width of a usual text column (two cards side by side), from how the widget's styles stack their
lines (tests/browser/test_reserved_height.py measures). What needs more than the most waits behind "Show all".
"""

from math import ceil

from widget_server.publish.compose import Document, periods_in, types_in

LEAST, MOST = 320, 900
"""CSS pixels. Less looks broken while it loads, more would push everything else off the screen."""
USUAL = 720
"""Where nothing is there yet: a snippet that was copied before the first prices came must have room for them."""
CARDS_IN_A_ROW = 2
DESCRIPTION_LINES = 4
CHARACTERS_IN_A_LINE = 44
CARD, FACTS, LINE, DESCRIPTION_GAP, RATE, TAX, FINE, EXTRAS, BUTTON, LINK = 56, 32, 21, 6, 50, 15, 25, 28, 38, 34
PLACE, ABOUT, ROW_OF_CHIPS, GAP, PLACE_GAP, FOOT = 45, 26, 44, 16, 40, 27
NOTHING = 110
SPARE = 30
"""What an estimate may be short of: some white is better than a price that waits behind a button for a few pixels."""


def reserved(document: Document) -> int:
    """CSS pixels to keep free for `document` (filtered as the widget will be), from `LEAST` to `MOST` in tens."""
    if not any(location["resources"] for location in document["locations"]):
        return USUAL
    return min(MOST, max(LEAST, ceil((estimated(document) + SPARE) / 10) * 10))


def estimated(document: Document) -> int:
    """CSS pixels of everything in `document`, however much it is."""
    places = document["locations"]
    if not places:
        return NOTHING
    chips = sum(len(choices) > 1 for choices in (types_in(document), periods_in(document)))
    return sum(map(_place, places)) + PLACE_GAP * (len(places) - 1) + chips * ROW_OF_CHIPS + FOOT


def _place(location: Document) -> int:
    lines = sum(bool(location.get(key)) for key in ("address", "hours", "url"))
    cards = [_card(resource) for resource in location["resources"]]
    rows = [max(cards[at : at + CARDS_IN_A_ROW]) for at in range(0, len(cards), CARDS_IN_A_ROW)]
    about = lines + _lines_of(location.get("description", ""), 2 * CHARACTERS_IN_A_LINE)
    return PLACE + about * ABOUT + (sum(rows) + GAP * (len(rows) - 1) if rows else LINE)


def _card(resource: Document) -> int:
    facts = FACTS if {"type", "capacity", "areaSqft", "availableFrom"} & set(resource) else 0
    lines = _lines_of(resource.get("description", ""), CHARACTERS_IN_A_LINE)
    described = lines * LINE + DESCRIPTION_GAP if lines else 0
    return CARD + facts + described + sum(map(_rate, resource["rates"])) + (LINK if "url" in resource else 0)


def _rate(rate: Document) -> int:
    fine = {"deposit", "setupFee", "minTerm", "validTo"} & set(rate)
    side_by_side = BUTTON if "bookingUrl" in rate else EXTRAS if "extras" in rate else 0
    return RATE + (TAX if "taxMode" in rate else 0) + (FINE if fine else 0) + side_by_side


def _lines_of(text: str, width: int) -> int:
    return min(DESCRIPTION_LINES, ceil(len(text) / width))
