"""How far alerts reach, and for how long: hosts that are private, answers that never end."""

import ipaddress
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.alerts.conftest import ChatTool, Mailbox
from widget_server.alerts.channels import configured
from widget_server.alerts.chat import by_webhook
from widget_server.alerts.mail import by_email
from widget_server.alerts.messages import Trial
from widget_server.alerts.outside import TYPED_CHAT, TYPED_MAIL, Outside
from widget_server.config import Settings
from widget_server.errors import AlertNotSent
from widget_server.network.addresses import AddressPolicy

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TRIAL = Trial("The Mill", "https://prices.example.com", NOW)
OPERATOR = "operator@example.com"
LOOPBACK = ipaddress.ip_address("127.0.0.1")
SHORT_SECONDS = 0.5
LONG_ENOUGH_SECONDS = 3.0
ONLY_LOOPBACK = AddressPolicy(lambda address: address == LOOPBACK, None)


def names(*answers: list[str]) -> tuple[Callable[[str, int], list[str]], list[str]]:
    """A resolver that answers in turn, and the list of what it was asked."""
    left, asked = list(answers), []

    def resolve(host: str, _port: int) -> list[str]:
        asked.append(host)
        return left.pop(0)

    return resolve, asked


@contextmanager
def speaking(say: Callable[[socketserver.StreamRequestHandler], None]) -> Iterator[int]:
    """The port of a server that speaks so to each connection."""

    class Session(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with suppress(OSError):
                say(self)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "[::ffff:127.0.0.1]", "0"])
def test_a_private_server_that_was_typed_is_not_spoken_to(settings: Settings, host: str) -> None:
    found = configured(
        replace(settings, smtp_url=f"smtp://{host}:25", alert_email=OPERATOR, alert_url=f"https://{host}/x")
    )
    for name in ("email", "webhook"):
        with pytest.raises(AlertNotSent, match="can't be used from here"):
            found[name](TRIAL, NOW)


def test_odd_ports_are_the_environments_only(settings: Settings) -> None:
    typed = replace(
        settings, smtp_url="smtp://192.0.2.1:6379", alert_email=OPERATOR, alert_url="https://192.0.2.1:8443"
    )
    for channel in configured(typed).values():
        with pytest.raises(AlertNotSent, match="can't be used from here"):
            channel(TRIAL, NOW)


def test_the_environments_own_host_stays_allowed_whatever_else_is_typed(settings: Settings, mailbox: Mailbox) -> None:
    given = replace(settings, given={"smtp_url": mailbox.url}, alert_email=OPERATOR)
    configured(replace(given, smtp_url=mailbox.url.replace("//", "//me:other@")))["email"](TRIAL, NOW)
    assert len(mailbox.mails) == 1
    other_port = replace(given, smtp_url="smtp://127.0.0.1:25")
    with pytest.raises(AlertNotSent, match="can't be used from here"):
        configured(other_port)["email"](TRIAL, NOW)


def test_one_private_address_among_a_names_is_enough_to_refuse(settings: Settings) -> None:
    resolve, _ = names(["93.184.215.14", "10.0.0.1"], ["93.184.215.14", "::1"])
    with pytest.raises(AlertNotSent, match="can't be used from here"):
        by_webhook("https://chat.example.com/x", TRIAL, replace(TYPED_CHAT, resolve=resolve))
    with pytest.raises(AlertNotSent, match="can't be used from here"):
        by_email("smtp://mail.example.com", OPERATOR, TRIAL, NOW, replace(TYPED_MAIL, resolve=resolve))


def test_a_name_is_resolved_once_so_that_it_cannot_become_another_address(mailbox: Mailbox, chat: ChatTool) -> None:
    resolve, asked = names(["127.0.0.1"], ["127.0.0.1"])
    outside = Outside(ONLY_LOOPBACK, resolve)
    by_email(mailbox.url.replace("127.0.0.1", "mail.example.com"), OPERATOR, TRIAL, NOW, outside)
    by_webhook(chat.url.replace("127.0.0.1", "chat.example.com"), TRIAL, outside)
    assert asked == ["mail.example.com", "chat.example.com"]
    assert (len(mailbox.mails), len(chat.posts)) == (1, 1)


def test_a_name_that_nobody_has_is_told() -> None:
    outside = Outside(resolve=lambda _host, _port: [])
    with pytest.raises(AlertNotSent, match="no mail server named mail"):
        by_email("smtp://mail.example.com", OPERATOR, TRIAL, NOW, outside)
    with pytest.raises(AlertNotSent, match="no server named chat"):
        by_webhook("https://chat.example.com/s3cret", TRIAL, outside)


def drips(first: bytes) -> Callable[[socketserver.StreamRequestHandler], None]:
    """A byte now and then, for ever: no silence is long enough for a socket's own time-out."""

    def say(session: socketserver.StreamRequestHandler) -> None:
        session.wfile.write(first)
        while True:
            session.wfile.write(b"x")
            threading.Event().wait(SHORT_SECONDS / 10)

    return say


def test_a_server_that_drips_is_left_after_a_while() -> None:
    outside = Outside(within=SHORT_SECONDS)
    with speaking(drips(b"220-")) as port, pytest.raises(AlertNotSent, match="took longer than"):
        by_email(f"smtp://127.0.0.1:{port}", OPERATOR, TRIAL, NOW, outside)
    with speaking(drips(b"HTTP")) as port, pytest.raises(AlertNotSent, match="took longer than"):
        by_webhook(f"http://127.0.0.1:{port}/s3cret", TRIAL, outside)


def test_a_server_that_drips_behind_its_status_is_left_with_that_status() -> None:
    outside = Outside(within=LONG_ENOUGH_SECONDS)  # its first line must come within that, on a busy machine too
    first = b"HTTP/1.1 404 No\r\nContent-Length: 900\r\n\r\n"
    with speaking(drips(first)) as port, pytest.raises(AlertNotSent, match="said “404"):
        by_webhook(f"http://127.0.0.1:{port}/s3cret", TRIAL, outside)


def test_a_mail_server_that_never_stops_talking_is_left() -> None:
    def talks(session: socketserver.StreamRequestHandler) -> None:
        while True:
            session.wfile.write(b"220-hello\r\n" * 1000)

    with speaking(talks) as port, pytest.raises(AlertNotSent, match="didn't take the message"):
        by_email(f"smtp://127.0.0.1:{port}", OPERATOR, TRIAL, NOW)


def test_of_a_refusal_little_is_read_and_no_part_of_the_address_is_repeated() -> None:
    def refuses(session: socketserver.StreamRequestHandler) -> None:
        session.rfile.readline()
        body = b"<b>no</b> " + b"x" * 100_000
        session.wfile.write(b"HTTP/1.1 403 No\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

    def repeats(session: socketserver.StreamRequestHandler) -> None:
        path = session.rfile.readline().split()[1]
        session.wfile.write(b"HTTP/1.1 404 No\r\nContent-Length: %d\r\n\r\n" % len(path) + path)

    with speaking(refuses) as port, pytest.raises(AlertNotSent) as caught:
        by_webhook(f"http://127.0.0.1:{port}/hooks/s3cret", TRIAL)
    assert len(str(caught.value)) < 400
    with speaking(repeats) as port, pytest.raises(AlertNotSent) as caught:
        by_webhook(f"http://127.0.0.1:{port}/hooks/s3cret?key=abcdef", TRIAL)
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).endswith("It said “404”.")


@pytest.mark.parametrize("methods", ["PLAIN", "LOGIN"])
def test_a_mail_server_that_repeats_what_we_said_gives_no_password_away(methods: str) -> None:
    def repeats(session: socketserver.StreamRequestHandler) -> None:
        session.wfile.write(b"220 hello\r\n")
        while line := session.rfile.readline():
            said = line.split()
            if said[0].upper() == b"EHLO":
                session.wfile.write(b"250-here\r\n250 AUTH " + methods.encode() + b"\r\n")
            elif said[0].upper() == b"AUTH" and methods == "LOGIN":
                session.wfile.write(b"334 UGFzc3dvcmQ6\r\n")
                session.wfile.write(b"535 what is " + session.rfile.readline().strip() + b"\r\n")
            else:
                session.wfile.write(b"535 what is " + line.strip() + b"\r\n")

    with speaking(repeats) as port, pytest.raises(AlertNotSent) as caught:
        by_email(f"smtp://me%40example.com:s3cret-word@127.0.0.1:{port}", OPERATOR, TRIAL, NOW)
    assert str(caught.value).endswith("doesn't accept this user and password. It said “535”.")
