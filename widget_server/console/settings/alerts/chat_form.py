"""The chat tool's address as a form: a secret, of which only the host is ever shown again. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from widget_server.config import Settings
from widget_server.console.settings.fields import plain_problem
from widget_server.hosts import is_loopback
from widget_server.site_settings import EDITABLE

URL = "alert_url"
LONGEST_URL = 2_000
"""Characters; those of Teams have some hundreds."""


def host_of(settings: Settings) -> str | None:
    """All of the address that is no secret."""
    return urlsplit(settings.alert_url).hostname if settings.alert_url else None


@dataclass(frozen=True)
class ChatForm:
    """The field as it came. Empty means: the address that is held."""

    url: str = field(default="", repr=False)

    @classmethod
    def from_fields(cls, posted: Mapping[str, str]) -> "ChatForm":
        """The form from posted fields."""
        return cls(posted.get(URL, "").strip())

    def problems(self, now: Settings) -> dict[str, str]:
        """Field → what would do; empty when all is well."""
        if not self.url:
            return {} if now.alert_url else {URL: "Paste the address that your chat tool gave you."}
        problem = plain_problem(self.url, LONGEST_URL) or _problem(self.url)
        return {URL: problem} if problem else {}

    def changes(self, now: Settings) -> dict[str, str]:
        """What to set, of a form without problems."""
        return {URL: self.url} if self.url and self.url != now.alert_url else {}

    @property
    def told(self) -> str:
        """The change as a sentence for the record, without the address."""
        return f"Changed alerts to a chat tool: an address at {urlsplit(self.url).hostname}."


def _problem(url: str) -> str | None:
    try:
        EDITABLE[URL].kind.parse(url)
    except ValueError:
        return "Give a whole address, such as https://chat.example.com/hooks/1."
    parts = urlsplit(url)
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        return "Use an address that begins with https: it is a secret, and http would show it on its way."
    return None
