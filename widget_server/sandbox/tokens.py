"""Codes and tokens that the hub gives to the site (PROTOCOL §2): a code and a refresh token work once."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

CODE_LIFETIME = 600
"""Seconds between Allow and the exchange."""


class InvalidGrant(Exception):
    """The code or the refresh token is unknown, used, expired, or was given for another address."""


@dataclass(frozen=True)
class Code:
    """An authorization code: the address it was sent to and when it stops working (seconds since 1970)."""

    redirect_uri: str
    expires_at: float


class Tokens:
    """All codes and tokens of one hub; every method is safe to call from any thread."""

    def __init__(self, lock: AbstractContextManager[object], clock: Callable[[], float], lifetime: float) -> None:
        self._lock = lock
        self._clock = clock
        self._lifetime = lifetime
        self._codes: dict[str, Code] = {}
        self._access: dict[str, float] = {}
        self._refresh: set[str] = set()

    def issue_code(self, redirect_uri: str) -> str:
        """A new code, bound to the address that it is sent to."""
        code = secrets.token_urlsafe(24)
        with self._lock:
            self._codes[code] = Code(redirect_uri, self._clock() + CODE_LIFETIME)
        return code

    def redeem(self, code: str, redirect_uri: str) -> dict[str, object]:
        """The first pair of tokens for a code; raises InvalidGrant."""
        with self._lock:
            known = self._codes.get(code)
            if known is None or known.redirect_uri != redirect_uri or known.expires_at <= self._clock():
                raise InvalidGrant
            del self._codes[code]
            return self._issue()

    def refresh(self, refresh_token: str) -> dict[str, object]:
        """A new pair for a refresh token, which then no longer works; raises InvalidGrant."""
        with self._lock:
            if refresh_token not in self._refresh:
                raise InvalidGrant
            self._refresh.discard(refresh_token)
            return self._issue()

    def accepts(self, access_token: str) -> bool:
        """Whether an access token is known and not expired."""
        with self._lock:
            return self._access.get(access_token, 0) > self._clock()

    def expire_access_tokens(self) -> None:
        """From now on every access token given so far is expired."""
        with self._lock:
            self._access.clear()

    def revoke_refresh_tokens(self) -> None:
        """From now on every refresh token given so far is refused."""
        with self._lock:
            self._refresh.clear()

    def _issue(self) -> dict[str, object]:
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._access[access] = self._clock() + self._lifetime
        self._refresh.add(refresh)
        return {
            "tokenType": "Bearer",
            "expiresIn": int(self._lifetime),
            "accessToken": access,
            "refreshToken": refresh,
        }
