"""check_connection: exactly as in the guide, for the connection's own token only (PROTOCOL §1.6; FAULTS 24)."""

import json

import pytest

from tests.conftest import FakeClock
from tests.connect.conftest import CHECK, Operator, Syncaroo, guide
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import listings
from widget_server.store.engine import Database

ALL = ("1198", "7120", "8102", "9587")


@pytest.fixture
def token(operator: Operator, syncaroo: Syncaroo, demo_listings: None) -> str:
    """An access token of connection 99, which syncs all of the guide's listings."""
    return syncaroo.tokens(syncaroo.exchange(operator.approve(*ALL)))["accessToken"]


def test_the_answer_is_the_guides_example_byte_for_byte(syncaroo: Syncaroo, token: str) -> None:
    answer = syncaroo.check(token)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.data == json.dumps(guide("check_connection_answer")).encode()


def test_either_spelling_with_or_without_the_last_slash(syncaroo: Syncaroo, token: str) -> None:
    for path in (CHECK, CHECK.rstrip("/")):
        for name in ("connectionId", "connection_id"):
            answer = syncaroo.client.get(f"{path}?{name}=99", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200


def test_only_the_connections_own_listings_are_in_it(operator: Operator, syncaroo: Syncaroo, token: str) -> None:
    other = syncaroo.tokens(syncaroo.exchange(operator.approve("7120", connection_id="ab-7")))["accessToken"]
    answer = syncaroo.check(other, "ab-7").json
    assert answer == {
        "connectionId": "ab-7",
        "userId": "1",
        "locations": {"7120": guide("check_connection_answer")["locations"]["7120"]},
    }
    mine = syncaroo.check(token).json
    assert mine is not None
    assert set(mine["locations"]) == {"1198", "8102", "9587"}


def test_a_resource_without_a_type_has_none_in_the_answer(
    syncaroo: Syncaroo, token: str, site_database: Database, clock: FakeClock
) -> None:
    with site_database.write() as connection:
        new = Listing(ListingKind.RESOURCE, "77", "Größe", ListingStatus.PENDING, location_id="8102")
        listings.upsert(connection, new, clock())
    answer = syncaroo.check(token).json
    assert answer is not None
    assert answer["locations"]["8102"]["resources"] == [{"ID": "77", "name": "Größe", "status": "pending"}]


@pytest.mark.parametrize("connection_id", ["007", "0", "a7"])
def test_only_what_a_number_says_exactly_is_a_number(
    operator: Operator, syncaroo: Syncaroo, connection_id: str
) -> None:
    tokens = syncaroo.tokens(syncaroo.exchange(operator.approve(connection_id=connection_id)))
    answer = syncaroo.check(tokens["accessToken"], connection_id).json
    assert answer is not None
    assert str(answer["connectionId"]) == connection_id


def test_another_connection_is_not_answered(operator: Operator, syncaroo: Syncaroo, token: str) -> None:
    syncaroo.exchange(operator.approve(connection_id="12"))
    for query, status in {
        "": 400,
        "connectionId=": 400,
        "connectionId=99&connectionId=99": 400,
        "connectionId=99&connection_id=12": 400,
        "connectionId=12": 403,
        "connectionId=4711": 404,
        "connectionId=%00": 404,
        "connectionId=%ff": 404,
        "connectionId=" + "9" * 5000: 404,
    }.items():
        answer = syncaroo.client.get(f"{CHECK}?{query}", headers={"Authorization": f"Bearer {token}"})
        assert (query, answer.status_code, answer.mimetype) == (query, status, "application/json")
        assert "locations" not in answer.text


def test_the_bearer_is_checked_first(asking_syncaroo: Syncaroo) -> None:
    for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}):
        for query in ("", "connectionId=99", "connectionId=4711"):
            answer = asking_syncaroo.client.get(f"{CHECK}?{query}", headers=header)
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
            assert answer.json is not None
            assert answer.json["error"] == "invalid_token"
