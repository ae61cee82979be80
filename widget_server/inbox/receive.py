"""Taking in one delivery: durable before it is acknowledged.

What only changes rows of ours (opening hours' status, hiding an unmapped resource) is done in the transaction that
records the delivery. What needs a fetch is a hint for a target, worked off by the worker.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from widget_server.clock import Clock
from widget_server.errors import DeliveryRefused, RequestRefused
from widget_server.inbox import signature
from widget_server.inbox.parsing import parse_webhook
from widget_server.model import DeliveryState, HashVerdict, Json, Webhook, WebhookType, normal_resource_type
from widget_server.store import connections, counters, inbox, listings, targets
from widget_server.store.engine import Database

FETCHED_ATTRIBUTES = ("locations", "resources", "rates")
"""PROTOCOL §3; others (`availability`, `bookings`) are recorded and nothing is fetched."""
ACTION_NEW = "new"
ACTION_UNMAPPED = "unmapped"
NAMES_NO_URL = "Refused: it names no apiUrl to fetch from."


@dataclass(frozen=True)
class HashRules:
    """WIDGET_SYNCAROO_HASH_*: what a delivery's `hash` decides."""

    mode: str
    secret: str | None
    algorithm: str

    def verdict(self, body: Json) -> HashVerdict:
        """What the hash of `body` proves; in mode `off` nobody looks."""
        return signature.verdict(body, None if self.mode == "off" else self.secret, self.algorithm)


@dataclass(frozen=True)
class Settled:
    """How a delivery is recorded: its state and, in a sentence, why; `refusal` is what its sender is told."""

    state: DeliveryState
    outcome: str | None = None
    target_id: int | None = None
    refusal: DeliveryRefused | None = None


class Inbox:
    """Receives deliveries whose bearer was found good."""

    def __init__(self, database: Database, rules: Callable[[], HashRules], clock: Clock) -> None:
        self._database = database
        self._rules = rules
        self._clock = clock

    def receive(self, body: Json, text: str, granted_connection: str) -> int:
        """Store the delivery and do what needs no fetch; its id, once it is durable.

        `body` is the decoded object, `text` the same as it came, `granted_connection` the one whose access token was
        sent. Raises `RequestRefused` 422 (fields), 404 (no such connection) and 403 (another's token or listing) when
        nothing was stored, `DeliveryRefused` 403 (hash) and 422 (no address) when the refusal was, `StoreUnavailable`
        when nothing could be.
        """
        webhook, rules = parse_webhook(body), self._rules()
        with self._database.write() as connection:
            counters.take_turns(connection)
            _refuse_strangers(connection, webhook, granted_connection)
            verdict = rules.verdict(body)
            settled = self._settle(connection, webhook, rules.mode, verdict)
            now = self._clock()
            delivery_id = inbox.add(
                connection,
                webhook,
                body=text,
                verdict=verdict,
                state=settled.state,
                outcome=settled.outcome,
                target_id=settled.target_id,
                now=now,
            )
            if settled.state in (DeliveryState.DONE, DeliveryState.WAITING):
                _apply_at_once(connection, webhook, delivery_id)
            if settled.refusal is None:
                connections.note_webhook(connection, webhook.connection_id, now, verdict is HashVerdict.VERIFIED)
        if settled.refusal is not None:
            raise settled.refusal
        return delivery_id

    def _settle(self, connection: Connection, webhook: Webhook, mode: str, verdict: HashVerdict) -> Settled:
        verified_before = connections.hash_was_verified(connection, webhook.connection_id)
        is_data = webhook.type is WebhookType.DATA
        if not signature.accepts(mode, verdict, verified_before=verified_before, is_data=is_data):
            refusal = DeliveryRefused(403, "bad_hash", f"The hash is {_HASH_WORDS[verdict]}.")
            return Settled(DeliveryState.REFUSED, f"Refused: its hash is {_HASH_WORDS[verdict]}.", refusal=refusal)
        unknown = _unknown(connection, webhook)
        if unknown is not None:
            return Settled(DeliveryState.IGNORED, unknown)
        if not is_data:
            return _settled_status(webhook)
        return self._settle_data(connection, webhook)

    def _settle_data(self, connection: Connection, webhook: Webhook) -> Settled:
        if webhook.action == ACTION_UNMAPPED and webhook.resource_id is None:
            return Settled(DeliveryState.IGNORED, "It unmaps a resource and doesn't say which.")
        if webhook.action == ACTION_UNMAPPED:
            return Settled(DeliveryState.DONE, "Hidden until the next data for it.")
        if webhook.attribute_type not in FETCHED_ATTRIBUTES:
            return Settled(DeliveryState.IGNORED, f"Nothing here uses {webhook.attribute_type}.")
        if webhook.action == ACTION_NEW:
            _report_new(connection, webhook, self._clock())
        if webhook.api_url is None:
            if webhook.action == ACTION_NEW:
                return Settled(DeliveryState.DONE, "A new resource waits for your approval.")
            refusal = DeliveryRefused(422, "missing_field", "metaData.apiUrl is missing.")
            return Settled(DeliveryState.REFUSED, NAMES_NO_URL, refusal=refusal)
        key = targets.TargetKey(
            url=webhook.api_url,
            connection_id=webhook.connection_id,
            location_id=webhook.location_id,
            resource_id=None if webhook.action == ACTION_NEW else webhook.resource_id,
            attribute_type=webhook.attribute_type,
        )
        return Settled(DeliveryState.WAITING, target_id=targets.hint(connection, key, self._clock()))


_HASH_WORDS = {
    HashVerdict.MISSING: "missing",
    HashVerdict.MISMATCH: "wrong",
    HashVerdict.UNCHECKED: "not to be checked, since no secret for it is set here",
}


def _refuse_strangers(connection: Connection, webhook: Webhook, granted: str) -> None:
    if not connections.exists(connection, webhook.connection_id):
        raise RequestRefused(404, "unknown_connection", f"There is no connection {webhook.connection_id}.")
    if webhook.connection_id != granted:
        raise RequestRefused(403, "wrong_connection", "This access token belongs to another connection.")
    named = [listings.location(connection, webhook.location_id)]
    if webhook.resource_id is not None:
        named.append(listings.resource(connection, webhook.resource_id))
    owners = {listing.connection_id for listing in named if listing is not None} - {None, granted}
    if owners:
        raise RequestRefused(403, "not_yours", "Another connection syncs that listing.")


def _unknown(connection: Connection, webhook: Webhook) -> str | None:
    """Why the listing that it names is of no use to us, in a sentence for the operator; None when it is."""
    location = listings.location(connection, webhook.location_id)
    if location is None:
        return f"There is no location {webhook.location_id} here."
    if location.connection_id is None:
        return f"Location {webhook.location_id} is not synced by this connection."
    if webhook.resource_id is None or webhook.action == ACTION_NEW:
        return None
    resource = listings.resource(connection, webhook.resource_id)
    if resource is None or resource.location_id != location.id:
        return f"There is no resource {webhook.resource_id} in location {webhook.location_id}."
    return None


def _settled_status(webhook: Webhook) -> Settled:
    if webhook.open_status is None:
        return Settled(DeliveryState.IGNORED, "It carries no status that we know.")
    return Settled(DeliveryState.DONE, f"The location is {webhook.open_status}.")


def _apply_at_once(connection: Connection, webhook: Webhook, delivery_id: int) -> None:
    """What the delivery itself says, without a fetch."""
    if webhook.type is WebhookType.STATUS and webhook.open_status is not None:
        listings.set_open_status(connection, webhook.location_id, webhook.open_status, delivery_id)
    elif webhook.action == ACTION_UNMAPPED and webhook.resource_id is not None:
        listings.set_unmapped(connection, webhook.resource_id, True, delivery_id)
    elif webhook.resource_id and webhook.syncaroo_id and webhook.action != ACTION_NEW:
        _remember_mapping(connection, webhook.resource_id, webhook.syncaroo_id)


def _remember_mapping(connection: Connection, resource_id: str, syncaroo_id: str) -> None:
    """PROTOCOL §4: its Syncaroo id, met together with our resourceId, says whose an item of a collection is."""
    listing = listings.resource(connection, resource_id)
    if listing is not None and listing.source_id != syncaroo_id:
        listings.set_source_id(connection, listing, syncaroo_id)


def _report_new(connection: Connection, webhook: Webhook, now: datetime) -> None:
    """PROTOCOL §3, `new`: a pending listing, known by its Syncaroo id. Without one, the fetch finds out."""
    if webhook.syncaroo_id is None:
        return
    siblings = listings.resources_of(connection, webhook.location_id)
    if all(sibling.source_id != webhook.syncaroo_id for sibling in siblings):
        type_ = normal_resource_type(webhook.resource_type) if webhook.resource_type else None
        name = f"New {type_.replace('-', ' ')}" if type_ else "New resource"
        listings.add_pending(
            connection, webhook.location_id, name=name, type_=type_, source_id=webhook.syncaroo_id, now=now
        )
