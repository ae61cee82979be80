"""The change of a listing's status that was made last, to be undone at one click on the page that follows."""

from flask import session

from widget_server.model import ListingKind, ListingStatus

NAME = "listings_undo"
UNDOING = "undoing"
"""The field that says so, and which status it undoes: what somebody else has made of it since stays. An undo isn't
offered to be undone."""


def offer(kind: ListingKind, listing_id: str, before: ListingStatus, made: ListingStatus) -> None:
    """The next page offers to make what is `made` now `before` again."""
    session[NAME] = {"kind": kind, "id": listing_id, "status": before, UNDOING: made}


def offered(back: str) -> dict[str, str] | None:
    """What the form of the Undo sends to `listings.set_status`, once; `back` is where it leads. None: nothing."""
    held: dict[str, str] | None = session.pop(NAME, None)
    if held is None or UNDOING not in held:
        return None
    return {name: held[name] for name in ("kind", "id", "status")} | {"back": back, UNDOING: held[UNDOING]}
