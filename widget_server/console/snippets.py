"""What the operator pastes into a website: one snippet for nearly everybody, and its variants. Pure."""

from dataclasses import dataclass, replace
from html import escape

from widget_server.publish.public_files import PinnedScript
from widget_server.publish.query import Kind, Wanted

LINK = '<a href="{page}">See our prices</a>'
SCRIPT = '<script async src="{site}/embed.js"></script>'
DIV = f'<div data-pricing-widget{{data}} style="{{style}}">{LINK}</div>\n'
"""The space is reserved by the snippet itself, so that the page around it doesn't jump."""
EVERYTHING = Wanted(Kind.PAGE)


@dataclass(frozen=True)
class Snippet:
    """`html` to copy; `title` and `note` say for whom it is. `id` is its name on the page. `takes_accent`: a colour of
    its own can be written into it."""

    id: str
    title: str
    note: str
    html: str
    takes_accent: bool = True


USUAL = DIV + SCRIPT
VARIANTS = (
    Snippet(
        "snippet-element", "As an element", "The same, for pages whose editor knows no data- attributes.",
        f'<pricing-widget{{attributes}} style="display:block;{{style}}">{LINK}</pricing-widget>\n{SCRIPT}',
    ),
    Snippet(
        "snippet-class", "For a strict content security policy",
        "Where the policy refuses style attributes: put the first line into your own style sheet.",
        ".our-prices {{ {rules}; }}\n\n"
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
        takes_accent=False,
    ),
    Snippet(
        "snippet-address", "In WordPress",
        "Paste the address on a line of its own; no plugin is needed. An administrator can also paste the snippet into "
        "a Custom HTML block: the prices then take the look of the page.",
        "{address}",
        takes_accent=False,
    ),
)  # fmt: skip
WITHOUT_ACCENT = "As a frame it has the accent colour of your settings, not the one that you chose here."


def usual(site_url: str, height: int, shown: Wanted = EVERYTHING, accent: str | None = None) -> str:
    """The HTML for nearly everybody, with `height` CSS pixels kept free for what `shown` names. `accent` is a colour
    ("#rrggbb") of this widget's own."""
    return USUAL.format(**_holes(site_url, height, shown, accent))


def variants(
    site_url: str, height: int, pinned: PinnedScript, shown: Wanted = EVERYTHING, accent: str | None = None
) -> list[Snippet]:
    """The other ways, filled in; those that can't have a colour of their own say so when there is one."""
    holes = _holes(site_url, height, shown, accent)
    return [
        replace(
            each,
            note=each.note if each.takes_accent or accent is None else f"{each.note} {WITHOUT_ACCENT}",
            html=each.html.format(**holes, pinned=pinned),
        )
        for each in VARIANTS
    ]


def _holes(site_url: str, height: int, shown: Wanted, accent: str | None) -> dict[str, str]:
    """`page` is for an attribute, `address` to be pasted as it is; `style` are `rules` as an attribute's value."""
    rules = [("min-height", f"{height}px"), *([("--pricing-accent", accent)] if accent else [])]
    address = site_url + shown.href
    options = [f'{name}="{escape(value)}"' for name, value in shown.fields.items()]
    return {
        "site": site_url,
        "height": str(height),
        "style": ";".join(f"{name}:{value}" for name, value in rules),
        "rules": "; ".join(f"{name}: {value}" for name, value in rules),
        "address": address,
        "page": escape(address),
        "attributes": "".join(f" {each}" for each in options),
        "data": "".join(f" data-{each}" for each in options),
    }
