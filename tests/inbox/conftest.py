"""Syncaroo, sending webhooks to a site that knows the guide's listings."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Row, select
from werkzeug.test import TestResponse

from tests import seeding
from tests.conftest import FakeClock
from widget_server import services
from widget_server.inbox.signature import sign
from widget_server.store.engine import Database
from widget_server.store.tables import deliveries, listings, targets

HASH_SECRET = "syncaroo-secret"
API = "https://api.syncaroo.com/v1/locations/8001"


def data(**changes: Any) -> dict[str, Any]:
    """A data webhook for the meeting room's prices; `changes` go into `metaData` where they belong there."""
    meta: dict[str, Any] = {
        "resourceId": seeding.MEETING_ROOM,
        "attributeType": "rates",
        "apiUrl": f"{API}/resources/9001/rates",
    }
    body = {"connectionId": 99, "webhookType": "data", "locationId": seeding.LONDON, "metaData": meta}
    for key, value in changes.items():
        (body if key in (*body, "action", "actionCallback") else meta)[key] = value
    return body


def status(**meta: Any) -> dict[str, Any]:
    return {"connectionId": 99, "webhookType": "status", "locationId": seeding.LONDON, "metaData": meta}


@dataclass
class Syncaroo:
    """Sends webhooks with the access token of connection 99."""

    client: FlaskClient
    access_token: str

    def send(self, body: Any, path: str = "/api/update/", *, signed: bool = True, **headers: str) -> TestResponse:
        if signed and isinstance(body, dict):
            body = {**body, "hash": sign(body, HASH_SECRET)}
        return self.post(json.dumps(body).encode(), path, **headers)

    def post(self, body: bytes, path: str = "/api/update/", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.access_token}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, data=body, headers=sent)


@dataclass
class Rows:
    """Looks into the store."""

    database: Database

    def deliveries(self) -> list[Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(select(deliveries).order_by(deliveries.c.id)).all())

    def targets(self) -> list[Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(select(targets).order_by(targets.c.id)).all())

    def listing(self, listing_id: str) -> Row[Any]:
        with self.database.read() as connection:
            return connection.execute(select(listings).where(listings.c.id == listing_id)).one()

    def pending(self) -> list[Row[Any]]:
        with self.database.read() as connection:
            return list(connection.execute(select(listings).where(listings.c.status == "pending")).all())


@pytest.fixture
def rows(site: Flask) -> Rows:
    return Rows(site.extensions[services.EXTENSION].database)


@pytest.fixture
def syncaroo(site: Flask, rows: Rows, clock: FakeClock) -> Syncaroo:
    seeding.add_listings(rows.database, clock)
    token = seeding.connect(rows.database, clock, "99", seeding.LONDON, seeding.NEW_YORK)
    return Syncaroo(site.test_client(), token)
