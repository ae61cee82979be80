"""Words that an operator looks for, and the names that they are compared with. Pure.

Case is folded here and not by the database: SQLite folds ASCII alone and PostgreSQL by the collation that it was set up
with, so "ZÜRICH" would find "Zürich" on one machine and not on another. Nothing typed becomes a pattern, so `%` and
`_` are characters like any other.
"""

import unicodedata

LONGEST_SEARCH = 200
"""Characters of a search that are looked for."""


def folded(text: str) -> str:
    """`text` in one spelling: composed, without case. "STRASSE" and "Straße" are the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def wanted_words(typed: str | None) -> tuple[str, ...]:
    """What was typed as separate words, each once and folded; what can't be printed is a blank."""
    text = "".join(each if each.isprintable() else " " for each in (typed or "")[:LONGEST_SEARCH])
    return tuple(dict.fromkeys(folded(text).split()))
