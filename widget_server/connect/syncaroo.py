"""Connecting this site to Syncaroo: off with a state, back with a code, tokens for it (PROTOCOL §2).

Whatever goes wrong on the way is an outcome to tell the operator about, with a way to try again; nothing here is an
error of the site.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlencode

from widget_server.clock import Clock
from widget_server.config import Settings
from widget_server.connect.opaque import RandomText, fingerprint, new_secret, system_random
from widget_server.errors import HubError, HubUnavailable
from widget_server.hub.client import HubClient
from widget_server.hub.token_answers import HubTokens
from widget_server.store import activity, hub_states, targets
from widget_server.store.engine import Database

CALLBACK_PATH = "/connect/syncaroo/callback"
STATE_LIFETIME = timedelta(minutes=10)
LONGEST_CODE = 2000


class TokenKeeper(Protocol):
    """Where the hub's tokens are kept."""

    def store(self, tokens: HubTokens) -> None:
        """Keep a new pair; from now on the site is connected."""


@dataclass(frozen=True)
class Failure:
    """Why there is no connection, in a title and a sentence; `status` is the HTTP status of its page."""

    title: str
    text: str
    status: int


NOT_SET_UP = Failure(
    "Syncaroo's keys are missing",
    "Enter the client id and the client secret that Syncaroo's developer portal gave you: in the console, under "
    "Settings.",
    400,
)
NOT_OURS = Failure(
    "This approval can't be used",
    "It was started in another browser, more than ten minutes ago, or was used already. Nothing changed.",
    400,
)
DENIED = Failure("You said no at Syncaroo", "Nothing changed.", 200)
NO_CODE = Failure("Syncaroo sent no approval", "It sent you back without the code that belongs to it.", 502)
AWAY = Failure(
    "Syncaroo can't be reached at the moment",
    "You approved, but Syncaroo didn't hand its keys over. Nothing changed. Wait a minute, then try again.",
    502,
)


class SyncarooConnect:
    """Both ends of the way. `session` is a secret that the operator's browser session holds."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        database: Database,
        clock: Clock,
        hub: HubClient,
        keeper: TokenKeeper,
        random_text: RandomText = system_random,
    ) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock
        self._hub = hub
        self._keeper = keeper
        self._random_text = random_text

    @property
    def is_set_up(self) -> bool:
        """Whether Syncaroo's client id and secret are set."""
        now = self._settings()
        return now.syncaroo_client_id is not None and now.syncaroo_client_secret is not None

    def new_session(self) -> str:
        """A secret for a session that has none yet."""
        return new_secret(self._random_text)

    def begin(self, session: str) -> str:
        """Where at Syncaroo the operator approves; a state that is good for this session, once, goes along."""
        state = new_secret(self._random_text)
        now = self._clock()
        with self._database.write() as connection:
            hub_states.save(connection, fingerprint(state), fingerprint(session), now + STATE_LIFETIME, now)
        query = {
            "clientId": self._settings().syncaroo_client_id or "",
            "redirectUri": self._redirect_uri,
            "responseType": "code",
            "scope": "",
            "state": state,
        }
        return f"{self._settings().syncaroo_app_url}/api/authorize?{urlencode(query)}"

    def finish(self, session: str | None, query: Mapping[str, str], actor: str) -> Failure | None:
        """Take up what Syncaroo sent the operator back with; None when the site is connected.

        Whatever waits in the inbox is due at once then. The state comes first: without it, the rest is anybody's.
        `actor`: the operator's address, written down.
        """
        if session is None or not self._consume(query.get("state", ""), session):
            return NOT_OURS
        if "error" in query:
            return _refusal(query["error"])
        code = query.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            return NO_CODE
        try:
            tokens = self._hub.exchange_code(code, self._redirect_uri)
        except HubError as error:
            return _exchange_failed(error)
        self._keeper.store(tokens)
        with self._database.write() as connection:
            now = self._clock()
            targets.make_all_due(connection, now)
            activity.record(connection, now, actor, "hub_connected", detail="Connected this site to Syncaroo.")
        return None

    @property
    def _redirect_uri(self) -> str:
        return self._settings().site_url + CALLBACK_PATH

    def _consume(self, state: str, session: str) -> bool:
        with self._database.write() as connection:
            return hub_states.consume(connection, fingerprint(state), fingerprint(session), self._clock())


def _refusal(error: str) -> Failure:
    if error == "access_denied":
        return DENIED
    named = f" It says: {error}." if re.fullmatch(r"[a-z_]{1,40}", error) else ""
    return Failure("Syncaroo refused to connect", f"Nothing changed.{named}", 502)


def _exchange_failed(error: HubError) -> Failure:
    if isinstance(error, HubUnavailable):
        return AWAY
    return Failure("Syncaroo didn't accept the approval", f"Nothing changed. The reason: {error.reason}.", 502)
