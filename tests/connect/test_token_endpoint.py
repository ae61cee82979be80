"""The token endpoint over HTTP: Syncaroo's dialect, one use for each code, rotation (PROTOCOL §1.4, §1.5)."""

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.conftest import FakeClock
from tests.connect.conftest import CLIENT, TOKEN, Operator, Syncaroo, guide
from widget_server.store.engine import Database


def test_a_code_buys_tokens_in_the_guides_dialect(operator: Operator, syncaroo: Syncaroo, clock: FakeClock) -> None:
    answer = syncaroo.exchange(operator.approve())
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert (answer.headers["Cache-Control"], answer.headers["Pragma"]) == ("no-store", "no-cache")
    tokens = syncaroo.tokens(answer)
    assert set(tokens) == set(guide("token_answer"))
    assert tokens["accessToken"] != tokens["refreshToken"]
    assert len(tokens["accessToken"]) >= 43
    assert tokens["expires"] == "2026-03-01T13:00:00"


def test_expires_is_utc_without_a_suffix_whatever_the_fraction_of_the_second(
    operator: Operator, syncaroo: Syncaroo, clock: FakeClock
) -> None:
    clock.now = datetime(2026, 3, 29, 0, 59, 59, 987654, tzinfo=UTC)  # the clocks of Europe change at 01:00 UTC
    operator.browser.log_in()
    expires = syncaroo.tokens(syncaroo.exchange(operator.approve()))["expires"]
    assert expires == "2026-03-29T01:59:59"
    assert datetime.fromisoformat(expires).replace(tzinfo=UTC) <= clock() + timedelta(hours=1)


def test_snake_case_is_understood_too(operator: Operator, syncaroo: Syncaroo) -> None:
    fields = {"client_id": "xyz1243", "client_secret": "platform-secret", "grant_type": "authorization_code"}
    tokens = syncaroo.tokens(syncaroo.client.post(TOKEN, data=fields | {"code": operator.approve()}))
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refreshToken"]}
    assert syncaroo.client.post(TOKEN, data=fields | refresh).status_code == 200


def test_the_redirect_uri_neednt_be_repeated_but_must_be_right(operator: Operator, syncaroo: Syncaroo) -> None:
    code = operator.approve()
    wrong = {"redirectUri": "https://app.syncaroo.com/connection?other"}
    refused = syncaroo.post_token(code=code, grantType="authorization_code", **wrong)
    assert (refused.status_code, refused.json) == (400, {"error": "invalid_grant"})
    assert syncaroo.exchange(code).status_code == 200


def test_second_use_of_a_code_revokes_its_tokens(operator: Operator, syncaroo: Syncaroo) -> None:
    code = operator.approve()
    tokens = syncaroo.tokens(syncaroo.exchange(code))
    assert syncaroo.check(tokens["accessToken"]).status_code == 200
    second = syncaroo.exchange(code)
    assert (second.status_code, second.json) == (400, {"error": "invalid_grant"})
    assert syncaroo.check(tokens["accessToken"]).status_code == 401
    assert syncaroo.refresh(tokens["refreshToken"]).json == {"error": "invalid_grant"}


def test_a_code_lives_ten_minutes(operator: Operator, syncaroo: Syncaroo, clock: FakeClock) -> None:
    code = operator.approve()
    clock.advance(minutes=10)
    assert syncaroo.exchange(code).json == {"error": "invalid_grant"}


def test_a_wrong_secret_is_401_and_uses_nothing_up(operator: Operator, syncaroo: Syncaroo) -> None:
    code = operator.approve()
    for secret in ("", "wrong", "platform-secret2", "pässwörd", "\x00"):
        refused = syncaroo.post_token(code=code, grantType="authorization_code", clientSecret=secret)
        assert (refused.status_code, refused.json) == (401, {"error": "invalid_client"})
        assert refused.headers["Cache-Control"] == "no-store"
    assert syncaroo.exchange(code).status_code == 200


def test_an_unknown_client_is_401(asking_syncaroo: Syncaroo) -> None:
    refused = asking_syncaroo.post_token(code="x", grantType="authorization_code", clientId="somebody")
    assert (refused.status_code, refused.json) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({}, "invalid_request"),
        ({"grantType": ""}, "invalid_request"),
        ({"grantType": "authorization_code"}, "invalid_request"),
        ({"grantType": "authorization_code", "code": ""}, "invalid_request"),
        ({"grantType": "refresh_token"}, "invalid_request"),
        ({"grantType": "authorization_code", "code": "made up"}, "invalid_grant"),
        ({"grantType": "authorization_code", "code": "\x00\ud83d".encode("utf-8", "surrogatepass")}, "invalid_grant"),
        ({"grantType": "refresh_token", "refreshToken": "made up"}, "invalid_grant"),
        ({"grantType": "password", "username": "a", "password": "b"}, "unsupported_grant_type"),
        ({"grantType": 'ü"\\<>'}, "unsupported_grant_type"),
        ({"grantType": "refresh_token", "grant_type": "authorization_code", "code": "x"}, "invalid_request"),
        ({"grantType": "authorization_code", "code": ["x", "x"]}, "invalid_request"),
        ({"grantType": "authorization_code", "code": "x"} | {f"p{n}": "" for n in range(60)}, "invalid_request"),
    ],
)
def test_other_mistakes_have_their_names(asking_syncaroo: Syncaroo, fields: dict[str, str], error: str) -> None:
    refused = asking_syncaroo.post_token(**fields)
    assert (refused.status_code, refused.json) == (400, {"error": error})
    assert refused.headers["Cache-Control"] == "no-store"


def test_only_a_form_is_read(operator: Operator, syncaroo: Syncaroo) -> None:
    fields = CLIENT | {"code": operator.approve(), "grantType": "authorization_code"}
    as_json = syncaroo.client.post(TOKEN, json=fields)
    in_the_address = syncaroo.client.post(TOKEN, query_string=fields)
    assert [(as_json.status_code, as_json.json), (in_the_address.status_code, in_the_address.json)] == [
        (400, {"error": "invalid_request"})
    ] * 2


def test_a_huge_request_is_refused(asking_syncaroo: Syncaroo) -> None:
    refused = asking_syncaroo.post_token(code="x" * 20_000, grantType="authorization_code")
    assert refused.status_code == 413
    assert refused.json is not None
    assert refused.json["error"] == "invalid_request"


def test_looking_at_the_endpoint_is_405_in_json(asking_syncaroo: Syncaroo) -> None:
    answer = asking_syncaroo.client.get(TOKEN)
    assert (answer.status_code, answer.mimetype) == (405, "application/json")


def test_a_refresh_token_buys_a_new_pair(operator: Operator, syncaroo: Syncaroo, clock: FakeClock) -> None:
    first = syncaroo.tokens(syncaroo.exchange(operator.approve()))
    clock.advance(minutes=50)
    second = syncaroo.tokens(syncaroo.refresh(first["refreshToken"]))
    assert not set(first.values()) & set(second.values())
    assert second["expires"] == "2026-03-01T13:50:00"
    clock.advance(minutes=30)
    assert syncaroo.check(first["accessToken"]).status_code == 401
    assert syncaroo.check(second["accessToken"]).status_code == 200


def test_after_a_lost_answer_the_refresh_token_is_good_again(operator: Operator, syncaroo: Syncaroo) -> None:
    first = syncaroo.tokens(syncaroo.exchange(operator.approve()))
    assert syncaroo.refresh(first["refreshToken"]).status_code == 200  # this answer never arrives
    second = syncaroo.tokens(syncaroo.refresh(first["refreshToken"]))
    assert syncaroo.check(second["accessToken"]).status_code == 200


def test_a_refresh_token_whose_successor_was_used_revokes_the_family(operator: Operator, syncaroo: Syncaroo) -> None:
    first = syncaroo.tokens(syncaroo.exchange(operator.approve()))
    second = syncaroo.tokens(syncaroo.refresh(first["refreshToken"]))
    assert syncaroo.check(second["accessToken"]).status_code == 200
    assert syncaroo.refresh(first["refreshToken"]).json == {"error": "invalid_grant"}
    assert syncaroo.check(second["accessToken"]).status_code == 401
    assert syncaroo.refresh(second["refreshToken"]).json == {"error": "invalid_grant"}


def test_no_code_or_token_is_in_the_database_as_it_is(
    operator: Operator, syncaroo: Syncaroo, site_database: Database
) -> None:
    code = operator.approve()
    secrets = {code, *syncaroo.tokens(syncaroo.exchange(code)).values()}
    with site_database.read() as connection:
        tables = ("authorization_codes", "token_families", "issued_tokens", "connections")
        stored = str([connection.execute(text(f"SELECT * FROM {table}")).all() for table in tables])  # noqa: S608
    assert len(re.findall(r"'[0-9a-f]{64}'", stored)) == 3
    assert not [secret for secret in secrets if secret in stored]


def test_no_secret_is_in_the_log(operator: Operator, syncaroo: Syncaroo, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        code = operator.approve()
        first = syncaroo.tokens(syncaroo.exchange(code))
        second = syncaroo.tokens(syncaroo.refresh(first["refreshToken"]))
    tokens = [pair[name] for pair in (first, second) for name in ("accessToken", "refreshToken")]
    assert "authlib" in {record.name.partition(".")[0] for record in caplog.records}
    assert not [secret for secret in [code, *tokens, "platform-secret"] if secret in caplog.text]
