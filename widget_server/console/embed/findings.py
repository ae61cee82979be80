"""From a website's page to sentences: whether the prices are on it, and if not, what to do. Pure, English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, parse_qsl, urljoin, urlsplit

from widget_server.console.embed import page_parts
from widget_server.console.embed.content_policy import Policy, Wish, parsed, refusing, without_scripts
from widget_server.console.embed.fetching import FetchedPage
from widget_server.console.embed.page_parts import Mount, PageParts, Script
from widget_server.publish.query import Choices, types_asked_for

SCRIPT_PATH = re.compile(r"/embed(?:\.[0-9a-f]{16})?\.js")
PAGE_PATHS = ("/widget", "/widget/")
JAVASCRIPT_TYPES = frozenset({"", "module", "text/javascript", "application/javascript", "application/x-javascript"})
LONGEST_QUOTE = 160
DEFAULT_PORTS = {"http": 80, "https": 443}


class Tone(StrEnum):
    """`GOOD`: as it should be; `LOOK`: works, but; `BAD`: visitors don't see the prices because of it."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True)
class Finding:
    """One sentence or two."""

    tone: Tone
    text: str


@dataclass(frozen=True)
class Report:
    """`title` answers "is it on my page?", `findings` are what it rests on. `url`: the page, redirects followed."""

    tone: Tone
    title: str
    url: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Ours:
    """This site: its origin, what can be shown, where the pinned script is now, and who may frame the hosted page."""

    site_url: str
    choices: Choices
    pinned_path: str
    frame_origins: tuple[str, ...]


ON_IT, NOT_ON_IT, LIMITED = "The prices are on your page", "The prices aren't on your page yet", "Nearly there"
NOTHING = (
    Finding(Tone.BAD, "Neither the snippet nor a frame with your prices is in the page's HTML."),
    Finding(
        Tone.LOOK,
        "Did you save and publish the page, and empty the website's cache? What page builders and tag managers add by "
        "script, this check can't see: look at the page itself.",
    ),
)


def report(page: FetchedPage, ours: Ours) -> Report:
    """What `page` says."""
    found = tuple(_Look(page, ours).findings())
    if any(each.tone is Tone.BAD for each in found):
        return Report(Tone.BAD, NOT_ON_IT, page.url, found)
    works = any(each.tone is Tone.GOOD for each in found)
    return Report(Tone.GOOD if works else Tone.LOOK, ON_IT if works else LIMITED, page.url, found)


class _Look:
    """One look at one page."""

    def __init__(self, page: FetchedPage, ours: Ours) -> None:
        self._page = page
        self._ours = ours
        self._parts: PageParts = page_parts.read(page.html)
        self._policies: list[Policy] = parsed((*page.policies, *self._parts.policies))
        self._own = urlsplit(ours.site_url)

    def findings(self) -> Iterator[Finding]:
        scripts = [(each, url) for each in self._parts.scripts if (url := self._url(each.src)) and _is_script(url)]
        own = [(each, url) for each, url in scripts if self._is_own(url)]
        frames = [url for each in self._parts.frames if (url := self._url(each)) and url.path in PAGE_PATHS]
        own_frames = [each for each in frames if self._is_own(each)]
        if own or self._parts.mounts:
            yield from self._snippet(own, [url for _, url in scripts if not self._is_own(url)])
        for frame in own_frames:
            yield from self._frame(frame)
        if not (own or self._parts.mounts or own_frames):
            yield from self._instead(frames)
        if self._page.is_cut:
            yield Finding(Tone.LOOK, "The page is larger than 2 MB; only its beginning was looked at.")

    def _snippet(self, own: list[tuple[Script, SplitResult]], others: list[SplitResult]) -> Iterator[Finding]:
        mounts = self._parts.mounts
        if own:
            yield from self._script(*own[0], good=bool(mounts))
        elif others:
            yield self._old(others[0])
        else:
            yield Finding(
                Tone.BAD,
                "The place for the prices is there, but the script isn't: many editors drop it. Add the line with "
                "<script …> too, as an administrator or in the page's footer, or use the frame instead.",
            )
        if not mounts:
            yield Finding(
                Tone.BAD,
                "The script is there, but no place for the prices: put the line with data-pricing-widget where they "
                "should appear.",
            )
        for mount in mounts:
            yield from self._mount(mount)

    def _script(self, script: Script, url: SplitResult, *, good: bool) -> Iterator[Finding]:
        problems = list(self._script_problems(script, url))
        yield from problems
        if good and not problems:
            yield Finding(Tone.GOOD, f"The script is there: {url.geturl()}.")

    def _script_problems(self, script: Script, url: SplitResult) -> Iterator[Finding]:
        if script.type not in JAVASCRIPT_TYPES:
            yield Finding(
                Tone.BAD,
                f"The script is held back (type “{_quote(script.type)}”), by a cookie banner, it seems. It sets none: "
                "call it necessary there.",
            )
        if url.scheme == "http" and self._page.url.startswith("https:"):
            yield Finding(Tone.BAD, "The script's address begins with http: browsers refuse it on an https page.")
        if script.integrity and url.path not in (self._ours.pinned_path,):
            yield Finding(Tone.BAD, "The script is pinned to another version than this site's: copy the snippet anew.")
        if without_scripts(self._policies):
            yield Finding(Tone.BAD, "The page's content security policy allows no scripts at all (sandbox).")
        yield from self._refused("script", url.geturl(), "the script", script.nonce)
        yield from self._refused("connect", f"{self._ours.site_url}/widget.json", "its request for the prices")

    def _refused(self, kind: str, url: str, what: str, nonce: str | None = None) -> Iterator[Finding]:
        directive = refusing(self._policies, Wish(kind, url, self._page.url, nonce))
        if directive is not None:
            name = directive.partition(" ")[0]
            wanted = {"script": "script-src", "connect": "connect-src", "frame": "frame-src"}[kind]
            yield Finding(
                Tone.BAD,
                f"The page's content security policy refuses {what} ({_quote(directive)}): add {self._ours.site_url} "
                f"to {wanted if name == 'default-src' else name}.",
            )

    def _mount(self, mount: Mount) -> Iterator[Finding]:
        yield from self._options(mount.options, "A widget")

    def _options(self, options: dict[str, str], what: str) -> Iterator[Finding]:
        told = ", ".join(f"{name} {_quote(value)}" for name, value in options.items()) or "everything"
        location, type = options.get("location"), options.get("type", "")
        asked = types_asked_for([type])
        unknown = asked - set(self._ours.choices.types)
        if location and location not in self._ours.choices.locations:
            yield Finding(
                Tone.LOOK, f"{what} asks for location {_quote(location)}, which isn't public here: nothing to show."
            )
        elif asked and asked == unknown:
            yield Finding(Tone.LOOK, f"{what} asks for type {_quote(type)}, which no listing has now: nothing to show.")
        else:
            yield Finding(Tone.GOOD, f"{what} shows {told}.")
            if unknown:
                types = _quote(", ".join(sorted(unknown)))
                yield Finding(Tone.LOOK, f"It asks for type {types} too, which no listing has now.")

    def _frame(self, frame: SplitResult) -> Iterator[Finding]:
        problems = list(self._refused("frame", frame.geturl(), "the frame"))
        origins = self._ours.frame_origins
        if "*" not in origins and _origin(urlsplit(self._page.url)) not in [
            _origin(urlsplit(each)) for each in origins
        ]:
            problems.append(
                Finding(
                    Tone.BAD, "Your settings don't let this website frame the prices: add it to the allowed origins."
                )
            )
        yield from problems
        if not problems:
            options = {name: value for name, value in parse_qsl(frame.query) if name in page_parts.OPTIONS}
            yield from self._options(options, "A frame")

    def _instead(self, frames: list[SplitResult]) -> Iterator[Finding]:
        links = [url for each in self._parts.links if (url := self._url(each))]
        if self._parts.has_text:
            yield Finding(
                Tone.BAD,
                "The snippet stands on the page as text. Paste it in the editor's HTML view or a Custom HTML block.",
            )
        elif frames:
            yield self._old(frames[0])
        elif any(self._is_own(each) and each.path in PAGE_PATHS for each in links):
            yield Finding(
                Tone.LOOK, "Only a link to the page with your prices is there. That works, but shows no prices."
            )
        else:
            yield from NOTHING

    def _old(self, url: SplitResult) -> Finding:
        there = _quote(f"{url.scheme}://{url.netloc}")
        return Finding(
            Tone.BAD,
            f"The page shows prices from {there}, not from this site ({self._ours.site_url}). If you moved, copy the "
            "snippet anew.",
        )

    def _url(self, written: str) -> SplitResult | None:
        """Absolute, as a browser would ask for it; None for what is no address."""
        try:
            base = urljoin(self._page.url, self._parts.base or "")
            found = urlsplit(urljoin(base, written))
            return found if found.scheme in DEFAULT_PORTS and _origin(found)[1] else None
        except ValueError:
            return None

    def _is_own(self, url: SplitResult) -> bool:
        return _origin(url)[1:] == _origin(self._own)[1:] or (
            url.hostname == self._own.hostname and {url.port, self._own.port} == {None}
        )


def _is_script(url: SplitResult) -> bool:
    return SCRIPT_PATH.fullmatch(url.path) is not None


def _origin(url: SplitResult) -> tuple[str, str | None, int | None]:
    return url.scheme, url.hostname, url.port or DEFAULT_PORTS.get(url.scheme)


def _quote(text: str) -> str:
    return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
