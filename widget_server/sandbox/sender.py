"""Sending one webhook: the access token of its connection, a refresh when the token is done, a few retries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from widget_server.sandbox.answers import AnswerRefused, PlatformTokens
from widget_server.sandbox.connections import Connection
from widget_server.sandbox.platform import Answer, Platform, PlatformError


@dataclass(frozen=True)
class Result:
    """How a delivery ended: the site's last status (None: no answer), what it said, and how often it was tried."""

    status: int | None
    answer: str
    tries: int


class Sender:
    """Delivers webhooks over HTTP; safe to use from several threads."""

    def __init__(
        self,
        platform: Platform,
        clock: Callable[[], float],
        pauses: tuple[float, ...],
        stopping: threading.Event,
    ) -> None:
        self._platform = platform
        self._clock = clock
        self._pauses = pauses
        self._stopping = stopping
        # The site's refresh tokens work once, so two refreshes at a time would lose the connection.
        self._refreshing = threading.Lock()

    def deliver(self, connection: Connection, body: bytes) -> Result:
        """Send until the site answers below 500 or the pauses are used up."""
        for tries, pause in enumerate((*self._pauses, None), start=1):
            try:
                answer = self.attempt(connection, body)
                result = Result(answer.status, answer.body, tries)
            except (PlatformError, AnswerRefused) as error:
                result = Result(None, str(error), tries)
            done = result.status is not None and result.status < 500
            if done or not connection.connected or pause is None or self._stopping.wait(pause):
                break
        return result

    def attempt(self, connection: Connection, body: bytes) -> Answer:
        """Send once, and once more with a new token when the site answers 401."""
        token = self.access_token(connection)
        answer = self._platform.post_webhook(body, token)
        if answer.status == 401:
            answer = self._platform.post_webhook(body, self.access_token(connection, refused=token))
        return answer

    def access_token(self, connection: Connection, refused: str | None = None) -> str:
        """A token that should work: refreshed when it has expired or when it is the one just refused.

        Raises PlatformError when the connection is lost or the site can't be reached.
        """
        with self._refreshing:
            tokens = connection.tokens
            if tokens is None:
                raise PlatformError(f"Connection {connection.id} isn't connected.")
            if tokens.access == refused or tokens.expires_at <= self._clock():
                tokens = connection.tokens = self._refresh(connection, tokens.refresh)
            return tokens.access

    def send_raw(self, body: bytes, token: str) -> Answer:
        """Send these bytes with this token, once, whatever comes of it; raises PlatformError without an answer."""
        return self._platform.post_webhook(body, token)

    def _refresh(self, connection: Connection, refresh_token: str) -> PlatformTokens:
        try:
            return self._platform.refresh(refresh_token)
        except PlatformError as error:
            if error.status in {400, 401}:
                connection.tokens = None
                connection.problem = f"The site no longer accepts our tokens. {error}"
            raise
