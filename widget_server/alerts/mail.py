"""A message by SMTP. What the server says is passed on to the operator, what we say to it never is."""

import base64
import smtplib
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.utils import parseaddr
from typing import Any, BinaryIO
from urllib.parse import SplitResult, unquote, urlsplit

from widget_server.alerts.messages import Message, email
from widget_server.alerts.outside import GIVEN, Outside
from widget_server.alerts.said import said
from widget_server.errors import AlertNotSent, HostForbidden, HostNotFound
from widget_server.hosts import is_loopback
from widget_server.network.reach import address_of, connected, cut_after

SUBMISSION_PORT, TLS_PORT = 587, 465
MAX_REPLY_BYTES = 64 * 1024
"""Of all that a server says; a polite one needs a thousand."""


class _NoEncryption(smtplib.SMTPException):
    """The server offers none, and a password would travel in the clear."""


SENTENCES: tuple[tuple[type[Exception], str], ...] = (
    (HostNotFound, "There is no mail server named {host}."),
    (HostForbidden, "{host} at port {port} can't be used from here: a mail server must be public, at port 25, 465, 587 "
     "or 2525. Only WIDGET_SMTP_URL in the environment may name another."),
    (_NoEncryption, "{host} offers no encryption at port {port}, so the password wasn't sent. Check port and "
     "encryption."),
    (smtplib.SMTPAuthenticationError, "{host} doesn't accept this user and password."),
    (smtplib.SMTPRecipientsRefused, "{host} doesn't take mail for the recipient."),
    (smtplib.SMTPSenderRefused, "{host} doesn't take mail from this sender."),
    (smtplib.SMTPNotSupportedError, "{host} can't do what is needed at port {port}. Check port and encryption."),
    (ssl.SSLCertVerificationError, "The certificate of {host} isn't valid for it."),
    (ssl.SSLError, "{host} doesn't speak this kind of encryption at port {port}."),
    (TimeoutError, "{host} took longer than {within} seconds. Check port and encryption."),
    (smtplib.SMTPException, "The mail server {host} didn't take the message."),
    (OSError, "The mail server {host} can't be reached at port {port}."),
)  # fmt: skip
"""By what went wrong, the special before the general."""
NO_ADDRESS = "The addresses can't be used in an e-mail."


def port_of(server: SplitResult) -> int:
    """The port that an SMTP URL names or means."""
    return server.port or (TLS_PORT if server.scheme == "smtps" else SUBMISSION_PORT)


def by_email(smtp_url: str, to: str, message: Message, now: datetime, outside: Outside = GIVEN) -> None:
    """Through the server at `smtp_url`: `smtp` with STARTTLS where it is offered, `smtps` with TLS from the start.

    Raises `AlertNotSent`.
    """
    server = urlsplit(smtp_url)
    user, password = unquote(server.username or ""), unquote(server.password or "")
    sender = user if "@" in parseaddr(user)[1] else to
    deadline = time.monotonic() + outside.within
    try:
        made = email(message, sender, to, now)
        with _connected(server, urlsplit(message.site_url).hostname or "localhost", outside) as smtp:
            if user:
                smtp.login(user, password)
            smtp.send_message(made)
    except (smtplib.SMTPException, OSError, ValueError, HostNotFound, HostForbidden) as error:
        why = TimeoutError() if time.monotonic() >= deadline else error  # what is cut off looks like what broke off
        raise AlertNotSent(_told(why, server, outside.within, _spoken(user, password))) from error


@contextmanager
def _connected(server: SplitResult, own_name: str, outside: Outside) -> Iterator[smtplib.SMTP]:
    host, port = server.hostname or "", port_of(server)
    address = address_of(host, port, outside.policy, outside.resolve, outside.within)
    opened: list[socket.socket] = []
    with cut_after(outside.within, opened):
        if server.scheme == "smtps":
            context = ssl.create_default_context()
            smtp: smtplib.SMTP = _Tls(address, opened, host, port, own_name, timeout=outside.within, context=context)
        else:
            smtp = _Plain(address, opened, host, port, own_name, timeout=outside.within)
        try:
            if server.scheme != "smtps":
                _secure(smtp, may_be_plain=not server.username or is_loopback(host))
            yield smtp
            with suppress(smtplib.SMTPException, OSError):  # the message was taken
                smtp.quit()
        finally:
            smtp.close()


def _secure(smtp: smtplib.SMTP, *, may_be_plain: bool) -> None:
    """With STARTTLS. A password never travels in the clear, whatever a server or somebody in between says it can."""
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    elif not may_be_plain:
        raise _NoEncryption


class _Bounded:
    """A server's replies, up to a size."""

    def __init__(self, replies: BinaryIO) -> None:
        self._replies = replies
        self._left = MAX_REPLY_BYTES

    def readline(self, size: int = -1) -> bytes:
        line = self._replies.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise smtplib.SMTPServerDisconnected("too long an answer")
        return line

    def close(self) -> None:
        self._replies.close()


class _Plain(smtplib.SMTP):
    """Connects to the address that was checked, and knows the server by its name."""

    def __init__(self, address: str, opened: list[socket.socket], *args: Any, **more: Any) -> None:
        self._address, self._opened = address, opened
        self._replies: _Bounded | None = None
        super().__init__(*args, **more)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connected(self._address, port, timeout, self._opened)

    @property
    def file(self) -> Any:
        return self._replies

    @file.setter
    def file(self, replies: BinaryIO | None) -> None:
        self._replies = _Bounded(replies) if replies else None


class _Tls(smtplib.SMTP_SSL, _Plain):
    """The same with TLS from the start: `SMTP_SSL` wraps what the next class connects."""

    def __init__(self, address: str, opened: list[socket.socket], *args: Any, **more: Any) -> None:
        self._address, self._opened = address, opened
        self._replies = None
        smtplib.SMTP_SSL.__init__(self, *args, **more)


def _spoken(user: str, password: str) -> list[str]:
    """The password in each form in which it is sent: by PLAIN (RFC 4616) and LOGIN. A digest gives nothing away."""
    return [password, *(base64.b64encode(each.encode()).decode() for each in (password, f"\0{user}\0{password}"))]


def _told(error: Exception, server: SplitResult, within: float, secrets: list[str]) -> str:
    """What happened, for the operator."""
    sentence = next((words for kind, words in SENTENCES if isinstance(error, kind)), NO_ADDRESS)
    place = {"host": server.hostname or "", "port": port_of(server), "within": f"{within:g}"}
    return f"{sentence.format(**place)}{_answer(error, secrets)}"


def _answer(error: Exception, secrets: list[str]) -> str:
    """The server's own words, unless our password is among them in any form."""
    code, text = getattr(error, "smtp_code", None), getattr(error, "smtp_error", b"")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
    if not isinstance(code, int) or code < 0:
        return ""
    raw = text if isinstance(text, bytes) else str(text).encode()
    return said(str(code), raw, secrets)
