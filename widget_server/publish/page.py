"""The hosted page: a document → HTML that reads without JavaScript. Jinja without Flask, autoescape always on."""

import base64
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from widget_server.publish.compose import Document, filtered, types_in
from widget_server.publish.phrases import Phrases
from widget_server.publish.query import Kind, Wanted
from widget_server.publish.words import speech

TEMPLATES = Path(__file__).parent.parent / "templates"
DEFAULT_ACCENT = "#0b6e4f"


@dataclass(frozen=True)
class Chip:
    """A filter as a link."""

    text: str
    href: str
    chosen: bool


class Pages:
    """Renders the hosted page. `site_url` is our own origin, `stylesheet` the path of the page's style sheet."""

    def __init__(self, site_url: str, stylesheet: str) -> None:
        self._site_url = site_url.rstrip("/")
        self.identity = f"{self._site_url} {stylesheet}"
        """Changes when this renders the same document differently."""
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals["stylesheet"] = stylesheet

    def render(self, document: Document, wanted: Wanted) -> str:
        """The page that `wanted` asks for, from the whole, unfiltered document."""
        say = Phrases(speech(wanted.locale, document["workspace"]["locale"]))
        shown = [] if wanted.missing else _shown(document, wanted)
        title = _title(document, wanted, say)
        return self._templates.get_template("widget.html").render(
            say=say,
            theme=wanted.theme,
            title=title,
            summary=_summary(title, shown),
            canonical=self._site_url + _href(Wanted(Kind.PAGE, wanted.location, wanted.type)),
            accent_style=Markup(accent_style(document)),  # noqa: S704 (made of two checked colours)
            chips=_chips(document, wanted, say),
            locations=shown,
            notice=_notice(document, wanted),
            all_href=_href(Wanted(Kind.PAGE, locale=wanted.locale, theme=wanted.theme)),
            synced_at=document.get("syncedAt") if shown else None,
            as_of=_as_of(document, say),
        )


def accent_style(document: Document) -> str:
    """The operator's colour as CSS, with the one of black and white that reads better on it (at least 4.5:1)."""
    accent = document["workspace"].get("accent", DEFAULT_ACCENT)
    return f":root{{--pw-accent:{accent};--pw-on-accent:{_readable_on(accent)}}}"


def accent_hash(document: Document) -> str:
    """The CSP source that allows `accent_style` and no other inline style."""
    digest = hashlib.sha256(accent_style(document).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _readable_on(colour: str) -> str:
    """WCAG 2.2, relative luminance: black and white contrast equally at 0.179."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#fff" if 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.179 else "#000"


def _shown(document: Document, wanted: Wanted) -> list[dict[str, Any]]:
    found = filtered(document, location=wanted.location, type=wanted.type)["locations"]
    return [_plain(each) for each in found]


def _plain(location: dict[str, Any]) -> dict[str, Any]:
    """With every optional key there (None), since the template is strict about names that it doesn't know."""
    resources = [
        {**_RESOURCE, **resource, "rates": [{**_RATE, **rate} for rate in resource["rates"]]}
        for resource in location["resources"]
    ]
    return {**_LOCATION, **location, "resources": resources}


def _title(document: Document, wanted: Wanted, say: Phrases) -> str:
    name = next((each["name"] for each in document["locations"] if each["id"] == wanted.location), None)
    return say.word("pricesOf", name=name or document["workspace"]["name"])


def _summary(title: str, shown: list[dict[str, Any]]) -> str:
    names = [resource["name"] for location in shown for resource in location["resources"]]
    return f"{title}: {', '.join(names[:8])}" if names else title


def _href(wanted: Wanted) -> str:
    fields = {"location": wanted.location, "type": wanted.type, "locale": wanted.locale, "theme": wanted.theme}
    query = urlencode({key: value for key, value in fields.items() if value is not None})
    return f"{Kind.PAGE}?{query}" if query else str(Kind.PAGE)


def _notice(document: Document, wanted: Wanted) -> str:
    if wanted.missing == "location":
        return "unknownLocation"
    return "noMatch" if document["locations"] and (wanted.missing or wanted.type) else "empty"


def _as_of(document: Document, say: Phrases) -> dict[str, str]:
    """The moment of the last sync in the zone that all locations share, cut out of its sentence."""
    if "syncedAt" not in document:
        return {}
    zones = {each.get("timezone") for each in document["locations"]}
    zone = zones.pop() if len(zones) == 1 else None
    before, _, after = str(say.words["asOf"]).partition("{date}")
    return {"before": before, "moment": say.moment(document["syncedAt"], zone), "after": after}


def _chips(document: Document, wanted: Wanted, say: Phrases) -> dict[str, list[Chip]]:
    """Filters that leave a choice: locations, and the types at the chosen location. The rest of the query is kept."""
    base = replace(wanted, missing=None)
    here = filtered(document, location=base.location)
    locations: list[tuple[str | None, str]] = [(each["id"], each["name"]) for each in document["locations"]]
    types: list[tuple[str | None, str]] = [(type, say.type(type, many=True)) for type in types_in(here)]
    return {
        "locations": [
            Chip(text, _href(replace(base, location=id, type=None)), base.location == id and not wanted.missing)
            for id, text in [(None, say.word("allLocations")), *locations]
        ]
        if len(locations) > 1
        else [],
        "types": [
            Chip(text, _href(replace(base, type=type)), base.type == type and not wanted.missing)
            for type, text in [(None, say.word("all")), *types]
        ]
        if len(types) > 1
        else [],
    }


_LOCATION = dict.fromkeys(("description", "openStatus", "address", "hours", "url"))
_RESOURCE = dict.fromkeys(("type", "description", "url"))
_RATE = dict.fromkeys(("name", "extras", "bookingUrl"))
