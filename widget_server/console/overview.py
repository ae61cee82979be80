"""From facts to a verdict: the one thing to do, and sentences for the rest. Pure, and English throughout."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from widget_server.console import turned_away
from widget_server.console.verdict import Step, Tone, Verdict
from widget_server.store.credentials import HubState
from widget_server.store.incidents import Trouble
from widget_server.store.overview import ConnectionFact, Facts

SLOW_AFTER = timedelta(minutes=5)
"""A delivery that waits longer than this without a known reason: nobody is working."""
KEYS_PAGE = "/console/settings/syncaroo/"


@dataclass(frozen=True)
class Terms:
    """What of the settings decides: credentials that are set, and when prices count as old."""

    can_connect: bool
    has_platform_client: bool
    hash_mode: str
    has_hash_secret: bool
    stale_after: timedelta


def judge(facts: Facts, terms: Terms, now: datetime) -> Verdict:
    """The most urgent thing, most urgent first; on the way there, the first step of the checklist that is open."""
    return (
        _lost(facts, terms)
        or _listings(facts)
        or _hub(facts, terms)
        or _integration(facts, terms)
        or _decisions(facts)
        or _worker(facts, now)
        or turned_away.known(facts.unheard, now)
        or _waiting_for_word(facts)
        or _outage(facts)
        or _stale(facts, terms, now)
        or turned_away.said(facts.unheard, now)
        or _all_is_well(facts)
    )


def _lost(facts: Facts, terms: Terms) -> Verdict | None:
    if facts.hub.state != HubState.NEEDS_RECONNECT or not terms.can_connect:
        return None
    return Verdict(
        Tone.ACT, "Reconnect to Syncaroo",
        "Syncaroo no longer accepts this site's access. Visitors keep seeing the last good prices; updates wait "
        "here and are worked off once you have reconnected.",
        Step.CONNECT, "Reconnect", trouble=Trouble.RECONNECT,
    )  # fmt: skip


def _hub(facts: Facts, terms: Terms) -> Verdict | None:
    if not terms.can_connect:
        return Verdict(
            Tone.NEXT, "Exchange keys with Syncaroo",
            "Copy this site's keys into Syncaroo's developer portal, and the client id and secret that the portal "
            "gives you into this site. Without them it can't ask Syncaroo for prices.",
            Step.SHOW, "Exchange keys", KEYS_PAGE,
        )  # fmt: skip
    if facts.hub.state != HubState.CONNECTED:
        return Verdict(
            Tone.NEXT, "Connect Syncaroo",
            "Let this site read your prices at Syncaroo. You log in there once and come back here.",
            Step.CONNECT, "Connect Syncaroo",
        )  # fmt: skip
    return None


def _listings(facts: Facts) -> Verdict | None:
    if facts.listings:
        return None
    return Verdict(
        Tone.NEXT, "Import your listings",
        "Tell this site which locations and resources you have: from a file with all of them, or by hand.",
        Step.SHOW, "Import listings", "/console/listings/import",
    )  # fmt: skip


def _integration(facts: Facts, terms: Terms) -> Verdict | None:
    if any(connection.connected_at for connection in facts.connections):
        return None
    if not terms.has_platform_client:
        return Verdict(
            Tone.NEXT, "Make a client secret for Syncaroo",
            "Syncaroo calls this site with a client id and a client secret: make them here, and enter them in "
            "Syncaroo's developer portal.",
            Step.SHOW, "Make the secret", KEYS_PAGE,
        )  # fmt: skip
    return Verdict(
        Tone.NEXT, "Add this site as an integration at Syncaroo",
        "Syncaroo then sends you here to approve, and from that moment on reports every change of a price.",
        Step.ADD_INTEGRATION, "Open Syncaroo",
    )  # fmt: skip


def _decisions(facts: Facts) -> Verdict | None:
    if facts.held:
        return Verdict(
            Tone.ACT, "Confirm what Syncaroo says is gone",
            "Syncaroo sent an empty list where this site has data. Nothing is removed before you say so.",
            Step.SHOW, "Decide", "#held", Trouble.HELD,
        )  # fmt: skip
    if facts.dead:
        count = sum(dead.count for dead in facts.dead)
        return Verdict(
            Tone.ACT, f"{_counted(count, 'update')} failed",
            f"{'It was' if count == 1 else 'They were'} tried eight times. See why, then try again.",
            Step.SHOW, "See what failed", "#failed", Trouble.FAILED,
        )  # fmt: skip
    return None


def _worker(facts: Facts, now: datetime) -> Verdict | None:
    oldest = facts.queue.oldest
    if oldest is None or now - oldest < SLOW_AFTER or facts.troubles:
        return None
    return Verdict(
        Tone.ACT, "Start the worker",
        "Updates have come in and nobody works them off. Run the worker, or check why it stopped:",
        Step.COMMAND, target="flask worker",
    )  # fmt: skip


def _waiting_for_word(facts: Facts) -> Verdict | None:
    if facts.unknown:
        return Verdict(
            Tone.LOOK, "Syncaroo names listings that aren't yours here",
            "Their updates can't be used. Import the listings, or correct the mapping at Syncaroo.",
            Step.SHOW, "See which", "#unknown",
        )  # fmt: skip
    if facts.pending:
        it = "it" if len(facts.pending) == 1 else "them"
        return Verdict(
            Tone.LOOK, f"{_counted(len(facts.pending), 'new listing')} to approve",
            f"Syncaroo reported {it}. Visitors see {it} once you approve.",
            Step.SHOW, "Have a look", "#pending",
        )  # fmt: skip
    return None


def _outage(facts: Facts) -> Verdict | None:
    if not facts.troubles:
        return None
    return Verdict(
        Tone.LOOK, "Some prices can't be fetched at the moment",
        "This site keeps trying; there is nothing to do. Visitors see the last good prices meanwhile.",
        Step.SHOW, "See why", "#troubles",
    )  # fmt: skip


def _stale(facts: Facts, terms: Terms, now: datetime) -> Verdict | None:
    if facts.synced_at is None:
        return Verdict(Tone.LOOK, "Waiting for the first prices", "Syncaroo sends them soon after connecting.")
    if now - facts.synced_at < terms.stale_after:
        return None
    return Verdict(
        Tone.ACT, "Prices haven't been confirmed for a while",
        "Nothing failed, so the worker is probably not running. Start it, or fetch everything now:",
        Step.COMMAND, target="flask sync --all", trouble=Trouble.STALE,
    )  # fmt: skip


def _all_is_well(facts: Facts) -> Verdict:
    return Verdict(
        Tone.GOOD, "All is well", f"{_counted(facts.public, 'listing')} visible to the public, prices in step."
    )


def hash_rule(connection: ConnectionFact, terms: Terms) -> str:
    """What the `hash` of a webhook of that connection decides now, as a sentence (PROTOCOL §3)."""
    if terms.hash_mode == "off":
        return "The hash of webhooks isn't checked."
    if not terms.has_hash_secret:
        return (
            "Every webhook is refused: no secret is set to check its hash with."
            if terms.hash_mode == "enforce"
            else "The hash of webhooks isn't checked: no secret is set."
        )
    if terms.hash_mode == "observe":
        return "A webhook with a wrong hash is accepted, and recorded as such."
    if terms.hash_mode == "enforce" or connection.hash_verified_at:
        return "A webhook with a wrong hash is refused."
    return "Once a webhook's hash has matched, one with a wrong hash is refused."


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
