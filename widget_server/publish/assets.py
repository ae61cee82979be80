"""The widget's own files, ready to be served: the script that websites include, and the hosted page's style sheet."""

import hashlib
from pathlib import Path

from widget_server.publish import minify
from widget_server.publish.variants import Body, Ready

ROOT = Path(__file__).parent.parent.parent
"""The folder that holds `embed.js` and `static/`."""
SCRIPT_PATH = "/embed.js"
STYLESHEET_PATH = "/static/widget.css"
STABLE_ADDRESS = "public, max-age=300, stale-while-revalidate=2592000, stale-if-error=2592000"
"""A new version reaches everybody within minutes, and an old one works on for 30 days while the site is away
(browsers go by stale-while-revalidate, CDNs by stale-if-error too)."""
CONTENT_ADDRESS = "public, max-age=31536000, immutable"
"""The address changes with the content."""


class Assets:
    """The files under `root`, minified and compressed once. The page's style sheet begins with the styles that it
    shares with the script, which are written there. Raises `OSError` when a file isn't there, `ValueError` when it
    can't be minified."""

    def __init__(self, root: Path = ROOT) -> None:
        source = (root / SCRIPT_PATH.lstrip("/")).read_text(encoding="utf-8")
        page = (root / STYLESHEET_PATH.lstrip("/")).read_text(encoding="utf-8")
        script = minify.script(source).encode()
        style = minify.style(minify.shared_styles(source) + page).encode()
        self._version = f"v={hashlib.sha256(style).hexdigest()[:16]}"
        self._script = Ready(Body(script, "text/javascript; charset=utf-8", STABLE_ADDRESS))
        self._style = Ready(Body(style, "text/css; charset=utf-8", STABLE_ADDRESS))
        self._versioned_style = Ready(Body(style, "text/css; charset=utf-8", CONTENT_ADDRESS))

    @property
    def stylesheet(self) -> str:
        """The style sheet's path and query; another one when the content is another."""
        return f"{STYLESHEET_PATH}?{self._version}"

    def find(self, path: str, query: str) -> Ready | None:
        """The file at `path`; None if it isn't one of these. Another version in `query` gets the file we have, but
        isn't told to keep it."""
        if path == SCRIPT_PATH:
            return self._script
        if path == STYLESHEET_PATH:
            return self._versioned_style if query == self._version else self._style
        return None
