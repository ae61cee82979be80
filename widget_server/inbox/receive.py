"""Taking in deliveries: durable before they are acknowledged, and judged in the transaction that stores them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from widget_server.clock import Clock
from widget_server.inbox import signature
from widget_server.inbox.batch import Admit, Batch, Incoming
from widget_server.inbox.parsing import parse_webhook
from widget_server.inbox.together import Together
from widget_server.model import HashVerdict, Json
from widget_server.store import counters
from widget_server.store.engine import Database


@dataclass(frozen=True)
class HashRules:
    """WIDGET_SYNCAROO_HASH_*: what a delivery's `hash` decides."""

    mode: str
    secret: str | None
    algorithm: str

    def verdict(self, body: Json) -> HashVerdict:
        """What the hash of `body` proves; in mode `off` nobody looks."""
        return signature.verdict(body, None if self.mode == "off" else self.secret, self.algorithm)


class Inbox:
    """Receives deliveries. Those that wait at the same time are stored in one transaction."""

    def __init__(self, database: Database, rules: Callable[[], HashRules], admit: Admit, clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._admit = admit
        self._clock = clock
        self._together = Together(self._store)

    def receive(self, body: Json, text: str, access_hash: str) -> int:
        """Store the delivery and do what needs no fetch; its id, once it is durable.

        `body` is the decoded object, `text` the same as it came, `access_hash` the SHA-256 of the access token that was
        sent. Raises `RequestRefused` 422 (fields), 404 (no such connection), 403 (another's token or listing) and
        `TokenRefused` 401 when nothing was stored, `DeliveryRefused` 403 (hash) and 422 (no address) when the refusal
        was, `StoreUnavailable` when nothing could be.
        """
        webhook, rules = parse_webhook(body), self._rules()
        return self._together.do(Incoming(webhook, text, access_hash, rules.mode, rules.verdict(body)))

    def _store(self, incoming: Sequence[Incoming]) -> list[int | Exception]:
        with self._database.write() as connection:
            counters.take_turns(connection)
            return Batch(connection, incoming, self._admit, self._clock()).store()
