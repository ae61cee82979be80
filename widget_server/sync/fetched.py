"""What one fetch brought, and what applying it came to."""

from dataclasses import dataclass, field

from widget_server.model import Listing
from widget_server.store.places import Stamp
from widget_server.store.targets import TargetKey
from widget_server.sync.reading import Reading


@dataclass(frozen=True)
class Fetched:
    """A target's reading, with when its fetch began.

    `location` is the listing that the target names; `newest_delivery` the newest one received before the fetch began
    (whatever it says is older than these items), `hinted_by` the newest of those that asked for this fetch (0: the
    sweep did). `currency` is the operator's. `confirmed_empty`: an empty set is meant.
    """

    key: TargetKey
    reading: Reading
    stamp: Stamp
    location: Listing
    newest_delivery: int
    hinted_by: int
    currency: str | None
    confirmed_empty: bool = False


@dataclass
class Applied:
    """What came of it: `changed` rows that visitors may see, `quarantined` reasons, `held` rows kept against an empty
    set, `notes` for the operator."""

    changed: int = 0
    quarantined: list[str] = field(default_factory=list)
    held: int = 0
    notes: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """One line for the operator."""
        if self.held:
            what = "nothing that can be read" if self.quarantined else "an empty set"
            return f"The hub sent {what} where {self.held} exist: kept until you confirm."
        parts = [f"{self.changed} changed" if self.changed else "Nothing had changed", *self.notes]
        if self.quarantined:
            parts.append(f"{len(self.quarantined)} not taken over ({self.quarantined[0]})")
        return "; ".join(parts) + "."
