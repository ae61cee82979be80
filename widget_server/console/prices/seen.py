"""From rates and what is published of them to what a page shows: what visitors see, or why they don't. Pure."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from widget_server.console.prices.wording import Wording
from widget_server.console.raw_json import readable
from widget_server.model import ListingStatus
from widget_server.publish.compose import Document
from widget_server.store import prices
from widget_server.store.price_list import PriceRow


@dataclass(frozen=True)
class Seen:
    """One rate. `public`: visitors' words, None with the reason in `why_not`; `hub`: what the hub says now.

    `currency` is the one that visitors read it in. `was` is the hub's price that an override was made over, if that
    is no longer the hub's; `unused`: a correction that doesn't fit the hub's price any more.
    """

    row: PriceRow
    name: str
    public: str | None
    why_not: str
    hub: str
    raw: str
    currency: str | None
    was: str | None = None
    corrected: str | None = None
    unused: bool = False

    @property
    def since(self) -> datetime | None:
        """Since when visitors read what they do: the operator's decision where it counts, else the source's change."""
        override = self.row.override
        return override.at if override and not self.unused else self.row.changed_at


def rates_of(document: Document, wanted: Collection[int]) -> dict[str, dict[str, Any]]:
    """Of the published rates those `wanted`, by identifier."""
    ids = {str(each) for each in wanted}
    places = document["locations"]
    return {
        rate["id"]: rate
        for place in places
        for room in place["resources"]
        for rate in room["rates"]
        if rate["id"] in ids
    }


def seen(row: PriceRow, published: Mapping[str, dict[str, Any]], wording: Wording) -> Seen:
    """What there is to say of `row`."""
    public, price, override = published.get(str(row.id)), prices.price(row.data), row.override
    currency = (public or {}).get("currency") or row.data.currency
    unused = override is not None and not override.is_used(row.data)
    changed = override is not None and override.has_hub_changed(row.data)
    corrected = None
    if override and not override.decision.hidden:
        terms = override.made_over
        shown_type = "from" if terms["priceType"] == "from" else "exact"
        amount = {"amount": str(override.decision.amount), "currency": terms["currency"] or currency}
        corrected = wording.price(terms | amount | {"priceType": shown_type})
    return Seen(
        row=row,
        name=row.data.name or "Price",
        public=wording.rate(public) if public else None,
        why_not=_why_not(row),
        hub=wording.price(price),
        raw=readable(row.raw),
        currency=currency,
        was=wording.price(override.made_over) if override and changed else None,
        corrected=corrected,
        unused=unused,
    )


def _why_not(row: PriceRow) -> str:
    """Why visitors don't see it, the most telling reason first."""
    if row.gone_at is not None:
        return "Gone: Syncaroo no longer has this price"
    if row.override and row.override.decision.hidden:
        return "Not shown"
    for thing, status in (("location", row.location_status), ("resource", row.resource_status)):
        if status != ListingStatus.ACTIVE:
            return f"Not shown: the {thing} is {status or 'not listed'}"
    if row.unmapped:
        return "Not shown: unmapped at Syncaroo"
    if row.data.valid_from or row.data.valid_to:
        return "Not shown: outside of its dates"
    return "Not shown: Syncaroo no longer has its place"
