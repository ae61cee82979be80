"""oEmbed 1.0 for our pages: what WordPress and others put where somebody pasted an address of ours. Pure.

WordPress keeps only `blockquote`, `a` and `iframe` of a provider it doesn't know, sandboxes the frame, gives it a
secret, and shows it once the framed page has told its height with that secret (`static/widget-page.js` does).
"""

import re
from typing import Any
from urllib.parse import urlsplit

from markupsafe import escape

from widget_server.publish import summary
from widget_server.publish.compose import Document, filtered
from widget_server.publish.height import reserved
from widget_server.publish.phrases import Phrases
from widget_server.publish.query import Choices, Kind, Wanted, wanted
from widget_server.publish.words import speech

MAX_URL_CHARACTERS = 2_000
WIDTH = 800
"""CSS pixels; the frame itself is as wide as where it stands."""
LEAST_HEIGHT = 200
"""What WordPress gives a frame at least."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_NUMBER = re.compile(r"[0-9]{1,6}")


def page_at(url: str, site_url: str, choices: Choices) -> Wanted | None:
    """The page of ours at the absolute `url`, its query reduced to what we know; None if it isn't one."""
    if len(url) > MAX_URL_CHARACTERS or re.search(r"[\s\\\x00-\x1f]", url):
        return None
    try:
        asked, own = urlsplit(url), urlsplit(site_url)
        same = _origin(asked) == _origin(own) and "@" not in asked.netloc
    except ValueError:
        return None
    if not same or asked.path not in (str(Kind.PAGE), f"{Kind.PAGE}/"):
        return None
    found = wanted(Kind.PAGE, asked.query, choices)
    return None if found.missing == "location" else found


def rich(
    document: Document, page: Wanted, site_url: str, max_width: str | None = None, max_height: str | None = None
) -> dict[str, Any]:
    """The answer for `page` of the whole `document`. Limits are CSS pixels as they were sent; nonsense is no limit."""
    say = Phrases(speech(page.locale, document["workspace"]["locale"]))
    title = summary.title(document, page, say)
    shown = filtered(document, location=page.location, types=page.types, period=page.period)
    height = _within(reserved(shown), max_height, LEAST_HEIGHT)
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": summary.one_line(document["workspace"]["name"], summary.TITLE_CHARACTERS),
        "provider_url": site_url,
        "title": title,
        "width": _within(WIDTH, max_width, 1),
        "height": height,
        "html": _html(site_url + page.href, title, height),
    }


def _html(url: str, title: str, height: int) -> str:
    return (
        f'<blockquote class="wp-embedded-content"><a href="{escape(url)}">{escape(title)}</a></blockquote>'
        f'<iframe src="{escape(url)}" width="100%" height="{height}" title="{escape(title)}" frameborder="0" '
        'marginwidth="0" marginheight="0"></iframe>'
    )


def _within(value: int, limit: str | None, least: int) -> int:
    return max(least, min(value, int(limit))) if limit and _NUMBER.fullmatch(limit) else value


def _origin(parts: Any) -> tuple[str, str | None, int | None]:
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
