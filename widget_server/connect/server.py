"""The authorization server that Syncaroo meets, on Authlib's framework-neutral one (PROTOCOL §1; RFC 6749).

Requests come in as plain parameters and leave as an `Answer`. What Authlib's documented hooks leave open is closed
here: codes and refresh tokens are consumed in the transaction that saves what they buy (`save_token`), and the
tokens don't show in its debug log.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidClientError, InvalidGrantError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.connect import asked as links
from widget_server.connect import dialect
from widget_server.connect.asked import Asked
from widget_server.connect.client import PlatformClient
from widget_server.connect.opaque import RandomText, fingerprint, new_secret, system_random
from widget_server.store import activity, authorizations
from widget_server.store.authorizations import NewCode, TokenPair
from widget_server.store.engine import Database

CODE_LIFETIME = timedelta(minutes=10)
ACCESS_TOKEN_LIFETIME = timedelta(hours=1)
REDIRECT = 303
"""After a POST; 302 would leave it to the browser whether it posts again (RFC 9700 §4.12)."""


@dataclass(frozen=True)
class Answer:
    """A status with either a `location` to go to or a JSON `body`."""

    status: int
    body: dict[str, str] = field(default_factory=dict, repr=False)
    location: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Approval:
    """The operator's yes: who said it, and to which locations."""

    operator_id: int
    location_ids: Sequence[str]


class PlatformServer(AuthorizationServer):  # type: ignore[misc]
    """Answers consents and token requests. `client` is None until it is configured: then nobody is let in."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        client: Callable[[], PlatformClient | None],
        site_url: str,
        random_text: RandomText = system_random,
    ) -> None:
        super().__init__()
        self.database = database
        self.clock = clock
        self.client = client
        self.site_url = site_url
        self.random_text = random_text
        self.register_grant(_CodeGrant)
        self.register_grant(_RefreshGrant)
        self.register_token_generator("default", self._new_tokens)

    def answer_consent(self, asked: Asked, actor: str, approval: Approval | None) -> Answer:
        """Where the browser goes after the operator's (`actor`'s) decision; None is a no. An approval makes a code."""
        request = _Request("POST", self.site_url, asked.parameters, asked, actor)
        grant = self.get_consent_grant(request)
        answer: Answer = self.create_authorization_response(request, approval, grant)
        return answer

    def answer_token_request(self, body: bytes) -> Answer:
        """The answer to a form-encoded token request, in Syncaroo's dialect; 200, 400 or 401."""
        try:
            parameters = dialect.read(body)
        except dialect.Unreadable:
            return _refusal("invalid_request")
        if parameters.repeated or "grant_type" not in parameters.values:
            return _refusal("invalid_request")
        answer: Answer = self.create_token_response(_Request("POST", self.site_url, dict(parameters.values)))
        return answer

    # What Authlib asks of an integration

    def query_client(self, client_id: str) -> PlatformClient | None:
        """The one client, if that is its id."""
        client = self.client()
        return client if client is not None and client.client_id == client_id else None

    def authenticate_client(self, request: "_Request", methods: object, endpoint: str = "token") -> PlatformClient:
        """The client whose id and secret are in the form; Authlib's own way answers 400 for a wrong id."""
        client_id, secret = (request.form.get(name, "") for name in ("client_id", "client_secret"))
        client = self.client()
        if client is None or not client.authenticates(client_id, secret):
            raise InvalidClientError(status_code=401)
        return client

    def save_token(self, token: "_Tokens", request: "_Request") -> None:
        """Consume the code or refresh token and save what it buys, in one transaction that exactly one caller wins.

        A refusal is committed, too: it may have revoked a family.
        """
        now = self.clock()
        pair = TokenPair(fingerprint(token["access_token"]), fingerprint(token["refresh_token"]), token["expires_at"])
        exchange = authorizations.redeem if request.authorization_code else authorizations.refresh
        presented = request.authorization_code or request.refresh_token
        with self.database.write() as connection:
            good = exchange(connection, presented.hash, pair, now)
        if not good:
            raise InvalidGrantError

    def create_oauth2_request(self, request: "_Request") -> "_Request":
        return request

    def handle_response(self, status: int, body: Any, headers: list[tuple[str, str]]) -> Answer:
        """Authlib's triple as an answer: a redirect, tokens, or an error by its name."""
        location = dict(headers).get("Location")
        if location is not None:
            return Answer(REDIRECT, location=location)
        if "error" in body:
            return _refusal(body["error"], status)
        return Answer(status, dialect.token_answer(body))

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Nobody listens."""

    def _new_tokens(self, **_: object) -> "_Tokens":
        expires_at = (self.clock() + ACCESS_TOKEN_LIFETIME).replace(microsecond=0)
        return _Tokens(
            access_token=new_secret(self.random_text),
            refresh_token=new_secret(self.random_text),
            expires_at=expires_at,
        )


def _refusal(error: str, status: int = 400) -> Answer:
    return Answer(status, dialect.error_answer(error))


class _Tokens(dict[str, Any]):
    """A pair, on its way out only: Authlib's debug log gets no more than this."""

    def __repr__(self) -> str:
        return "<tokens>"


class _Request(OAuth2Request):  # type: ignore[misc]
    """Plain parameters in the shape that Authlib reads. `asked` and `actor` are set on the way through the consent."""

    def __init__(
        self, method: str, uri: str, values: dict[str, str], asked: Asked | None = None, actor: str = ""
    ) -> None:
        super().__init__(method, uri)
        self.values = values
        self.payload = BasicOAuth2Payload(values)
        self.asked = asked
        self.actor = actor

    @property
    def form(self) -> dict[str, str]:
        return self.values


@dataclass(frozen=True)
class _Presented:
    """A code or a refresh token as somebody presented it. Whether it is good is decided when it is consumed."""

    hash: str
    redirect_uri: str | None = None

    def get_redirect_uri(self) -> str | None:
        return self.redirect_uri

    def get_scope(self) -> str:
        return ""

    def check_client(self, _client: PlatformClient) -> bool:
        """There is only one."""
        return True


class _CodeGrant(AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes: made after a consent, exchanged once."""

    def create_authorization_response(
        self, _redirect_uri: str, approval: Approval | None
    ) -> tuple[int, str, list[tuple[str, str]]]:
        """Back to the hub; Authlib's own way would rewrite the redirect's query."""
        asked: Asked = self.request.asked
        outcome = ("code", self._save_code(asked, approval)) if approval else ("error", self._cancelled(asked))
        return REDIRECT, "", [("Location", links.back(asked, outcome))]

    def query_authorization_code(self, code: str, client: PlatformClient) -> _Presented | None:
        """The code if it was ever made for this client. A redirect_uri needn't be repeated, but must be right."""
        code_hash = fingerprint(code)
        with self.server.database.read() as connection:
            stored = authorizations.find_code(connection, code_hash)
        if stored is None or stored.client_id != client.client_id:
            return None
        return _Presented(code_hash, stored.redirect_uri if self.request.payload.redirect_uri else None)

    def authenticate_user(self, code: _Presented) -> _Presented:
        """Whoever approved is stored with the code."""
        return code

    def delete_authorization_code(self, code: _Presented) -> None:
        """Consumed already, in `save_token`; its row stays, so that a second use is noticed."""

    def _save_code(self, asked: Asked, approval: Approval) -> str:
        server: PlatformServer = self.server
        code = new_secret(server.random_text)
        now = server.clock()
        new = NewCode(
            code_hash=fingerprint(code),
            connection_id=asked.connection_id,
            client_id=asked.client_id,
            redirect_uri=asked.redirect_uri,
            operator_id=approval.operator_id,
            location_ids=approval.location_ids,
            expires_at=now + CODE_LIFETIME,
        )
        with server.database.write() as connection:
            authorizations.save_code(connection, new, now)
            chosen = len(approval.location_ids)
            told = f"Approved connection {asked.connection_id} for {chosen} location{'' if chosen == 1 else 's'}."
            self._record(connection, asked, "connection_approved", told)
        return code

    def _cancelled(self, asked: Asked) -> str:
        with self.server.database.write() as connection:
            self._record(connection, asked, "connection_cancelled", f"Said no to connection {asked.connection_id}.")
        return "access_denied"

    def _record(self, connection: Connection, asked: Asked, kind: str, told: str) -> None:
        now, actor = self.server.clock(), self.request.actor
        activity.record(connection, now, actor, kind, subject=asked.connection_id, detail=told)


class _RefreshGrant(RefreshTokenGrant):  # type: ignore[misc]
    """Refresh tokens: each buys a new pair (Authlib's default is to keep the old one)."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> _Presented:
        return _Presented(fingerprint(refresh_token))

    def authenticate_user(self, token: _Presented) -> _Presented:
        """Whoever approved is stored with the family."""
        return token

    def revoke_old_credential(self, token: _Presented) -> None:
        """Nothing: the predecessor ends when its successor is first used (PROTOCOL §1.5)."""
