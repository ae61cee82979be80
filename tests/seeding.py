"""Rows that many tests begin with: a connection with an access token, and the guide's listings synced by it."""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from tests.conftest import FakeClock
from widget_server.connect.opaque import fingerprint
from widget_server.listings.importing import read_listings
from widget_server.store import authorizations, listings
from widget_server.store.engine import Database

GUIDE = Path(__file__).parent / "fixtures" / "guide"
LONDON, NEW_YORK, BERLIN = "1198", "7120", "8102"
MEETING_ROOM, OFFICE = "7843", "7842"


def add_listings(database: Database, clock: FakeClock) -> None:
    """The locations and resources of the guide's check_connection example, nobody's yet."""
    with database.write() as connection:
        for listing in read_listings((GUIDE / "check_connection_answer.json").read_bytes()):
            listings.upsert(connection, listing, clock())


def connect(database: Database, clock: FakeClock, connection_id: str, *location_ids: str) -> str:
    """Connect as an exchanged code does; the access token, good for an hour."""
    access_token = "-".join(("access-token-of", connection_id, *location_ids))
    with database.write() as connection:
        _redeem(connection, clock, connection_id, location_ids, access_token)
    return access_token


def _redeem(
    connection: Connection, clock: FakeClock, connection_id: str, location_ids: tuple[str, ...], access_token: str
) -> None:
    code = authorizations.NewCode(
        code_hash=fingerprint(f"code-for-{access_token}"),
        connection_id=connection_id,
        client_id="xyz1243",
        redirect_uri="https://app.syncaroo.com/connection",
        operator_id=1,
        location_ids=location_ids,
        expires_at=clock() + timedelta(minutes=10),
    )
    authorizations.save_code(connection, code, clock())
    pair = authorizations.TokenPair(
        access_hash=fingerprint(access_token),
        refresh_hash=fingerprint(f"refresh-token-with-{access_token}"),
        access_expires_at=clock() + timedelta(hours=1),
    )
    assert authorizations.redeem(connection, code.code_hash, pair, clock())


def guide(name: str) -> bytes:
    """An example of the integration guide, byte for byte but for its comments."""
    return (GUIDE / f"{name}.json").read_bytes()


def guide_object(name: str) -> dict[str, object]:
    """The same, decoded."""
    found: dict[str, object] = json.loads(guide(name))
    return found
