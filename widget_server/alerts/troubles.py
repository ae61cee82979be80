"""From facts to what the operator is alerted of. Pure, English.

The console's overview says more; here is only what needs a person and doesn't mend itself.
"""

from datetime import datetime, timedelta

from widget_server.store.credentials import HubState
from widget_server.store.incidents import Trouble
from widget_server.store.overview import Facts

TITLES = {
    Trouble.RECONNECT: "Reconnect to Syncaroo",
    Trouble.STALE: "Prices haven't been confirmed for a while",
    Trouble.FAILED: "Updates failed",
    Trouble.HELD: "Confirm what Syncaroo says is gone",
}


def troubles(facts: Facts, stale_after: timedelta, now: datetime) -> dict[Trouble, str]:
    """What is wrong now, each with a sentence or two of what it means and what to do."""
    found = {}
    if facts.hub.state == HubState.NEEDS_RECONNECT:
        found[Trouble.RECONNECT] = (
            "Syncaroo no longer accepts this site's access. Visitors keep seeing the last good prices; updates wait "
            "until you have reconnected in the console."
        )
    if (
        facts.hub.state != HubState.DISCONNECTED
        and facts.synced_at is not None
        and now - facts.synced_at >= stale_after
    ):
        found[Trouble.STALE] = (
            f"Prices were last confirmed on {facts.synced_at:%d %B %Y at %H:%M} UTC. Visitors still see them, and are "
            "told from when they are. The console says why."
        )
    if facts.dead:
        found[Trouble.FAILED] = "Some updates were tried eight times. See why in the console, and try them again there."
    if facts.held:
        found[Trouble.HELD] = (
            "Syncaroo sent an empty list where this site has data. Nothing is removed before you say so in the console."
        )
    return found
