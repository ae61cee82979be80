"""`GET /api/token`: a program tries its token."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Browser, FakeClock
from widget_server import services
from widget_server.model import DataKind
from widget_server.programs.tokens import NewToken

WHO = "operator@example.com"
CHALLENGE = 'Bearer error="invalid_token"'


@pytest.fixture
def client(site: Flask) -> FlaskClient:
    return site.test_client()


@pytest.fixture
def parts(site: Flask) -> services.Services:
    found: services.Services = site.extensions[services.EXTENSION]
    return found


@pytest.fixture
def token(parts: services.Services) -> str:
    made = parts.access_tokens.make(WHO, "Bericht “Köln” <b>", (DataKind.LISTINGS, DataKind.RATES))
    assert isinstance(made, NewToken)
    return made.text


def sent(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_good_token_learns_what_it_is(client: FlaskClient, token: str) -> None:
    answer = client.get("/api/token", headers=sent(token))
    assert (answer.status_code, answer.content_type) == (200, "application/json")
    assert answer.json == {
        "name": "Bericht “Köln” <b>",
        "kinds": ["listings", "rates"],
        "createdAt": "2026-03-01T12:00:00Z",
    }
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert token not in answer.text


def test_head_answers_like_get(client: FlaskClient, token: str) -> None:
    assert client.head("/api/token", headers=sent(token)).status_code == 200
    assert client.head("/api/token").status_code == 401


def test_the_schemes_case_does_not_count(client: FlaskClient, token: str) -> None:
    assert client.get("/api/token", headers={"Authorization": f"bearer {token}"}).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        None, "", "Bearer", "Bearer wrong", f"Bearer {'a' * 64}", f"Basic {'a' * 64}", "Bearer " + "a" * 10_000_000,
        "Bearer " + "ä" * 64, "Bearer a\x00b", f"Bearer {'a' * 64}, Bearer {'b' * 64}",
    ],
    ids=lambda header: repr(header)[:40],
)  # fmt: skip
def test_without_a_good_token_nobody_learns_anything(client: FlaskClient, token: str, header: str | None) -> None:
    answer = client.get("/api/token", environ_overrides={} if header is None else {"HTTP_AUTHORIZATION": header})
    challenge = CHALLENGE if header else "Bearer"  # RFC 6750 §3.1: nothing was sent, so nothing is wrong with it
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, challenge)
    assert answer.json
    assert answer.json["error"] == "invalid_token"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_revoked_token_is_as_good_as_a_made_up_one(client: FlaskClient, parts: services.Services, token: str) -> None:
    made_up = client.get("/api/token", headers=sent("a" * 64))
    parts.access_tokens.revoke(WHO, parts.access_tokens.good()[0].id)
    revoked = client.get("/api/token", headers=sent(token))
    assert (revoked.status_code, revoked.data) == (401, made_up.data)
    assert revoked.headers["WWW-Authenticate"] == CHALLENGE


def test_the_token_is_read_in_no_other_place(client: FlaskClient, token: str) -> None:
    assert client.get(f"/api/token?access_token={token}").status_code == 401
    assert client.get("/api/token", data={"access_token": token}).status_code == 401
    client.set_cookie("access_token", token)
    assert client.get("/api/token").status_code == 401


def test_neither_the_operators_session_nor_syncaroos_token_opens_it(operator_browser: Browser, token: str) -> None:
    assert operator_browser.get("/api/token").status_code == 401


def test_a_programs_token_opens_nothing_of_syncaroos(client: FlaskClient, token: str) -> None:
    assert client.get("/api/check_connection/?connectionId=99", headers=sent(token)).status_code == 401
    assert client.post("/api/update/", json={}, headers=sent(token)).status_code == 401
    assert client.get("/console/", headers=sent(token)).status_code == 303


def test_it_is_there_to_be_read_only(client: FlaskClient, token: str) -> None:
    answer = client.post("/api/token", headers=sent(token))
    assert answer.status_code == 405
    assert answer.is_json


def test_a_use_is_noted(client: FlaskClient, parts: services.Services, token: str, clock: FakeClock) -> None:
    client.get("/api/token", headers=sent(token))
    assert parts.access_tokens.good()[0].last_used_at == clock()


def test_while_the_database_is_away_it_says_when_to_come_back(
    client: FlaskClient, parts: services.Services, token: str
) -> None:
    parts.database.close()
    file = Path(parts.database.url.removeprefix("sqlite:///"))
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    file.mkdir()
    answer = client.get("/api/token", headers=sent(token))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.json
    assert answer.json["error"] == "temporarily_unavailable"
