"""What it takes to put an override back that was withdrawn, as the operator's session holds it. Pure."""

from decimal import Decimal
from typing import Any

from widget_server.model import Json
from widget_server.store.overrides import Decision, Override


def packed(rate_id: int, was: Override) -> dict[str, Any]:
    """`was`, the override of `rate_id`, as plain JSON."""
    amount = None if was.decision.amount is None else str(was.decision.amount)
    decision = {"hidden": was.decision.hidden, "amount": amount, "note": was.decision.note}
    return {"rate": rate_id, "decision": decision, "made_over": was.made_over}


def unpacked(rate_id: int, held: dict[str, Any] | None) -> tuple[Decision, Json] | None:
    """The decision and the hub's price that it was made over; None when nothing, or another price's, is held."""
    if held is None or held["rate"] != rate_id:
        return None
    decision = held["decision"]
    amount = None if decision["amount"] is None else Decimal(decision["amount"])
    return Decision(decision["hidden"], amount, decision["note"]), held["made_over"]
