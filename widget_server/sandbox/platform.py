"""Calling the site: the code exchange, check_connection and webhooks (PROTOCOL §§1 and 3)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy

import requests

from widget_server.sandbox.answers import (
    PlatformTokens,
    SiteLocation,
    read_check_connection,
    read_tokens,
)
from widget_server.sandbox.config import SandboxConfig

TIMEOUT = (5, 20)
"""Seconds to connect and to wait for bytes."""

SHOWN = 500
"""Characters of an answer that are kept to be shown."""


class PlatformError(Exception):
    """The site couldn't be reached, or refused; `status` is its HTTP status, None when there was no answer."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What the site said to a webhook."""

    status: int
    body: str


class Platform:
    """The site, seen from the hub. Safe to use from several threads.

    Every thread keeps its connection for webhooks, as a sender of many would; every other call has its own.
    """

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._kept = threading.local()

    def exchange(self, code: str) -> PlatformTokens:
        """Tokens for a one-time code; raises PlatformError or AnswerRefused."""
        return self._token({"code": code, "grantType": "authorization_code"})

    def refresh(self, refresh_token: str) -> PlatformTokens:
        """New tokens for a refresh token; raises PlatformError or AnswerRefused."""
        return self._token({"refreshToken": refresh_token, "grantType": "refresh_token"})

    def check_connection(self, connection_id: int, access_token: str) -> tuple[SiteLocation, ...]:
        """The listings of a connection; raises PlatformError or AnswerRefused."""
        response = self._call(
            "GET",
            "/api/check_connection/",
            params={"connectionId": str(connection_id)},
            headers={"Authorization": f"Bearer {access_token}"},
        )
        return read_check_connection(_content_type(response), response.content, connection_id)

    def post_webhook(self, body: bytes, access_token: str) -> Answer:
        """Deliver one webhook, whatever the site answers; raises PlatformError when there is no answer."""
        headers = {"Authorization": f"Bearer {access_token}", "Content-Type": "application/json"}
        if not hasattr(self._kept, "session"):
            self._kept.session = _session()
        response = self._send_in(self._kept.session, "POST", "/api/update/", data=body, headers=headers)
        return Answer(response.status_code, response.text[:SHOWN])

    def _token(self, fields: dict[str, str]) -> PlatformTokens:
        config = self._config
        client = {"clientId": config.platform_client_id, "clientSecret": config.platform_client_secret}
        response = self._call("POST", "/api/oauth/token", data={**client, **fields})
        return read_tokens(_content_type(response), response.content)

    def _call(self, method: str, path: str, **more: object) -> requests.Response:
        response = self._send(method, path, **more)
        if response.status_code != 200:
            text = f"{path} answered {response.status_code}: {response.text[:SHOWN]}"
            raise PlatformError(text, response.status_code)
        return response

    def _send(self, method: str, path: str, **more: object) -> requests.Response:
        with _session() as session:
            return self._send_in(session, method, path, **more)

    def _send_in(self, session: requests.Session, method: str, path: str, **more: object) -> requests.Response:
        prepared = session.prepare_request(requests.Request(method, self._config.platform_url + path, **more))
        try:
            return session.send(prepared, timeout=TIMEOUT, allow_redirects=False)
        except requests.RequestException as error:
            raise PlatformError(f"{path} can't be reached: {error}") from error


def _session() -> requests.Session:
    """Without cookies; a proxy or a ~/.netrc of this machine has no say between two loopback servers."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


def _content_type(response: requests.Response) -> str:
    return str(response.headers.get("Content-Type", ""))
