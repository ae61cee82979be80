"""A delivery in words: what it was about, what became of it, how we answered. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus

from widget_server.inbox.batch import NAMES_NO_URL
from widget_server.model import DeliveryState, HashVerdict, Json, WebhookType
from widget_server.store.deliveries import Delivery, Verdict

KINDS = {"rates": "Prices", "resources": "Resources", "locations": "Locations", "status": "Opening status"}
"""What the operator can choose from; other attribute types are shown by their own name."""
LABELS = {
    Verdict.ACCEPTED: "Accepted",
    Verdict.DUPLICATE: "Duplicate",
    Verdict.WAITING: "Waiting",
    Verdict.IGNORED: "Ignored",
    Verdict.REFUSED: "Refused",
    Verdict.FAILED: "Failed",
}
TONES = {
    Verdict.ACCEPTED: "good",
    Verdict.DUPLICATE: "off",
    Verdict.WAITING: "wait",
    Verdict.IGNORED: "off",
    Verdict.REFUSED: "bad",
    Verdict.FAILED: "bad",
}
HASHES = {
    HashVerdict.VERIFIED: "right",
    HashVerdict.MISMATCH: "wrong: it doesn't belong to this body",
    HashVerdict.MISSING: "missing",
    HashVerdict.UNCHECKED: "not checked: no secret for it is set, or checking is off",
}
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What its sender was told: the HTTP status with its name, and why."""

    status: HTTPStatus
    text: str


def kind(delivery: Delivery) -> str:
    """`"Prices"`, `"Resources (new)"`, `"Opening status"`."""
    name = delivery.attribute_type or ""
    found = KINDS["status"] if delivery.type == WebhookType.STATUS else KINDS.get(name, name.capitalize() or "Data")
    return f"{found} ({delivery.action})" if delivery.action else found


def target(delivery: Delivery) -> str:
    """Our name of what it is about, else the identifier that it gives."""
    if delivery.resource_id is not None:
        return delivery.resource or f"Resource {delivery.resource_id}"
    return delivery.location or f"Location {delivery.location_id}"


def place(delivery: Delivery) -> str | None:
    """The location of a resource; None where the target is the location itself."""
    return (delivery.location or f"Location {delivery.location_id}") if delivery.resource_id is not None else None


def story(delivery: Delivery) -> str:
    """What came of it, in a sentence or two."""
    outcome = delivery.outcome or ""
    if delivery.verdict is Verdict.WAITING:
        now = "It is being fetched." if delivery.state is DeliveryState.CLAIMED else "It waits to be fetched."
        return f"{now} The last try failed: {outcome}" if outcome else now
    if delivery.verdict is Verdict.DUPLICATE:
        return f"Fetched together with delivery {delivery.first}: {outcome}"
    return outcome or "Nothing was recorded."


def tries(delivery: Delivery) -> int:
    """How often it was tried, failures that were its own and the success; 0 when nothing was to be fetched."""
    succeeded = delivery.state is DeliveryState.DONE and delivery.target_id is not None
    return delivery.attempts + int(succeeded)


def answer(delivery: Delivery) -> Answer:
    """How we answered, which follows from what was recorded (PROTOCOL §3, 'Answers').

    What was refused only after a look at its URL had been accepted before.
    """
    if delivery.state is not DeliveryState.REFUSED or delivery.target_id is not None:
        return Answer(HTTPStatus.ACCEPTED, "It was stored durably before it was answered.")
    if delivery.outcome == NAMES_NO_URL:
        return Answer(HTTPStatus.UNPROCESSABLE_ENTITY, "It doesn't say what to fetch.")
    return Answer(HTTPStatus.FORBIDDEN, "Its hash was not accepted.")


def duration(start: datetime, end: datetime) -> str:
    """`"0.4 s"`, `"12 s"`, `"3 min"`, `"2 h"`, `"5 days"`; a clock that was set back counts as no time."""
    span = max(end - start, timedelta())
    if span < 10 * SECOND:
        return f"{span / SECOND:.1f} s"
    if span < MINUTE:
        return f"{span // SECOND} s"
    if span < HOUR:
        return f"{span // MINUTE} min"
    return f"{span // HOUR} h" if span < DAY else f"{span // DAY} day{'' if span // DAY == 1 else 's'}"


def price(found: Json | None) -> str:
    """`"45.00 GBP per hour"` of one side of a price's change."""
    if found is None:
        return "none"
    amount, unit, count = found.get("amount"), found.get("unit"), found.get("unitCount") or 1
    if amount is None:
        return "on application"
    per = (
        ""
        if not unit
        else f" per {unit.replace('_', ' ')}"
        if count == 1
        else f" per {count} {unit.replace('_', ' ')}s"
    )
    who = f" per {found['per']}" if found.get("per") else ""
    return f"{amount} {found.get('currency') or ''}".strip() + who + per
