"""The mail server for alerts as a form: separate fields, kept as one URL. The password goes in, never out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit

from widget_server.config import Settings
from widget_server.console.settings.fields import LONGEST_TEXT, plain_problem
from widget_server.setting_kinds import HOST_LABEL
from widget_server.site_settings import EDITABLE

TO, HOST, PORT, ENCRYPTION, USER, PASSWORD = (
    "alert_email", "smtp_host", "smtp_port", "smtp_encryption", "smtp_user", "smtp_password",
)  # fmt: skip
URL = "smtp_url"
STARTTLS, TLS = "starttls", "tls"
SCHEMES = {STARTTLS: "smtp", TLS: "smtps"}
USUAL_PORTS = {STARTTLS: 587, TLS: 465}
HOST_NAME = re.compile(rf"{HOST_LABEL}(\.{HOST_LABEL})*|[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)


@dataclass(frozen=True)
class MailForm:
    """The fields as they came, or as they are held; what is held has no password in it."""

    to: str = ""
    host: str = ""
    port: str = ""
    encryption: str = STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def from_fields(cls, posted: Mapping[str, str]) -> "MailForm":
        """The form from posted fields; missing ones are empty."""
        names = (TO, HOST, PORT, ENCRYPTION, USER)
        to, host, port, encryption, user = (posted.get(name, "").strip() for name in names)
        return cls(to, host, port, encryption or STARTTLS, user, posted.get(PASSWORD, ""))

    @classmethod
    def held(cls, settings: Settings) -> "MailForm":
        """What holds now, without the password."""
        to = settings.alert_email or ""
        if not settings.smtp_url:
            return cls(to)
        parts = urlsplit(settings.smtp_url)
        encryption = TLS if parts.scheme == SCHEMES[TLS] else STARTTLS
        port = parts.port or USUAL_PORTS[encryption]
        shown = "" if port == USUAL_PORTS[encryption] else str(port)
        return cls(to, parts.hostname or "", shown, encryption, unquote(parts.username or ""))

    @property
    def values(self) -> dict[str, str]:
        """Field → what to show in it again: never the password."""
        return {TO: self.to, HOST: self.host, PORT: self.port, ENCRYPTION: self.encryption, USER: self.user}

    def problems(self, now: Settings) -> dict[str, str]:
        """Field → what would do; empty when all is well."""
        found = {
            TO: _address_problem(self.to),
            HOST: _host_problem(self.host),
            PORT: None if not self.port or _is_port(self.port) else "Give a number from 1 to 65535, or nothing.",
            ENCRYPTION: None if self.encryption in SCHEMES else "Choose one of these.",
            USER: plain_problem(self.user, LONGEST_TEXT),
            PASSWORD: plain_problem(self.password, LONGEST_TEXT) or self._password_problem(now),
        }
        return {name: text for name, text in found.items() if text}

    def changes(self, now: Settings) -> dict[str, str]:
        """What to set, of a form without problems."""
        held = MailForm.held(now)
        server = {} if self._server == held._server and not self.password else {URL: self._url(now)}
        return server | ({} if self.to.lower() == held.to else {TO: self.to.lower()})

    def told(self, changes: Mapping[str, str]) -> str:
        """The changes as a sentence for the record, without the password."""
        password = "; a password was entered" if self.password and URL in changes else ""
        return f"Changed alerts by e-mail: to {self.to.lower()}, through {self.host}:{self._port}{password}."

    @property
    def _server(self) -> tuple[str, str, str, str]:
        return self.host.lower(), self._port, self.encryption, self.user

    @property
    def _port(self) -> str:
        return self.port or str(USUAL_PORTS[self.encryption])

    def _password_problem(self, now: Settings) -> str | None:
        """A password is for the server and the user that it was given for: it never goes to another by itself."""
        if not self.user:
            return "There is a password, but no user: fill in both or neither." if self.password else None
        if self.password or (has_password(now) and self._is_same_account(now)):
            return None
        if has_password(now):
            return "Type the password again: the one that is kept is for the other server or user."
        return "Type the password that belongs to the user."

    def _is_same_account(self, now: Settings) -> bool:
        held = MailForm.held(now)
        return (held.host, held.user) == (self.host.lower(), self.user)

    def _url(self, now: Settings) -> str:
        password = quote(self.password, safe="") or urlsplit(now.smtp_url or "").password or ""
        account = f"{quote(self.user, safe='')}:{password}@" if self.user else ""
        host = f"[{self.host}]" if ":" in self.host else self.host.lower()
        return f"{SCHEMES[self.encryption]}://{account}{host}:{self._port}"


def has_password(settings: Settings) -> bool:
    """Whether one is kept."""
    return bool(urlsplit(settings.smtp_url or "").password)


def _is_port(text: str) -> bool:
    return re.fullmatch("[0-9]{1,5}", text) is not None and 1 <= int(text) <= 65535


def _address_problem(text: str) -> str | None:
    wrong = plain_problem(text, LONGEST_TEXT)
    if wrong or not text:
        return wrong or "Fill this in."
    try:
        EDITABLE[TO].kind.parse(text)
    except ValueError:
        return "Give an e-mail address such as you@example.com."
    return None


def _host_problem(text: str) -> str | None:
    if not text:
        return "Fill this in."
    if len(text) > LONGEST_TEXT or not HOST_NAME.fullmatch(text):
        return "Give the server's name alone, such as smtp.example.com."
    return None
