"""The console's sections in the order in which the navigation shows them. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """`endpoint` is the section's first page; all pages of the same blueprint belong to the section."""

    label: str
    endpoint: str

    @property
    def blueprint(self) -> str:
        """The name of the blueprint: `"deliveries.index"` → `"deliveries"`."""
        return self.endpoint.partition(".")[0]


SECTIONS = (
    Section("Overview", "console.overview"),
    Section("Listings", "listings.index"),
    Section("Prices", "prices.index"),
    Section("Deliveries", "deliveries.index"),
    Section("Embed", "embed.index"),
    Section("Settings", "settings.index"),
    Section("Activity", "activity.index"),
)
"""Overview, Listings, Prices, Deliveries, Embed, Settings, Activity: those that there are."""
