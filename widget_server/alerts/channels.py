"""How an alert leaves the site: by SMTP, or as a POST. Each raises `AlertNotSent`, whose text names no secret."""

import smtplib
import ssl
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from http import HTTPStatus
from urllib.parse import SplitResult, unquote, urlsplit

import requests

from widget_server.alerts.messages import Alert, email, payload
from widget_server.config import Settings
from widget_server.errors import AlertNotSent
from widget_server.setting_kinds import is_loopback

TIMEOUT_SECONDS = 10.0
SUBMISSION_PORT, TLS_PORT = 587, 465

Channel = Callable[[Alert, datetime], None]
"""Tells an alert, as of now."""


def configured(settings: Settings) -> dict[str, Channel]:
    """Name → channel, for those that the settings describe wholly."""
    found: dict[str, Channel] = {}
    smtp_url, to, alert_url = settings.smtp_url, settings.alert_email, settings.alert_url
    if smtp_url and to:
        found["email"] = lambda alert, now: by_email(smtp_url, to, alert, now)
    if alert_url:
        found["webhook"] = lambda alert, _now: by_webhook(alert_url, alert)
    return found


NAMES = ("email", "webhook")
"""All channels that there are."""


def by_email(smtp_url: str, to: str, alert: Alert, now: datetime) -> None:
    """Through the server at `smtp_url`: `smtp` with STARTTLS where it is offered, `smtps` with TLS from the start."""
    server = urlsplit(smtp_url)
    user, password = unquote(server.username or ""), unquote(server.password or "")
    sender = user if "@" in parseaddr(user)[1] else to
    try:
        message = email(alert, sender, to, now)
        with _connected(server, urlsplit(alert.site_url).hostname or "localhost") as smtp:
            if user:
                smtp.login(user, password)
            smtp.send_message(message)
    except (smtplib.SMTPException, OSError, ValueError) as error:
        code = getattr(error, "smtp_code", None)
        told = f"{type(error).__name__}{f' {code}' if code else ''}"
        raise AlertNotSent(f"the mail server {server.hostname} didn't take the alert ({told})") from error


def _connected(server: SplitResult, own_name: str) -> smtplib.SMTP:
    host = server.hostname or ""
    if server.scheme == "smtps":
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(
            host, server.port or TLS_PORT, own_name, timeout=TIMEOUT_SECONDS, context=context
        )  # fmt: skip
    smtp = smtplib.SMTP(host, server.port or SUBMISSION_PORT, own_name, timeout=TIMEOUT_SECONDS)
    try:
        _secure(smtp, may_be_plain=not server.username or is_loopback(host))
    except BaseException:
        smtp.close()
        raise
    return smtp


def _secure(smtp: smtplib.SMTP, *, may_be_plain: bool) -> None:
    """With STARTTLS. A password never travels in the clear, whatever a server or somebody in between says it can."""
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    elif not may_be_plain:
        raise smtplib.SMTPNotSupportedError("no STARTTLS")


def by_webhook(url: str, alert: Alert) -> None:
    """POST to `url`. No redirects, no proxies or passwords of the environment; of the answer only the status counts."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url, json=payload(alert), timeout=TIMEOUT_SECONDS, allow_redirects=False, stream=True
            )  # fmt: skip
            answer.close()
        except (requests.RequestException, OSError, ValueError) as error:
            raise AlertNotSent(f"the alert's address can't be reached ({type(error).__name__})") from error
    if not HTTPStatus.OK <= answer.status_code < HTTPStatus.MULTIPLE_CHOICES:
        raise AlertNotSent(f"the alert's address answered {answer.status_code}")
