"""The hosted page: a document → HTML that reads without JavaScript. Jinja without Flask, autoescape always on."""

import base64
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from widget_server.publish import filters, pauses, summary
from widget_server.publish.compose import Document, filtered
from widget_server.publish.json_ld import structured
from widget_server.publish.phrases import Phrases
from widget_server.publish.plain_json import compact
from widget_server.publish.query import Kind, Wanted
from widget_server.publish.words import speech

TEMPLATES = Path(__file__).parent.parent / "templates"
DEFAULT_ACCENT = "#0b6e4f"
LONG_TEXT_CHARACTERS = 400
"""Descriptions above it are folded: what comes after the beginning is one click away."""
BEGINNING_CHARACTERS = 280


@dataclass(frozen=True)
class PageFiles:
    """Paths, with their queries, of the page's own style sheet and script."""

    stylesheet: str
    script: str


class Pages:
    """Renders the hosted page. `site_url` is our own origin."""

    def __init__(self, site_url: str, files: PageFiles) -> None:
        self._site_url = site_url.rstrip("/")
        self.identity = f"{self._site_url} {files}"
        """Changes when this renders the same document differently."""
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals["files"] = files
        self._templates.tests["before_a_pause"] = pauses.follows

    def render(self, document: Document, wanted: Wanted) -> str:
        """The page that `wanted` asks for, from the whole, unfiltered document."""
        say = Phrases(speech(wanted.locale, document["workspace"]["locale"]))
        shown = [] if wanted.missing else _shown(document, wanted)
        heading, title = summary.heading(document, wanted, say), summary.title(document, wanted, say)
        return self._templates.get_template("widget.html").render(
            say=say,
            wanted=wanted,
            workspace=summary.one_line(document["workspace"]["name"], summary.TITLE_CHARACTERS),
            heading=heading,
            title=title,
            summary=summary.description(title, shown, say),
            canonical=self._canonical(wanted),
            oembed=self._oembed(wanted),
            accent_style=Markup(accent_style(document)),  # noqa: S704 (made of two checked colours)
            filters=filters.rows(document, wanted, say),
            locations=[_plain(each) for each in shown],
            notice=_notice(document, wanted),
            all_href=Wanted(Kind.PAGE, locale=wanted.locale, theme=wanted.theme).href,
            synced_at=document.get("syncedAt") if shown else None,
            as_of=_as_of(document, say),
            json_ld=Markup(compact(structured(shown, self._canonical(wanted)))),  # noqa: S704 (`compact` is inert)
        )

    def _canonical(self, wanted: Wanted) -> str:
        """Without what only dresses the same prices, so that search engines keep one address."""
        return self._site_url + replace(wanted, locale=None, theme=None, period=None).href

    def _oembed(self, wanted: Wanted) -> str | None:
        """Where to ask how this page is embedded; None for a page about something that isn't there."""
        if wanted.missing == "location":
            return None
        return f"{self._site_url}/oembed?{urlencode({'url': self._site_url + wanted.href, 'format': 'json'})}"


def accent_style(document: Document) -> str:
    """The operator's colour as CSS; the styles find out whether black or white reads better on it."""
    accent = document["workspace"].get("accent", DEFAULT_ACCENT)
    return f":root{{--pw-accent:{accent}}}"


def accent_hash(document: Document) -> str:
    """The CSP source that allows `accent_style` and no other inline style."""
    digest = hashlib.sha256(accent_style(document).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _shown(document: Document, wanted: Wanted) -> list[Document]:
    kept = filtered(document, location=wanted.location, types=wanted.types, period=wanted.period)
    found: list[Document] = kept["locations"]
    return found


def _plain(location: Document) -> dict[str, Any]:
    """With every optional key there (None), since the template is strict about names that it doesn't know."""
    resources = [
        {**_RESOURCE, **_told(resource), "rates": [_plain_rate(rate) for rate in resource["rates"]]}
        for resource in location["resources"]
    ]
    return {**_LOCATION, **_told(location), "resources": resources}


def _plain_rate(rate: Document) -> Document:
    return {**_RATE, **rate, "extras": [{**_EXTRA, **extra} for extra in rate.get("extras", ())]}


def _told(thing: Document) -> Document:
    """With a long description in two: `description`, its beginning, and `more`, the rest."""
    text = thing.get("description", "")
    if len(text) <= LONG_TEXT_CHARACTERS:
        return thing
    at = text.rfind(" ", BEGINNING_CHARACTERS // 2, BEGINNING_CHARACTERS)
    at = BEGINNING_CHARACTERS if at < 0 else at
    return {**thing, "description": text[:at], "more": text[at:].lstrip()}


def _notice(document: Document, wanted: Wanted) -> str:
    if wanted.missing == "location":
        return "unknownLocation"
    return "noMatch" if document["locations"] and (wanted.missing or wanted.types or wanted.period) else "empty"


def _as_of(document: Document, say: Phrases) -> dict[str, str]:
    """The moment of the last sync in the zone that all locations share, cut out of its sentence."""
    if "syncedAt" not in document:
        return {}
    zones = {each.get("timezone") for each in document["locations"]}
    zone = zones.pop() if len(zones) == 1 else None
    before, _, after = str(say.words["asOf"]).partition("{date}")
    return {"before": before, "moment": say.moment(document["syncedAt"], zone), "after": after}


_LOCATION = dict.fromkeys(("description", "more", "openStatus", "address", "hours", "url"))
_RESOURCE = dict.fromkeys(("type", "description", "more", "url"))
_RATE = dict.fromkeys(("name", "bookingUrl"))
_EXTRA = dict.fromkeys(("name", "amount"))
