"""The hub's token endpoint: the guide's form, and every odd answer of FAULTS rows 11 and 20."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from tests.hub.conftest import ScriptedHub
from tests.hub.test_client import client, cut_off, hang_up
from widget_server.errors import AnswerLost, HubRefused, HubUnavailable, InvalidGrant

TOKEN = "/api/token"
PAIR = {"tokenType": "Bearer", "expiresIn": 600, "accessToken": "AT", "refreshToken": "RT"}


def test_a_code_is_exchanged_in_the_guides_form(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, PAIR)
    tokens = client(hub).exchange_code("c0de", "https://site.example/connect/syncaroo/callback")
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_in) == ("AT", "RT", 600)
    (request,) = hub.seen
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/x-www-form-urlencoded")
    assert parse_qs(request.body) == {
        "clientId": ["xxyyzz"],
        "redirectUri": ["https://site.example/connect/syncaroo/callback"],
        "clientSecret": ["s3cret"],
        "code": ["c0de"],
        "grantType": ["authorization_code"],
    }


def test_a_refresh_is_sent_in_the_guides_form(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, {**PAIR, "refreshToken": "RT2"})
    assert client(hub).refresh("RT").refresh_token == "RT2"
    assert parse_qs(hub.seen[0].body) == {
        "clientId": ["xxyyzz"],
        "clientSecret": ["s3cret"],
        "refreshToken": ["RT"],
        "grantType": ["refresh_token"],
    }


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [(None, 600), ("600", 600), ("soon", 600), (-5, 600), (0, 60), (10**9, 86_400), (True, 600), ([], 600)],
)
def test_a_lifetime_is_kept_within_sane_bounds(hub: ScriptedHub, expires: Any, seconds: int) -> None:
    hub.answers(TOKEN, {"access_token": "AT", "refresh_token": "RT", "expires_in": expires})
    assert client(hub).refresh("RT").expires_in == seconds


def test_a_refresh_without_a_new_refresh_token_keeps_the_old_one(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, {"accessToken": "AT"})
    assert client(hub).refresh("RT").refresh_token == "RT"
    with pytest.raises(HubUnavailable):
        client(hub).exchange_code("c0de", "https://site.example/")


def test_a_definite_invalid_grant_is_that(hub: ScriptedHub) -> None:
    for status in (400, 401):
        hub.answers(TOKEN, {"error": "invalid_grant"}, status)
        with pytest.raises(InvalidGrant):
            client(hub).refresh("RT")


def test_an_error_of_the_set_up_says_what_to_mend(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, {"error": "invalid_client"}, 401)
    with pytest.raises(HubRefused, match="WIDGET_SYNCAROO_CLIENT_SECRET"):
        client(hub).refresh("RT")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"message": "no"}),
        (400, b"<html>"),
        (400, {"error": {"code": "invalid_grant"}}),
        (400, {"error": "temporarily_unavailable"}),
        (200, {"error": "invalid_grant"}),
        (200, {}),
        (200, b""),
        (200, []),
        (200, {"accessToken": "", "refreshToken": "RT"}),
        (200, {"accessToken": "a\r\nX: y", "refreshToken": "RT"}),
        (200, {"accessToken": 5, "refreshToken": "RT"}),
        (200, {"accessToken": "AT", "refreshToken": ["RT"]}),
        (204, b""),
        (404, b"<html>"),
        (429, b"<html>slow down"),
        (500, {"error": "invalid_grant"}),
        (503, b""),
    ],
)
def test_anything_that_is_no_definite_answer_is_only_an_outage(hub: ScriptedHub, status: int, body: Any) -> None:
    hub.answers(TOKEN, body, status, {"Retry-After": "5"})
    with pytest.raises(HubUnavailable) as raised:
        client(hub).refresh("RT")
    assert not isinstance(raised.value, AnswerLost)


def test_a_busy_token_endpoint_says_when_to_come_back(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, b"<html>", 429, {"Retry-After": "30"})
    with pytest.raises(HubUnavailable) as raised:
        client(hub).refresh("RT")
    assert raised.value.retry_after == timedelta(seconds=30)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_never_carries_the_secret_anywhere(hub: ScriptedHub, status: int) -> None:
    hub.answers("/elsewhere", PAIR)
    hub.answers(TOKEN, b"", status, {"Location": hub.url + "/elsewhere"})
    with pytest.raises(HubUnavailable):
        client(hub).refresh("RT")
    assert [request.path for request in hub.seen] == [TOKEN]


@pytest.mark.parametrize("reply", [hang_up, cut_off])
def test_an_answer_that_is_lost_on_its_way_is_told_apart(hub: ScriptedHub, reply: Any) -> None:
    hub.does(TOKEN, reply)
    with pytest.raises(AnswerLost):
        client(hub).refresh("RT")


def test_a_token_endpoint_that_cannot_be_reached_got_nothing(hub: ScriptedHub) -> None:
    with pytest.raises(HubUnavailable) as raised:
        client(hub, app_url="http://127.0.0.1:9").refresh("RT")
    assert not isinstance(raised.value, AnswerLost)


def test_tokens_do_not_show_in_a_log(hub: ScriptedHub) -> None:
    hub.answers(TOKEN, {**PAIR, "accessToken": "very-secret"})
    assert "very-secret" not in repr(client(hub).refresh("RT"))
