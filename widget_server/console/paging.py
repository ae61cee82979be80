"""Lists by pages: each goes on from the row where the last one ended, so that new rows shift nothing. Pure."""

from widget_server.store.types import LARGEST_ID

ROW_ID = f"int(max={LARGEST_ID})"
"""A row's number as part of a path; what is larger is no page."""


def position(text: str | None) -> int | None:
    """The row's number in an address such as `?before=42`; None for whatever is none."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > len(str(LARGEST_ID)):
        return None
    found = int(text)
    return found if found <= LARGEST_ID else None
