"""Our own script and styles, made small to travel; the sources stay as people read them.

`minify-go` is the Python face of tdewolff/minify: one wheel, no Node. It renames what only the script itself can see,
private `#members` too, and leaves strings and template texts alone, so the styles in the script are handled here. So is
what it doesn't do and what is worth 60 bytes in brotli: short names for the styles' own custom properties, and `let`
for `const`, which does the same in a script that keeps to it.
"""

import re

import minify

_STYLES = re.compile(r"(?<=const STYLES = `)[^`]*")
_OWN_PROPERTY = re.compile(r"(?<![\w-])--(?!pricing-|pw-)[a-z][a-z-]*")
"""Without those that pages set (`--pricing-…`) and the workspace's (`--pw-…`)."""
_SHORT = "tesnoiarcdlu"
"""Letters that are frequent anyway, which compresses best."""
_CONST = re.compile(r"\bconst(?=[ \[{])")
_SHARED = re.compile(r"/\* shared: begin \*/(.*?)/\* shared: end \*/", re.DOTALL)


def script(source: str) -> str:
    """The script with its styles, both minified. Raises `ValueError` when either isn't valid."""
    with_styles = _STYLES.sub(lambda found: style(found[0]), source, count=1)
    return _CONST.sub("let", str(minify.string("text/javascript", _short_properties(with_styles))))


def _short_properties(source: str) -> str:
    """`--surface` → `--t`, the next `--e`: in the styles and where the script sets one."""
    names = dict.fromkeys(_OWN_PROPERTY.findall(source))
    short = {name: f"--{letter}" for name, letter in zip(names, _SHORT, strict=False)}
    return _OWN_PROPERTY.sub(lambda found: short.get(found[0], found[0]), source)


def style(source: str) -> str:
    """A style sheet, minified. Raises `ValueError` when it isn't valid."""
    return str(minify.string("text/css", source))


def shared_styles(script_source: str) -> str:
    """The part of the script's styles that the hosted page has too. Raises `ValueError` when it isn't marked."""
    found = _SHARED.search(script_source)
    if found is None:
        raise ValueError("no styles are marked as shared")
    return found[1]
