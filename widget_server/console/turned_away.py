"""Webhooks of a connection that are turned away for their access token, as a verdict. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from widget_server.console.verdict import Step, Tone, Verdict
from widget_server.model import RefusalReason
from widget_server.store.refusals import CLAIMED, UnheardFact

LASTS_AFTER = timedelta(minutes=5)
"""What is over sooner is no trouble."""


def known(unheard: Sequence[UnheardFact], now: datetime) -> Verdict | None:
    """Not at the first one: Syncaroo gets itself a new access token when one has expired."""
    lasting = [fact for fact in _lasting(unheard, now) if fact.reason not in CLAIMED]
    if not lasting:
        return None
    return Verdict(
        Tone.ACT, "Webhooks arrive but are turned away",
        f"{_REASONS[lasting[0].reason]} Open Syncaroo and connect this site again. Until then, changes of prices show "
        "later than they should.",
        Step.ADD_INTEGRATION, "Open Syncaroo",
    )  # fmt: skip


def said(unheard: Sequence[UnheardFact], now: datetime) -> Verdict | None:
    """After all that is known for sure: a stranger who names a connection must not hide it, nor send anybody off. Nor
    does a burst that was over before anybody could read of it."""
    lasting = [fact for fact in _lasting(unheard, now) if fact.last_at - fact.first_at >= LASTS_AFTER]
    if not lasting:
        return None
    return Verdict(
        Tone.LOOK, "Webhooks arrive without a good access token",
        f"{_REASONS[lasting[0].reason]} They name a connection of yours, but anybody can send such. Open Syncaroo and "
        "connect this site again if changes of prices don't show here.",
        Step.ADD_INTEGRATION, "Open Syncaroo",
    )  # fmt: skip


def _lasting(unheard: Sequence[UnheardFact], now: datetime) -> list[UnheardFact]:
    return [fact for fact in unheard if now - fact.first_at >= LASTS_AFTER]


_REASONS = {
    RefusalReason.NO_BEARER: "They carry no access token.",
    RefusalReason.UNKNOWN_BEARER: "This site never issued the access token that they carry.",
    RefusalReason.EXPIRED_BEARER: "Their access token has expired, and Syncaroo hasn't got itself a new one.",
    RefusalReason.REVOKED_BEARER: "Their access token was ended.",
    RefusalReason.OTHERS_BEARER: "They carry another connection's access token.",
}
