"""The console's sections in the order in which the navigation shows them. Pure."""

from typing import NamedTuple


class Section(NamedTuple):
    """`endpoint` is the section's first page; the name of its blueprint says which pages belong to it."""

    label: str
    endpoint: str

    def holds(self, blueprint: str | None) -> bool:
        """Whether a page of `blueprint` belongs to this section."""
        return self.endpoint.partition(".")[0] == blueprint


SECTIONS = (
    Section("Overview", "console.overview"),
    Section("Activity", "activity.index"),
)
