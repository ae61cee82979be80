"""Webhooks that were turned away, in words: why, and what the operator can do. Pure, and English throughout."""

from collections.abc import Mapping
from typing import Any

from widget_server.console.deliveries.choosing import searched
from widget_server.console.deliveries.words import KINDS
from widget_server.model import RefusalReason
from widget_server.store.refusals import Known, Wanted

LABELS = {
    RefusalReason.NO_BEARER: "No access token",
    RefusalReason.UNKNOWN_BEARER: "Unknown access token",
    RefusalReason.EXPIRED_BEARER: "Expired access token",
    RefusalReason.REVOKED_BEARER: "Ended access token",
    RefusalReason.OTHERS_BEARER: "Another connection's access token",
    RefusalReason.OTHERS_LISTING: "Another connection's listing",
    RefusalReason.UNKNOWN_CONNECTION: "Unknown connection",
    RefusalReason.NOT_SENT_AS_JSON: "Not sent as JSON",
    RefusalReason.NOT_JSON: "Not readable",
    RefusalReason.TOO_LARGE: "Too large",
    RefusalReason.WRONG_FIELD: "A field is missing or wrong",
}
SENDERS = {"known": "Your connections", "unknown": "Strangers"}
NOT_A_WEBHOOK = "Nothing to do here: tell Syncaroo's support what stands on this page."
ADVICE = {
    RefusalReason.NO_BEARER: "It names your connection and carries no access token, so anybody can have sent it. If "
    "webhooks stay away, connect again at Syncaroo.",
    RefusalReason.UNKNOWN_BEARER: "It names your connection, but this site never issued its access token. If webhooks "
    "stay away, connect again at Syncaroo.",
    RefusalReason.EXPIRED_BEARER: "Syncaroo's access token had expired. It gets a new one by itself; if this goes on, "
    "connect again at Syncaroo.",
    RefusalReason.REVOKED_BEARER: "Syncaroo's access token was ended: somebody disconnected or connected anew, or an "
    "old one was used twice. If webhooks stay away, connect again at Syncaroo.",
    RefusalReason.OTHERS_BEARER: "Syncaroo mixes two of your connections up. Connect both again at Syncaroo if this "
    "goes on.",
    RefusalReason.OTHERS_LISTING: "Another of your connections syncs that listing. To move it, connect again at "
    "Syncaroo and tick it.",
    RefusalReason.UNKNOWN_CONNECTION: "It names a connection that was never made here. Connect it at Syncaroo, or "
    "remove it there.",
    RefusalReason.NOT_SENT_AS_JSON: NOT_A_WEBHOOK,
    RefusalReason.NOT_JSON: NOT_A_WEBHOOK,
    RefusalReason.TOO_LARGE: NOT_A_WEBHOOK,
    RefusalReason.WRONG_FIELD: NOT_A_WEBHOOK,
}
STRANGERS = {
    RefusalReason.NO_BEARER: "Somebody sent it without an access token, as programs do that search the internet for "
    "weak spots. Nothing to do.",
    RefusalReason.UNKNOWN_BEARER: "It names none of your connections, and this site never issued its access token. "
    "Nothing to do.",
}


def advice(found: Known) -> str:
    """What it means, and what to do."""
    if found.connection_id is None and found.reason in STRANGERS:
        return STRANGERS[found.reason]
    return ADVICE[found.reason]


def about(found: Known) -> str | None:
    """What it was about, as far as it says: `"Prices: Thames Room, London"`."""
    location = found.location_id and (found.location or f"Location {found.location_id}")
    resource = found.resource_id and (found.resource or f"Resource {found.resource_id}")
    place = ", ".join(each for each in (resource, location) if each)
    kind = found.kind and KINDS.get(found.kind, found.kind.capitalize())
    return ": ".join(each for each in (kind, place) if each) or None


def wanted(fields: Mapping[str, str]) -> Wanted:
    """What the form's fields ask for; what they can't mean is as if it weren't there."""
    reason, sender = fields.get("reason"), fields.get("sender")
    return Wanted(
        reason=RefusalReason(reason) if reason in list(RefusalReason) else None,
        known={"known": True, "unknown": False}.get(sender or ""),
        text=searched(fields.get("text")),
    )


def fields_of(chosen: Wanted) -> dict[str, Any]:
    """The other way round, for the addresses of further pages."""
    sender = None if chosen.known is None else "known" if chosen.known else "unknown"
    found = {"reason": chosen.reason, "sender": sender, "text": chosen.text}
    return {name: str(value) for name, value in found.items() if value is not None}


def choices() -> dict[str, dict[str, str]]:
    """What each list of the form offers, value → label."""
    return {"reason": {reason.value: label for reason, label in LABELS.items()}, "sender": SENDERS}
