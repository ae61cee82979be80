"""The operator's session: a signed cookie with who, since when and last seen when.

It ends with the browser, after `IDLE_LIFETIME` without a page, after `ABSOLUTE_LIFETIME` in any case, and when the
account's epoch moves on (a new password, or logging out anywhere).
"""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, session
from flask.sessions import SecureCookieSessionInterface, SessionMixin

from widget_server.config import Settings
from widget_server.console.account import Operator, OperatorAccounts
from widget_server.hosts import is_loopback

IDLE_LIFETIME = timedelta(hours=12)
ABSOLUTE_LIFETIME = timedelta(days=7)
SEEN_AGAIN = timedelta(minutes=5)
"""How stale the cookie's last-seen may get: not every page has to set a cookie."""
COOKIE_NAME = "widget_session"
OPERATOR, EPOCH, SINCE, SEEN = "operator", "epoch", "since", "seen"


class PrivateSessions(SecureCookieSessionInterface):
    """Cookie sessions; an answer that depends on one is kept by nobody. (To ask for `accessed` anywhere else is to
    access it: every public answer would become private.)"""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set the cookie if need be, and the headers that keep caches out."""
        super().save_session(app, session, response)
        if session.accessed:
            response.headers["Cache-Control"] = "no-store"


def install(app: Flask, settings: Settings) -> None:
    """Keys and cookie attributes; `__Host-` keeps sibling domains from planting a cookie (RFC 6265bis §4.1.3.2)."""
    secure = is_secure(settings.site_url)
    app.session_interface = PrivateSessions()
    app.config.update(
        SECRET_KEY=settings.secret_key[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_key[1:]),
        SESSION_COOKIE_NAME=f"__Host-{COOKIE_NAME}" if secure else COOKIE_NAME,
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=ABSOLUTE_LIFETIME,
    )


def is_secure(site_url: str) -> bool:
    """False only for plain http on loopback, where a browser would drop a Secure cookie."""
    parts = urlsplit(site_url)
    return not (parts.scheme == "http" and is_loopback(parts.hostname or ""))


def start(operator: Operator, now: datetime) -> None:
    """Begin a session that shares nothing with the one before, its CSRF token included."""
    session.clear()
    moment = int(now.timestamp())
    session.update({OPERATOR: operator.id, EPOCH: operator.session_epoch, SINCE: moment, SEEN: moment})


def end() -> None:
    """Forget all that this browser's session holds."""
    session.clear()


def resume(accounts: OperatorAccounts, now: datetime, *, somebody_is_there: bool = True) -> Operator | None:
    """The operator of the present request's session, or None; an ended session is emptied.

    A page that fetches itself anew (not `somebody_is_there`) keeps no session alive.
    """
    held = [session.get(name) for name in (OPERATOR, EPOCH, SINCE, SEEN)]
    numbers = [value for value in held if isinstance(value, int)]
    if len(numbers) < len(held):
        return None
    operator_id, epoch, since, seen = numbers
    operator = accounts.in_session(operator_id, epoch) if _is_fresh(since, seen, now) else None
    if operator is None:
        session.clear()
    elif somebody_is_there and now - _instant(seen) >= SEEN_AGAIN:
        session[SEEN] = int(now.timestamp())
    return operator


def _is_fresh(since: int, seen: int, now: datetime) -> bool:
    return now - _instant(since) < ABSOLUTE_LIFETIME and now - _instant(seen) < IDLE_LIFETIME


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
