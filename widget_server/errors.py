"""Every error that the product raises on purpose; callers know from the tree what to catch.

WidgetError
├── ConfigError               a setting is wrong; the start stops and says which one
├── StoreUnavailable          the database can't take a write now; try again shortly (503)
├── CipherError               a stored secret can't be read with the keys that we have
├── RequestRefused            the caller of one of our APIs did something wrong; carries the status
│   ├── TokenRefused          no access token, or none that is good; carries why, for the operator
│   ├── ProgramRefused        the same for a program's token; carries the challenge
│   ├── DeliveryRefused       a webhook is refused and stands among the deliveries
│   └── TooManyLogins         logging in failed too often from one address; carries when to try again
├── HostNotFound              there is no host of that name
├── HostForbidden             a host that must not be connected to, by its addresses or its port
├── PageNotFetched            a website's page can't be looked at; carries why, for the operator
├── AlertNotSent              the mail server or the alert's address didn't take an alert; it is tried again
├── ListingsInvalid           an import file has errors; carries one line for each
├── BackupRefused             a file isn't a back-up that can be restored here; carries why, for the operator
└── HubError                  talking to the hub went wrong; carries the decision what to do
    ├── HubUnavailable        outage, 429, time-out: try later, doesn't count as a failure
    │   └── AnswerLost        the request may have arrived, its answer did not
    ├── HubRefused            an answer that a retry may not change: counts towards the dead letter
    ├── AccessTokenRejected   401: the access token is not good any more; refresh once, then retry
    ├── InvalidGrant          the hub says so itself: this code or refresh token buys nothing
    ├── TargetGone            404 or 410: what the URL named no longer exists
    ├── ForbiddenTarget       the URL is not one that we may ever contact: no request was made
    └── NeedsReconnect        the hub no longer knows us: only the operator can mend it

Flask-free: `widget_server/web/error_pages.py` turns them into answers.
"""

from datetime import timedelta

from widget_server.model import RefusalReason


class WidgetError(Exception):
    """The root: `except WidgetError` catches all that is ours and nothing else."""


class ConfigError(WidgetError):
    """A setting is missing or wrong. `remedy` says what would do; the value of a secret is never in it."""

    def __init__(self, name: str, value: str | None, remedy: str) -> None:
        shown = "" if value is None else f" is {value!r}"
        super().__init__(f"{name}{shown}: {remedy}")
        self.name = name
        self.remedy = remedy


class StoreUnavailable(WidgetError):
    """The database is locked, full or away. Nothing was written; `retry_after` is when to try again."""

    def __init__(self, reason: str, retry_after: timedelta = timedelta(seconds=5)) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


class CipherError(WidgetError):
    """A stored secret can't be decrypted: the key was lost or changed without keeping the old one."""


class RequestRefused(WidgetError):
    """An API call is refused. `status` is the HTTP status, `code` a stable name, `detail` a sentence.

    `challenge` goes with a 401 (RFC 6750 §3).
    """

    challenge = "Bearer"

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class TokenRefused(RequestRefused):
    """401: no access token, or none that is good. `reason` is for the operator and never told to the caller;
    `connection_id` is the one that the token was made for, if this site made it."""

    def __init__(self, reason: RefusalReason, detail: str, connection_id: str | None = None) -> None:
        super().__init__(401, "invalid_token", detail)
        self.reason = reason
        self.connection_id = connection_id


class DeliveryRefused(RequestRefused):
    """A webhook is refused after it was recorded: the operator finds it among the deliveries."""


class TooManyLogins(RequestRefused):
    """Logging in failed too often from one address. `retry_after` is when the next attempt is allowed."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(429, "too_many_logins", "Too many attempts to log in from this network.")
        self.retry_after = retry_after


class ProgramRefused(RequestRefused):
    """401: a program's access token is missing, none, or revoked. Which of the latter it was is not told; who sent
    nothing (`is_missing`) is challenged without an error code (RFC 6750 §3.1)."""

    def __init__(self, is_missing: bool = False) -> None:
        super().__init__(401, "invalid_token", "Send Authorization: Bearer with an access token that is good here.")
        if not is_missing:
            self.challenge = 'Bearer error="invalid_token"'


class ListingsInvalid(WidgetError):
    """An import file can't be taken over. `problems` has one sentence each, naming row and field."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:3]))
        self.problems = problems


class HostNotFound(WidgetError):
    """No address belongs to the name of a host that an operator gave."""


class HostForbidden(WidgetError):
    """A host that an operator gave leads to where nothing of theirs may: no connection was made."""


class BackupRefused(WidgetError):
    """A file can't be restored: no back-up, damaged, altered, too new or too large. The text is for the operator."""


class AlertNotSent(WidgetError):
    """An alert couldn't be handed over. The text names no secret: neither a password nor a webhook's address."""


class PageNotFetched(WidgetError):
    """A page that the operator wants looked at can't be had, or must not be. The text is for the operator."""


class HubError(WidgetError):
    """Something between us and the hub. `counts` says whether it is a failure of the delivery itself."""

    counts = True

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after


class HubUnavailable(HubError):
    """The hub is away, slow or asks us to wait (`retry_after`). Says nothing about the delivery."""

    counts = False


class AnswerLost(HubUnavailable):
    """The connection broke after the request may have been sent: whatever it asked for may have happened."""


class HubRefused(HubError):
    """The hub answered, and the answer is of no use: another 4xx, broken JSON, a wrong shape, a cap."""


class AccessTokenRejected(HubError):
    """401 from the API. The first is mended by a refresh (PROTOCOL §4); one that comes back with a fresh token
    counts as a failure."""


class InvalidGrant(HubError):
    """A definite `invalid_grant` (RFC 6749 §5.2) from the token endpoint: the code or refresh token is spent."""

    counts = False


class TargetGone(HubError):
    """404 or 410 for a single item: the item is gone at the hub."""

    counts = False


class ForbiddenTarget(HubError):
    """A URL outside the configured API origins, or one made to fool a parser. No request was made."""


class NeedsReconnect(HubError):
    """No usable token and no way to get one without the operator."""

    counts = False
