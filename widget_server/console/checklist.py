"""The way from a fresh site to prices on somebody's page, step by step. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget_server.console.overview import KEYS_PAGE, Terms
from widget_server.store.overview import Facts

CONNECT = "connect"
"""A link that is a button: off to Syncaroo's own page."""


@dataclass(frozen=True)
class Step:
    """`text` says what to do next, or what is the case once it is done; `link` leads there, `label` is its words."""

    title: str
    done: bool
    text: str
    label: str = ""
    link: str = ""


def steps(facts: Facts, terms: Terms, seen_on: Sequence[str], syncaroo_url: str) -> list[Step]:
    """All five, in order; none when all are done."""
    found = [
        _listings(facts),
        _reading(facts, terms),
        _reporting(facts, terms, syncaroo_url),
        _data(facts),
        _snippet(seen_on),
    ]
    return [] if all(step.done for step in found) else found


def _listings(facts: Facts) -> Step:
    title = "Tell this site what you have"
    if facts.listings:
        return Step(title, True, f"{facts.listings} listing{'' if facts.listings == 1 else 's'} here.")
    return Step(
        title, False, "Import a file with your locations and resources, or add them by hand.",
        "Go to Listings", "/console/listings/",
    )  # fmt: skip


def _reading(facts: Facts, terms: Terms) -> Step:
    title = "Let this site read from Syncaroo"
    if facts.hub.state != "disconnected":
        return Step(title, True, "This site reads locations, resources and prices.")
    if not terms.can_connect:
        return Step(
            title, False, "Copy this site's keys into Syncaroo's developer portal, and the portal's keys in here.",
            "Exchange keys", KEYS_PAGE,
        )  # fmt: skip
    return Step(title, False, "You log in at Syncaroo once and come back here.", "Connect", CONNECT)


def _reporting(facts: Facts, terms: Terms, syncaroo_url: str) -> Step:
    title = "Let Syncaroo report changes"
    if any(each.connected_at for each in facts.connections):
        return Step(title, True, "Syncaroo tells this site about every change.")
    if not terms.has_platform_client:
        return Step(
            title,
            False,
            "Make a client secret and enter it in Syncaroo's developer portal.",
            "Make the secret",
            KEYS_PAGE,
        )
    return Step(
        title, False, "Add this site as an integration at Syncaroo. It sends you here to approve.",
        "Open Syncaroo", syncaroo_url,
    )  # fmt: skip


def _data(facts: Facts) -> Step:
    title = "See the first prices arrive"
    if facts.synced_at is not None:
        return Step(title, True, "They are here, and kept in step.")
    return Step(title, False, "Nothing to do: they come by themselves soon after both directions are connected.")


def _snippet(seen_on: Sequence[str]) -> Step:
    title = "Show the prices on your website"
    if seen_on:
        return Step(title, True, f"Seen on {', '.join(seen_on)}.")
    return Step(
        title, False, "Paste the snippet into your page and open the page once: this step ticks itself soon after.",
        "Copy the snippet", "#embed",
    )  # fmt: skip
