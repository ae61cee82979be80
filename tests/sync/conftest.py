"""A hub that answers what a test puts into it, the worker's jobs, and eyes for what visitors would see."""

import json
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Row, select

from tests import seeding
from tests.conftest import FakeClock
from widget_server.errors import HubError
from widget_server.hub.client import FetchedSet
from widget_server.hub.endpoints import parse_endpoint
from widget_server.inbox.receive import HashRules, Inbox
from widget_server.model import RateData
from widget_server.public_model import PublicData, PublicWorkspace
from widget_server.store import prices
from widget_server.store.engine import Database
from widget_server.store.prices import PriceChange
from widget_server.store.tables import deliveries, listings, targets
from widget_server.sync.job import Job
from widget_server.sync.jobs import Jobs
from widget_server.sync.publisher import PublicStore

API = "https://api.syncaroo.com/v1/locations/801"
ROOM_RATES = f"{API}/resources/901/rates"


def everybody(_: Connection, connection_ids: Collection[str]) -> dict[str, str]:
    """Who sends a webhook here is a connection; of access tokens nothing is known."""
    return {connection_id: connection_id for connection_id in connection_ids}


@dataclass
class FakeHub:
    """Answers by URL with items or with an error; `during` runs while a fetch is under way."""

    answers: dict[str, list[Any] | HubError] = field(default_factory=dict)
    fetched: list[tuple[str, str]] = field(default_factory=list)
    during: Callable[[], object] | None = None

    def fetch(self, url: str, access_token: str) -> FetchedSet:
        self.fetched.append((url, access_token))
        if self.during is not None:
            self.during()
        found = self.answers[url]
        if isinstance(found, HubError):
            raise found
        return FetchedSet(items=tuple(found), endpoint=parse_endpoint(url.partition("syncaroo.com")[2]), pages=1)


@dataclass
class FakeTokens:
    """Access tokens "token-1", "token-2"…: the next one after each that was rejected."""

    number: int = 1
    problem: HubError | None = None

    def access_token(self) -> str:
        if self.problem is not None:
            raise self.problem
        return f"token-{self.number}"

    def rejected(self, token: str) -> None:
        if token == f"token-{self.number}":
            self.number += 1


@dataclass
class World:
    """The site between Syncaroo and its visitors, without any network."""

    database: Database
    clock: FakeClock
    hub: FakeHub
    tokens: FakeTokens
    jobs: Jobs
    inbox: Inbox
    claims: int = 0

    def webhook(
        self, url: str = ROOM_RATES, attribute: str = "rates", resource: str | None = seeding.MEETING_ROOM,
        *, syncaroo_id: str | None = None, action: str | None = None, connection_id: str = "99",
    ) -> int:  # fmt: skip
        meta = {"resourceId": resource, "attributeType": attribute, "apiUrl": url, "syncarooId": syncaroo_id}
        body = {
            "connectionId": connection_id,
            "webhookType": "data",
            "locationId": seeding.LONDON,
            "metaData": {key: value for key, value in meta.items() if value is not None},
        }
        body |= {"action": action} if action else {}
        return self.inbox.receive(body, json.dumps(body), connection_id)

    def status(self, status: str) -> int:
        body: dict[str, Any] = {"connectionId": 99, "webhookType": "status", "locationId": seeding.LONDON}
        body |= {"metaData": {"status": status}}
        return self.inbox.receive(body, json.dumps(body), "99")

    def claim(self) -> Job | None:
        self.claims += 1
        return next(iter(self.jobs.claim(f"worker-{self.claims}")), None)

    def work(self) -> list[str]:
        """Run whatever is due; what came of each."""
        sentences = []
        while (job := self.claim()) is not None:
            sentences.append(self.jobs.run(job))
        return sentences

    def brings(self, url: str, *items: Any) -> list[str]:
        """The hub now has `items` there and says so; what came of it."""
        self.hub.answers[url] = list(items)
        self.clock.advance(seconds=1)
        hints = {ROOM_RATES: {}, API: {"attribute": "locations", "resource": None}}
        collection = {"attribute": "resources", "resource": None}
        self.webhook(url, **hints.get(url, collection))  # type: ignore[arg-type]
        return self.work()

    def with_room(self, *rates: Any) -> None:
        """The meeting room is known and has these rates."""
        self.brings(f"{API}/resources", {"ID": "901", "resourceId": seeding.MEETING_ROOM, "name": "Thames Room"})
        if rates:
            self.brings(ROOM_RATES, *rates)

    def public(self) -> PublicData:
        return PublicStore(self.database, lambda _: (PublicWorkspace("Demo"), timedelta(hours=24))).load()

    def shown(self, resource_id: str = seeding.MEETING_ROOM) -> dict[str, RateData]:
        """What visitors see of a resource: its rates by the hub's id."""
        for location in self.public().locations:
            for resource in location.resources:
                if resource.listing.id == resource_id:
                    return {rate.data.source_id: rate.data for rate in resource.rates}
        return {}

    def amounts(self) -> dict[str, str]:
        return {source_id: str(rate.amount) for source_id, rate in self.shown().items()}

    def history(self, source_id: str = "1") -> list[PriceChange]:
        with self.database.read() as connection:
            rows = prices.of_resource(connection, seeding.MEETING_ROOM)
            return prices.history(connection, next(row.id for row in rows if row.source_id == source_id))

    def states(self) -> list[str]:
        return [row.state for row in self.deliveries()]

    def deliveries(self) -> list[Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(select(deliveries).order_by(deliveries.c.id)).all())

    def target(self, url: str = ROOM_RATES) -> Row[Any]:
        with self.database.read() as connection:
            return connection.execute(select(targets).where(targets.c.url == url)).one()

    def listings(self, status: str) -> list[Row[Any]]:
        with self.database.read() as connection:
            chosen = select(listings).where(listings.c.status == status).order_by(listings.c.position)
            return list(connection.execute(chosen).all())


@pytest.fixture
def world(database: Database, clock: FakeClock) -> World:
    seeding.add_listings(database, clock)
    seeding.connect(database, clock, "99", seeding.LONDON)
    hub, tokens = FakeHub(), FakeTokens()
    return World(
        database=database,
        clock=clock,
        hub=hub,
        tokens=tokens,
        jobs=Jobs(database, hub, tokens, clock, currency=lambda: "GBP", sweep=timedelta(hours=6)),
        inbox=Inbox(database, lambda: HashRules("off", None, "sha256"), everybody, clock),
    )
