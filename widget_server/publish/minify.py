"""Our own script and styles, made small to travel; the sources stay as people read them.

`minify-go` is the Python face of tdewolff/minify: one wheel, no Node. It renames what only the script itself can see,
private `#members` too, and leaves strings and template texts alone, so the styles in the script are handled here.
"""

import re

import minify

_STYLES = re.compile(r"(?<=const STYLES = `)[^`]*")
_SHARED = re.compile(r"/\* shared: begin \*/(.*?)/\* shared: end \*/", re.DOTALL)


def script(source: str) -> str:
    """The script with its styles, both minified. Raises `ValueError` when either isn't valid."""
    with_styles = _STYLES.sub(lambda found: style(found[0]), source, count=1)
    return str(minify.string("text/javascript", with_styles))


def style(source: str) -> str:
    """A style sheet, minified. Raises `ValueError` when it isn't valid."""
    return str(minify.string("text/css", source))


def shared_styles(script_source: str) -> str:
    """The part of the script's styles that the hosted page has too. Raises `ValueError` when it isn't marked."""
    found = _SHARED.search(script_source)
    if found is None:
        raise ValueError("no styles are marked as shared")
    return found[1]
