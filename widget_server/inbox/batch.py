"""The deliveries of one transaction: each is judged by itself, by what was read for all of them at once.

What only changes rows of ours (opening hours' status, hiding an unmapped resource) is done in the transaction that
records the delivery. What needs a fetch is a hint for a target, worked off by the worker.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from widget_server.errors import DeliveryRefused, RequestRefused, TokenRefused
from widget_server.inbox import signature
from widget_server.model import DeliveryState, HashVerdict, Webhook, WebhookType, normal_resource_type
from widget_server.store import acceptance, connections, inbox, listings, targets

FETCHED_ATTRIBUTES = ("locations", "resources", "rates")
"""PROTOCOL §3; others (`availability`, `bookings`) are recorded and nothing is fetched."""
ACTION_NEW = "new"
ACTION_UNMAPPED = "unmapped"
NAMES_NO_URL = "Refused: it names no apiUrl to fetch from."

Admit = Callable[[Connection, Collection[str]], Mapping[str, str | TokenRefused]]
"""For the SHA-256 of each access token, as of this transaction: the connection that it speaks for, or the refusal."""


@dataclass(frozen=True)
class Incoming:
    """A webhook that was read and waits to be stored: `text` as it came, `access_hash` the SHA-256 of the access token
    that it was sent with, `mode` what its hash decides."""

    webhook: Webhook
    text: str
    access_hash: str
    mode: str
    verdict: HashVerdict


@dataclass(frozen=True)
class Settled:
    """How a delivery is recorded: its state and, in a sentence, why; `target` is what it is a hint for, `refusal` what
    its sender is told."""

    state: DeliveryState
    outcome: str | None = None
    target: targets.TargetKey | None = None
    refusal: DeliveryRefused | None = None


class Batch:
    """Stores `incoming` in the transaction of `connection`, at `now`.

    They came at the same time, so what is read at the beginning holds for all of them. What one of them changes and
    another is judged by, that a hash was verified and which resource has a Syncaroo id, is kept up to date.
    """

    def __init__(self, connection: Connection, incoming: Sequence[Incoming], admit: Admit, now: datetime) -> None:
        webhooks = [each.webhook for each in incoming]
        named = {webhook.location_id for webhook in webhooks} | {webhook.resource_id for webhook in webhooks} - {None}
        self._connection = connection
        self._incoming = incoming
        self._now = now
        self._granted = admit(connection, {each.access_hash for each in incoming})
        self._facts = acceptance.facts(
            connection, {webhook.connection_id for webhook in webhooks}, {name for name in named if name is not None}
        )
        self._verified = {name for name, verified in self._facts.hash_verified.items() if verified}
        self._is_remapped = False

    def store(self) -> list[int | Exception]:
        """For each delivery its id, or its refusal. A `DeliveryRefused` was stored all the same."""
        judged = [self._judged(each) for each in self._incoming]
        stored = [(each, how) for each, how in zip(self._incoming, judged, strict=True) if isinstance(how, Settled)]
        ids = iter(self._record(stored))
        return [self._told(how, next(ids)) if isinstance(how, Settled) else how for how in judged]

    def _judged(self, incoming: Incoming) -> Settled | RequestRefused:
        webhook = incoming.webhook
        refusal = self._refusal(webhook, self._granted[incoming.access_hash])
        if refusal is not None:
            return refusal
        verified_before = webhook.connection_id in self._verified
        is_data = webhook.type is WebhookType.DATA
        if not signature.accepts(incoming.mode, incoming.verdict, verified_before=verified_before, is_data=is_data):
            words = _HASH_WORDS[incoming.verdict]
            told = DeliveryRefused(403, "bad_hash", f"The hash is {words}.")
            return Settled(DeliveryState.REFUSED, f"Refused: its hash is {words}.", refusal=told)
        settled = self._settled(webhook, is_data)
        if settled.refusal is None and incoming.verdict is HashVerdict.VERIFIED:
            self._verified.add(webhook.connection_id)
        return settled

    def _refusal(self, webhook: Webhook, granted: str | TokenRefused) -> RequestRefused | None:
        """Why the delivery isn't even recorded, if it is not."""
        if isinstance(granted, TokenRefused):
            return granted
        if webhook.connection_id not in self._facts.hash_verified:
            return RequestRefused(404, "unknown_connection", f"There is no connection {webhook.connection_id}.")
        if webhook.connection_id != granted:
            return RequestRefused(403, "wrong_connection", "This access token belongs to another connection.")
        named = (self._location(webhook), self._resource(webhook))
        if {place.connection_id for place in named if place is not None} - {None, granted}:
            return RequestRefused(403, "not_yours", "Another connection syncs that listing.")
        return None

    def _settled(self, webhook: Webhook, is_data: bool) -> Settled:
        unknown = self._unknown(webhook)
        if unknown is not None:
            return Settled(DeliveryState.IGNORED, unknown)
        return self._settled_data(webhook) if is_data else _settled_status(webhook)

    def _unknown(self, webhook: Webhook) -> str | None:
        """Why the listing that it names is of no use to us, in a sentence for the operator; None when it is."""
        location, resource = self._location(webhook), self._resource(webhook)
        if location is None:
            return f"There is no location {webhook.location_id} here."
        if location.connection_id is None:
            return f"Location {webhook.location_id} is not synced by this connection."
        if webhook.resource_id is None or webhook.action == ACTION_NEW:
            return None
        if resource is None or resource.location_id != webhook.location_id:
            return f"There is no resource {webhook.resource_id} in location {webhook.location_id}."
        return None

    def _settled_data(self, webhook: Webhook) -> Settled:
        if webhook.action == ACTION_UNMAPPED and webhook.resource_id is None:
            return Settled(DeliveryState.IGNORED, "It unmaps a resource and doesn't say which.")
        if webhook.action == ACTION_UNMAPPED:
            return Settled(DeliveryState.DONE, "Hidden until the next data for it.")
        if webhook.attribute_type not in FETCHED_ATTRIBUTES:
            return Settled(DeliveryState.IGNORED, f"Nothing here uses {webhook.attribute_type}.")
        if webhook.action == ACTION_NEW:
            _report_new(self._connection, webhook, self._now)
        if webhook.api_url is None:
            if webhook.action == ACTION_NEW:
                return Settled(DeliveryState.DONE, "A new resource waits for your approval.")
            refusal = DeliveryRefused(422, "missing_field", "metaData.apiUrl is missing.")
            return Settled(DeliveryState.REFUSED, NAMES_NO_URL, refusal=refusal)
        return Settled(DeliveryState.WAITING, target=_target(webhook, webhook.api_url))

    def _record(self, stored: Sequence[tuple[Incoming, Settled]]) -> list[int]:
        hinted = {how.target for _, how in stored if how.target is not None}
        target_ids = targets.hint_all(self._connection, hinted, self._now)
        arrived = [
            inbox.Arrived(
                webhook=each.webhook,
                body=each.text,
                verdict=each.verdict,
                state=how.state,
                outcome=how.outcome,
                target_id=target_ids[how.target] if how.target else None,
            )
            for each, how in stored
        ]
        ids = inbox.add(self._connection, arrived, self._now)
        for (each, how), delivery_id in zip(stored, ids, strict=True):
            if how.state in (DeliveryState.DONE, DeliveryState.WAITING):
                self._apply_at_once(each.webhook, delivery_id)
        taken = {each.webhook.connection_id for each, how in stored if how.refusal is None}
        for name in sorted(taken):
            connections.note_webhooks(self._connection, name, self._now, name in self._verified)
        return ids

    def _apply_at_once(self, webhook: Webhook, delivery_id: int) -> None:
        """What the delivery itself says, without a fetch."""
        if webhook.type is WebhookType.STATUS and webhook.open_status is not None:
            listings.set_open_status(self._connection, webhook.location_id, webhook.open_status, delivery_id)
        elif webhook.action == ACTION_UNMAPPED and webhook.resource_id is not None:
            listings.set_unmapped(self._connection, webhook.resource_id, True, delivery_id)
        elif webhook.resource_id and webhook.syncaroo_id and webhook.action != ACTION_NEW:
            self._remember_mapping(webhook, webhook.resource_id, webhook.syncaroo_id)

    def _remember_mapping(self, webhook: Webhook, resource_id: str, syncaroo_id: str) -> None:
        """PROTOCOL §4: its Syncaroo id, met together with our resourceId, says whose an item of a collection is."""
        known = self._resource(webhook)
        if known is None or (known.source_id == syncaroo_id and not self._is_remapped):
            return
        listing = listings.resource(self._connection, resource_id)
        if listing is not None and listing.source_id != syncaroo_id:
            listings.set_source_id(self._connection, listing, syncaroo_id)
            self._is_remapped = True  # and another resource may have lost it

    def _location(self, webhook: Webhook) -> acceptance.Place | None:
        return self._facts.locations.get(webhook.location_id)

    def _resource(self, webhook: Webhook) -> acceptance.Place | None:
        return self._facts.resources.get(webhook.resource_id or "")

    @staticmethod
    def _told(how: Settled, delivery_id: int) -> int | Exception:
        return how.refusal or delivery_id


_HASH_WORDS = {
    HashVerdict.MISSING: "missing",
    HashVerdict.MISMATCH: "wrong",
    HashVerdict.UNCHECKED: "not to be checked, since no secret for it is set here",
}


def _target(webhook: Webhook, url: str) -> targets.TargetKey:
    return targets.TargetKey(
        url=url,
        connection_id=webhook.connection_id,
        location_id=webhook.location_id,
        resource_id=None if webhook.action == ACTION_NEW else webhook.resource_id,
        attribute_type=webhook.attribute_type,
    )


def _settled_status(webhook: Webhook) -> Settled:
    if webhook.open_status is None:
        return Settled(DeliveryState.IGNORED, "It carries no status that we know.")
    return Settled(DeliveryState.DONE, f"The location is {webhook.open_status}.")


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
