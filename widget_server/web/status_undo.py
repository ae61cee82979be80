"""The change of a listing's status that was made last, to be undone at one click on the page that follows."""

from flask import session

from widget_server.model import ListingKind, ListingStatus

NAME = "listings_undo"
UNDOING = "undoing"
"""The field that says so: an undo isn't offered to be undone."""


def offer(kind: ListingKind, listing_id: str, before: ListingStatus) -> None:
    """The next page offers to make it `before` again."""
    session[NAME] = {"kind": kind, "id": listing_id, "status": before}


def offered(back: str) -> dict[str, str] | None:
    """What the form of the Undo sends to `listings.set_status`, once; `back` is where it leads. None: nothing."""
    held: dict[str, str] | None = session.pop(NAME, None)
    return held and {name: held[name] for name in ("kind", "id", "status")} | {"back": back, UNDOING: "1"}
