"""What the alerts' forms make of what is typed."""

from dataclasses import replace

import pytest

from widget_server.config import Settings
from widget_server.console.settings.alerts.chat_form import ChatForm, host_of
from widget_server.console.settings.alerts.mail_form import MailForm

TYPED = {
    "alert_email": "Me@Example.com", "smtp_host": "SMTP.example.com", "smtp_user": "me@example.com",
    "smtp_password": "p:ss/w@rd", "smtp_port": "", "smtp_encryption": "starttls",
}  # fmt: skip
URL = "smtp://me%40example.com:p%3Ass%2Fw%40rd@smtp.example.com:587"


@pytest.fixture
def held(settings: Settings) -> Settings:
    return replace(settings, smtp_url=URL, alert_email="me@example.com", alert_url="https://hooks.example.com/s3cret")


def typed(**fields: str) -> MailForm:
    return MailForm.from_fields(TYPED | fields)


def test_separate_fields_become_one_address(settings: Settings) -> None:
    assert typed().problems(settings) == {}
    assert typed().changes(settings) == {"smtp_url": URL, "alert_email": "me@example.com"}


@pytest.mark.parametrize(
    ("fields", "url"),
    [
        ({"smtp_encryption": "tls"}, "smtps://me%40example.com:p%3Ass%2Fw%40rd@smtp.example.com:465"),
        ({"smtp_port": "2525", "smtp_user": "", "smtp_password": ""}, "smtp://smtp.example.com:2525"),
        ({"smtp_host": "2001:db8::1", "smtp_user": "", "smtp_password": ""}, "smtp://[2001:db8::1]:587"),
    ],
)
def test_encryption_and_port_belong_to_it(settings: Settings, fields: dict[str, str], url: str) -> None:
    assert typed(**fields).problems(settings) == {}
    assert typed(**fields).changes(settings)["smtp_url"] == url


def test_what_is_held_is_shown_without_the_password(held: Settings) -> None:
    shown = MailForm.held(held)
    assert shown == MailForm("me@example.com", "smtp.example.com", "", "starttls", "me@example.com")
    assert "p:ss" not in str(shown.values)
    assert "p:ss" not in repr(typed())


def test_what_was_not_touched_is_no_change(held: Settings) -> None:
    assert MailForm.held(held).changes(held) == {}
    assert MailForm.held(replace(held, smtp_url=URL.removesuffix(":587"))).changes(held) == {}


def test_an_empty_password_keeps_the_one_that_is_held(held: Settings) -> None:
    form = typed(smtp_password="", smtp_port="2525")
    assert form.problems(held) == {}
    assert form.changes(held) == {"smtp_url": URL.replace(":587", ":2525")}


@pytest.mark.parametrize("elsewhere", [{"smtp_host": "evil.example.com"}, {"smtp_user": "other"}])
def test_a_password_is_never_sent_to_another_server_by_itself(held: Settings, elsewhere: dict[str, str]) -> None:
    problems = typed(smtp_password="", **elsewhere).problems(held)
    assert problems == {
        "smtp_password": "Type the password again: the one that is kept is for the other server or user."
    }


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"alert_email": ""}, "alert_email", "Fill this in."),
        ({"alert_email": "me"}, "alert_email", "Give an e-mail address"),
        ({"alert_email": "me@example.com\r\nBcc: x@y"}, "alert_email", "Type it again."),
        ({"smtp_host": ""}, "smtp_host", "Fill this in."),
        ({"smtp_host": "smtp://smtp.example.com"}, "smtp_host", "Give the server's name alone"),
        ({"smtp_host": "smtp.example.com:587"}, "smtp_host", "Give the server's name alone"),
        ({"smtp_host": "evil.example.com/@smtp.example.com"}, "smtp_host", "Give the server's name alone"),
        ({"smtp_port": "0"}, "smtp_port", "Give a number"),
        ({"smtp_port": "70000"}, "smtp_port", "Give a number"),
        ({"smtp_port": "²"}, "smtp_port", "Give a number"),
        ({"smtp_encryption": "none"}, "smtp_encryption", "Choose one"),
        ({"smtp_user": "", "smtp_password": "x"}, "smtp_password", "no user"),
        ({"smtp_password": ""}, "smtp_password", "Type the password that belongs"),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(
    settings: Settings, fields: dict[str, str], field: str, words: str
) -> None:
    problems = typed(**fields).problems(settings)
    assert list(problems) == [field]
    assert words in problems[field]


def test_the_record_has_no_password(settings: Settings) -> None:
    told = typed().told(typed().changes(settings))
    assert told == (
        "Changed alerts by e-mail: to me@example.com, through SMTP.example.com:587; a password was entered."
    )


def test_of_a_chat_tools_address_only_the_host_is_told(held: Settings) -> None:
    form = ChatForm("https://user:key@other.example.com/services/s3cret")
    assert form.changes(held) == {"alert_url": form.url}
    assert form.told == "Changed alerts to a chat tool: an address at other.example.com."
    assert host_of(held) == "hooks.example.com"
    assert ChatForm().changes(held) == {}
    assert ChatForm().problems(held) == {}


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Paste the address"),
        ("hooks.example.com/x", "Give a whole address"),
        ("javascript:alert(1)", "Give a whole address"),
        ("https://evil\\@hooks.example.com/", "Give a whole address"),
        ("http://hooks.example.com/x", "begins with https"),
        (f"https://hooks.example.com/{'x' * 2000}", "2000 characters"),
    ],
)
def test_what_is_no_address_of_a_chat_tool_is_told(settings: Settings, url: str, words: str) -> None:
    assert words in ChatForm(url).problems(settings)["alert_url"]
