"""The ways to tell an operator that the settings describe."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from widget_server.alerts import chat, mail
from widget_server.alerts.messages import Message
from widget_server.alerts.outside import GIVEN, TYPED_CHAT, TYPED_MAIL, Outside
from widget_server.config import Settings
from widget_server.network import pools

EMAIL, WEBHOOK = "email", "webhook"
NAMES = (EMAIL, WEBHOOK)
"""All channels that there are. Stable: they are stored."""
SHOWN = {EMAIL: "E-mail", WEBHOOK: "Chat tool"}

Channel = Callable[[Message, datetime], None]
"""Tells a message, as of now; raises `AlertNotSent`, whose text names no secret."""

Channels = Callable[[Settings], dict[str, Channel]]
"""Makes the ways to tell, by name, of what holds now."""


def configured(
    settings: Settings, typed_mail: Outside = TYPED_MAIL, typed_chat: Outside = TYPED_CHAT
) -> dict[str, Channel]:
    """Name → channel, for those that the settings describe wholly. `typed_…`: how far what isn't the environment's
    may reach."""
    found: dict[str, Channel] = {}
    smtp_url, to, alert_url = settings.smtp_url, settings.alert_email, settings.alert_url
    if smtp_url and to:
        by_mail = GIVEN if _is_given(settings, "smtp_url", smtp_url, mail.port_of) else typed_mail
        found[EMAIL] = lambda message, now: mail.by_email(smtp_url, to, message, now, by_mail)
    if alert_url:
        by_chat = GIVEN if _is_given(settings, "alert_url", alert_url, pools.port_of) else typed_chat
        found[WEBHOOK] = lambda message, _now: chat.by_webhook(alert_url, message, by_chat)
    return found


def _is_given(settings: Settings, name: str, url: str, port_of: Callable[[SplitResult], int]) -> bool:
    """Whether the environment's own value leads to the same host and port as `url`."""
    given = settings.given.get(name)
    if given is None:
        return False
    theirs, ours = urlsplit(given), urlsplit(url)
    return theirs.hostname == ours.hostname and port_of(theirs) == port_of(ours)
