"""What a page is called and how it is described elsewhere: in a tab, a search result, a shared link. Pure.

These texts stand where no markup can isolate or wrap them, so they are short and free of direction overrides.
"""

from widget_server.publish.compose import Document
from widget_server.publish.phrases import Phrases
from widget_server.publish.query import Wanted

TITLE_CHARACTERS = 120
DESCRIPTION_CHARACTERS = 200
"""Search engines show about 160."""
_OVERRIDES = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
"""They would turn around what stands after them."""


def title(document: Document, wanted: Wanted, say: Phrases) -> str:
    """The heading, and of what kinds: "Meeting rooms and offices · Prices at Demo Workspace – London"."""
    types = one_line(say.types(wanted.types), TITLE_CHARACTERS)
    return " · ".join(filter(None, (types, heading(document, wanted, say))))


def heading(document: Document, wanted: Wanted, say: Phrases) -> str:
    """ "Prices at Demo Workspace – London": of the location asked for, else of the workspace."""
    name = next((each["name"] for each in document["locations"] if each["id"] == wanted.location), None)
    return say.word("pricesOf", name=one_line(name or document["workspace"]["name"], TITLE_CHARACTERS))


def description(title: str, shown: list[Document], say: Phrases) -> str:
    """The title and what can be had, with its first price: "…: Boardroom £45 / hour, Snug £18.50 / hour"."""
    said = f"{title}: "
    for resource in (resource for location in shown for resource in location["resources"]):
        more = one_line(" ".join([resource["name"], *_first_price(resource, say)]), TITLE_CHARACTERS)
        if len(said) + len(more) > DESCRIPTION_CHARACTERS:
            break
        said += f"{more}, "
    return said.rstrip(", :")


def one_line(text: str, limit: int) -> str:
    """At most `limit` characters: "A very long na…"."""
    text = " ".join(text[: limit * 4].translate(_OVERRIDES).split())
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"


def _first_price(resource: Document, say: Phrases) -> list[str]:
    for rate in resource["rates"]:
        if "amount" in rate:
            return ["".join(say.price(rate)), *filter(None, [say.unit(rate)])]
    return []
