"""What leaves the site, to a real mail server and a real web server."""

import ssl
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.alerts.conftest import ChatTool, Mailbox
from widget_server.alerts.channels import configured
from widget_server.alerts.chat import by_webhook
from widget_server.alerts.mail import by_email
from widget_server.alerts.messages import Alert
from widget_server.config import Settings
from widget_server.errors import AlertNotSent
from widget_server.store.incidents import Trouble

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ALERT = Alert("Café\r\nBcc: x@y", "https://prices.example.com", Trouble.RECONNECT, "Do it.", NOW, is_over=False)
OPERATOR = "operator@example.com"


def test_the_mail_says_what_to_do_and_where(mailbox: Mailbox) -> None:
    by_email(mailbox.url, OPERATOR, ALERT, NOW)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "[Café Bcc: x@y] Reconnect to Syncaroo"
    assert (mail["To"], mail["From"], mail["Bcc"]) == (OPERATOR, OPERATOR, None)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "Do it." in mail.get_content()
    assert "https://prices.example.com/console/" in mail.get_content()
    assert mailbox.recipients == [OPERATOR]
    assert mailbox.logins == []


def test_the_end_is_told_as_such(mailbox: Mailbox) -> None:
    by_email(mailbox.url, OPERATOR, replace(ALERT, is_over=True), NOW)
    assert "Over: Reconnect to Syncaroo" in mailbox.mails[0]["Subject"]
    assert "nothing to do any more" in mailbox.mails[0].get_content()


def test_the_user_logs_in_and_is_the_sender(mailbox: Mailbox) -> None:
    url = mailbox.url.replace("//", "//prices%40example.com:p%3Ass@")
    by_email(url, OPERATOR, ALERT, NOW)
    assert mailbox.logins == ["\0prices@example.com\0p:ss"]
    assert mailbox.mails[0]["From"] == "prices@example.com"


def test_a_server_that_refuses_or_is_away_is_told_without_the_password(mailbox: Mailbox) -> None:
    mailbox.refuses = True
    for url in (mailbox.url.replace("//", "//me:s3cret@"), "smtp://me:s3cret@127.0.0.1:9", "smtps://127.0.0.1:9"):
        with pytest.raises(AlertNotSent) as caught:
            by_email(url, OPERATOR, ALERT, NOW)
        assert "s3cret" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(mailbox: Mailbox) -> None:
    mailbox.extensions = ("STARTTLS",)  # it answers as if it could and then speaks no TLS
    with pytest.raises(AlertNotSent) as caught:
        by_email(mailbox.url, OPERATOR, ALERT, NOW)
    assert isinstance(caught.value.__cause__, ssl.SSLError | OSError)
    assert mailbox.mails == []


def test_the_chat_tool_gets_words_and_facts(chat: ChatTool) -> None:
    by_webhook(chat.url, ALERT)
    (post,) = chat.posts
    assert post["text"] == post["content"]
    assert post["text"].startswith("Café Bcc: x@y: Reconnect to Syncaroo\nDo it.")
    assert (post["event"], post["kind"], post["since"]) == ("opened", "needs_reconnect", "2026-03-01T12:00:00+00:00")
    assert post["url"] == "https://prices.example.com/console/"


@pytest.mark.parametrize("status", ["302 Found", "307 Temporary Redirect", "500 No", "404 No"])
def test_only_a_success_is_one_and_no_redirect_is_followed(chat: ChatTool, status: str) -> None:
    chat.status = status
    with pytest.raises(AlertNotSent) as caught:
        by_webhook(chat.url, ALERT)
    assert "s3cret" not in str(caught.value)
    assert chat.paths == ["/hooks/s3cret"]


def test_a_chat_tool_that_is_away_is_told_without_its_address() -> None:
    with pytest.raises(AlertNotSent) as caught:
        by_webhook("http://127.0.0.1:9/s3cret", ALERT)
    assert "s3cret" not in str(caught.value)


def test_only_what_is_wholly_described_is_used(settings: Settings) -> None:
    assert set(configured(settings)) == set()
    assert set(configured(replace(settings, smtp_url="smtp://mail.example.com"))) == set()
    assert set(configured(replace(settings, smtp_url="smtp://mail.example.com", alert_email=OPERATOR))) == {"email"}
    assert set(configured(replace(settings, alert_url="https://chat.example.com/x"))) == {"webhook"}
