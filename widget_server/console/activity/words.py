"""A deed as a sentence for the operator. Pure."""

from widget_server.store.activity import Deed


def sentence(deed: Deed) -> str:
    """What was written down; what was written down without words is told by its name: `key_rotated` → "Key rotated"."""
    if deed.detail:
        return deed.detail
    name = deed.kind.replace("_", " ").capitalize()
    return f"{name}: {deed.subject}." if deed.subject else f"{name}."
