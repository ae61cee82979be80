"""What an alert says: as an e-mail and as JSON for chat tools. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import urlsplit

from widget_server.alerts.troubles import TITLES, Trouble

LONGEST_NAME = 80
"""Characters of the workspace's name in a subject."""


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


def email(alert: Alert, sender: str, to: str, now: datetime) -> EmailMessage:
    """Raises ValueError for addresses that can't stand in a header."""
    message = EmailMessage()
    message["Subject"] = f"[{_one_line(alert.workspace)}] {alert.title}"
    message["From"], message["To"] = sender, to
    message["Date"] = format_datetime(now)
    message["Message-ID"] = make_msgid(domain=urlsplit(alert.site_url).hostname)
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: so that no absence note answers
    message.set_content(f"{alert.text}\n\n{console(alert)}\n")
    return message


def payload(alert: Alert) -> dict[str, str]:
    """`text` is what Slack, Mattermost, Teams and Google Chat show, `content` what Discord does; the rest is for
    programs."""
    text = f"{_one_line(alert.workspace)}: {alert.title}\n{alert.text}\n{console(alert)}"
    return {
        "text": text,
        "content": text,
        "event": "over" if alert.is_over else "opened",
        "kind": str(alert.trouble),
        "title": alert.title,
        "since": alert.since.astimezone(UTC).isoformat(timespec="seconds"),
        "workspace": alert.workspace,
        "url": console(alert),
    }


def console(alert: Alert) -> str:
    """Where to go."""
    return f"{alert.site_url}/console/"


def _one_line(text: str) -> str:
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())[:LONGEST_NAME]
