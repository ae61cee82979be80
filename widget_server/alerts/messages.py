"""What an alert says: as an e-mail and as JSON for chat tools. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Protocol
from urllib.parse import urlsplit

from widget_server.alerts.troubles import TITLES
from widget_server.store.incidents import Trouble

LONGEST_NAME = 80
"""Characters of the workspace's name in a subject."""


class Message(Protocol):
    """What a channel can tell. `facts` are for programs."""

    @property
    def workspace(self) -> str: ...

    @property
    def site_url(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def facts(self) -> dict[str, str]: ...


@dataclass(frozen=True)
class Trial:
    """A message that only shows that messages arrive."""

    workspace: str
    site_url: str
    at: datetime

    title = "A test of your alerts"
    text = "Alerts arrive here. There is nothing to do: you asked for this message in the console."

    @property
    def facts(self) -> dict[str, str]:
        """As those of an alert."""
        return {"event": "test", "kind": "test", "since": _instant(self.at)}


@dataclass(frozen=True)
class Alert:
    """One thing to tell: that `trouble` began at `since`, or, when `is_over`, that it has ended."""

    workspace: str
    site_url: str
    trouble: Trouble
    detail: str
    since: datetime
    is_over: bool

    @property
    def title(self) -> str:
        """ "Reconnect to Syncaroo", "Over: Reconnect to Syncaroo"."""
        return f"Over: {TITLES[self.trouble]}" if self.is_over else TITLES[self.trouble]

    @property
    def text(self) -> str:
        """What to do, or that there is nothing to do any more."""
        began = f"{self.since.astimezone(UTC):%d %B %Y, %H:%M} UTC"
        if self.is_over:
            return f"This is over, and there is nothing to do any more. It began on {began}."
        return f"{self.detail}\n\nSince {began}. You get one more message when it is over."

    @property
    def facts(self) -> dict[str, str]:
        """What programs decide by."""
        event = "over" if self.is_over else "opened"
        return {"event": event, "kind": str(self.trouble), "since": _instant(self.since)}


def email(alert: Message, sender: str, to: str, now: datetime) -> EmailMessage:
    """Raises ValueError for addresses that can't stand in a header."""
    message = EmailMessage()
    message["Subject"] = f"[{_one_line(alert.workspace)}] {alert.title}"
    message["From"], message["To"] = sender, to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=urlsplit(alert.site_url).hostname)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: so that no absence note answers
    message.set_content(f"{alert.text}\n\n{console(alert)}\n")
    return message


def payload(alert: Message) -> dict[str, str]:
    """`text` is what Slack, Mattermost, Teams and Google Chat show, `content` what Discord does; the rest is for
    programs."""
    text = f"{_one_line(alert.workspace)}: {alert.title}\n{alert.text}\n{console(alert)}"
    return {
        "text": text,
        "content": text,
        "title": alert.title,
        "workspace": alert.workspace,
        **alert.facts,
        "url": console(alert),
    }


def console(alert: Message) -> str:
    """Where to go."""
    return f"{alert.site_url}/console/"


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_NAME]
