"""What the operator pastes into a website: one snippet for nearly everybody, and its variants. Pure."""

from dataclasses import dataclass
from html import escape

from widget_server.publish.public_files import PinnedScript
from widget_server.publish.query import Kind, Wanted

LINK = '<a href="{page}">See our prices</a>'
SCRIPT = '<script async src="{site}/embed.js"></script>'
DIV = f'<div data-pricing-widget{{data}} style="min-height:{{height}}px">{LINK}</div>\n'
"""The space is reserved by the snippet itself, so that the page around it doesn't jump."""
EVERYTHING = Wanted(Kind.PAGE)


@dataclass(frozen=True)
class Snippet:
    """`html` to copy; `title` and `note` say for whom it is. `id` is its name on the page."""

    id: str
    title: str
    note: str
    html: str


USUAL = DIV + SCRIPT
VARIANTS = (
    Snippet(
        "snippet-element", "As an element", "The same, for pages whose editor knows no data- attributes.",
        f'<pricing-widget{{attributes}} style="min-height:{{height}}px">{LINK}</pricing-widget>\n{SCRIPT}',
    ),
    Snippet(
        "snippet-class", "For a strict content security policy",
        "Where the policy refuses style attributes: put the first line into your own style sheet.",
        ".our-prices {{ min-height: {height}px; }}\n\n"
        f'<div data-pricing-widget{{data}} class="our-prices">{LINK}</div>\n{SCRIPT}',
    ),
    Snippet(
        "snippet-pinned", "With the script pinned",
        "Browsers run exactly this version. Copy it again after each update of this site: until then, visitors get the "
        "link.",
        f'{DIV}<script async src="{{site}}{{pinned.path}}" integrity="{{pinned.integrity}}" '
        'crossorigin="anonymous"></script>',
    ),
    Snippet(
        "snippet-frame", "As a frame", "Where scripts aren't allowed at all.",
        '<iframe src="{page}" title="Our prices" width="100%" height="{height}" loading="lazy" '
        'frameborder="0"></iframe>',
    ),
    Snippet(
        "snippet-address", "In WordPress",
        "Paste the address on a line of its own; no plugin is needed. An administrator can also paste the snippet into "
        "a Custom HTML block: the prices then take the look of the page.",
        "{address}",
    ),
)  # fmt: skip


def usual(site_url: str, height: int, shown: Wanted = EVERYTHING) -> str:
    """The HTML for nearly everybody, with `height` CSS pixels kept free for what `shown` names."""
    return USUAL.format(**_holes(site_url, height, shown))


def variants(site_url: str, height: int, pinned: PinnedScript, shown: Wanted = EVERYTHING) -> list[Snippet]:
    """The other ways, filled in."""
    holes = _holes(site_url, height, shown)
    return [Snippet(each.id, each.title, each.note, each.html.format(**holes, pinned=pinned)) for each in VARIANTS]


def _holes(site_url: str, height: int, shown: Wanted) -> dict[str, str]:
    """`page` is for an attribute, `address` to be pasted as it is."""
    address = site_url + shown.href
    options = [f'{name}="{escape(value)}"' for name, value in shown.fields.items()]
    return {
        "site": site_url,
        "height": str(height),
        "address": address,
        "page": escape(address),
        "attributes": "".join(f" {each}" for each in options),
        "data": "".join(f" data-{each}" for each in options),
    }
