"""All files that visitors' browsers load from us: the widget's own, the hosted page's script, and the script pinned."""

import base64
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from widget_server.publish.assets import CONTENT_ADDRESS, ROOT, SCRIPT_PATH, STABLE_ADDRESS, Assets
from widget_server.publish.page import PageFiles
from widget_server.publish.variants import Body, Ready

PAGE_SCRIPT_PATH = "/static/widget-page.js"
JAVASCRIPT = "text/javascript; charset=utf-8"
_PINNED = re.compile(r"/embed\.[0-9a-f]{16}\.js")


@dataclass(frozen=True)
class PinnedScript:
    """The script at an address that changes with it. `integrity` is for the attribute of that name (W3C SRI)."""

    path: str
    integrity: str


class PublicFiles:
    """`assets` and what is made of them, by path. Raises `OSError` when a file isn't there."""

    def __init__(self, assets: Assets, root: Path = ROOT) -> None:
        self._assets = assets
        served = _content(assets)
        self.pinned = PinnedScript(f"/embed.{_digest(served)}.js", _integrity(served))
        page_script = (root / PAGE_SCRIPT_PATH.lstrip("/")).read_bytes()
        self._page_script_version = f"v={_digest(page_script)}"
        self.page = PageFiles(assets.stylesheet, f"{PAGE_SCRIPT_PATH}?{self._page_script_version}")
        self._pinned = Ready(Body(served, JAVASCRIPT, CONTENT_ADDRESS))
        self._page_script = Ready(Body(page_script, JAVASCRIPT, STABLE_ADDRESS))
        self._versioned_page_script = Ready(Body(page_script, JAVASCRIPT, CONTENT_ADDRESS))

    def find(self, path: str, query: str) -> Ready | None:
        """The file at `path`; None if it isn't one of these.

        An address of an older version gets the file we have, but isn't told to keep it: a page that doesn't check
        works on, and one with an `integrity` of then falls back to its own link.
        """
        if path == PAGE_SCRIPT_PATH:
            return self._versioned_page_script if query == self._page_script_version else self._page_script
        if path == self.pinned.path:
            return self._pinned
        return self._assets.find(SCRIPT_PATH if _PINNED.fullmatch(path) else path, query)


def _content(assets: Assets) -> bytes:
    """The script's bytes as they are served, uncompressed."""
    script = assets.find(SCRIPT_PATH, "")
    if script is None:
        raise FileNotFoundError(SCRIPT_PATH)
    return script.answer("GET", None, None).body


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _integrity(content: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"
