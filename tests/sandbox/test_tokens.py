"""The hub's authorize page and token endpoint are as strict as the guide."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.sandbox.conftest import CALLBACK, SandboxActor


def test_allow_hands_back_a_code_and_the_state(sandbox: SandboxActor) -> None:
    page = sandbox.client.get("/api/authorize", query_string=sandbox.asking())
    assert "Allow" in page.text
    assert "Refuse" in page.text
    answer = sandbox.client.post("/api/authorize", data={**sandbox.asking(), "decision": "allow"})
    target = urlsplit(answer.headers["Location"])
    assert f"{target.scheme}://{target.netloc}{target.path}" == sandbox.site.url + CALLBACK
    assert parse_qs(target.query)["state"] == ["kept?&="]
    assert parse_qs(target.query)["code"]


def test_refuse_hands_back_access_denied_and_the_state(sandbox: SandboxActor) -> None:
    answer = sandbox.client.post("/api/authorize", data={**sandbox.asking(), "decision": "refuse"})
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert query == {"error": ["access_denied"], "state": ["kept?&="]}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "wrong",
    [
        {"clientId": "someone"},
        {"redirectUri": "https://evil.example/"},
        {"redirectUri": ""},
        {"responseType": "token"},
    ],
)
def test_a_wrong_authorize_request_gets_a_page_and_no_redirect(
    sandbox: SandboxActor, method: str, wrong: dict[str, str]
) -> None:
    asked = {**sandbox.asking(), **wrong, "decision": "allow"}
    if method == "get":
        answer = sandbox.client.get("/api/authorize", query_string=asked)
    else:
        answer = sandbox.client.post("/api/authorize", data=asked)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_a_redirect_uri_that_only_begins_like_the_site_is_refused(sandbox: SandboxActor) -> None:
    asked = {**sandbox.asking(), "redirectUri": f"{sandbox.site.url}.evil.example/"}
    assert sandbox.client.get("/api/authorize", query_string=asked).status_code == 400


def test_a_code_buys_ten_minute_tokens_in_the_guides_spelling(sandbox: SandboxActor) -> None:
    answer = sandbox.redeem(sandbox.allow())
    assert answer.status_code == 200
    assert set(answer.json or {}) == {"tokenType", "expiresIn", "accessToken", "refreshToken"}
    assert (answer.json or {})["tokenType"] == "Bearer"
    assert (answer.json or {})["expiresIn"] == 600
    assert answer.headers["Cache-Control"] == "no-store"


def test_second_use_of_a_code_is_invalid_grant(sandbox: SandboxActor) -> None:
    code = sandbox.allow()
    sandbox.redeem(code)
    again = sandbox.redeem(code)
    assert (again.status_code, (again.json or {})["error"]) == (400, "invalid_grant")


def test_a_code_expires(sandbox: SandboxActor) -> None:
    code = sandbox.allow()
    sandbox.clock.now += 601
    assert sandbox.redeem(code).status_code == 400


def test_a_code_for_another_address_is_invalid_grant(sandbox: SandboxActor) -> None:
    answer = sandbox.redeem(sandbox.allow(), redirectUri=f"{sandbox.site.url}/other")
    assert (answer.status_code, (answer.json or {})["error"]) == (400, "invalid_grant")


def test_a_refresh_token_works_once_and_buys_a_new_one(sandbox: SandboxActor) -> None:
    first = (sandbox.redeem(sandbox.allow()).json or {})["refreshToken"]
    second = (sandbox.refresh(first).json or {})["refreshToken"]
    assert second != first
    again = sandbox.refresh(first)
    assert (again.status_code, (again.json or {})["error"]) == (400, "invalid_grant")
    assert sandbox.refresh(second).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "status", "error"),
    [
        ({"clientSecret": "guess"}, 401, "invalid_client"),
        ({"clientId": "someone"}, 401, "invalid_client"),
        ({"grantType": "password"}, 400, "unsupported_grant_type"),
        ({"grantType": ""}, 400, "invalid_request"),
        ({"redirectUri": ""}, 400, "invalid_request"),
    ],
)
def test_wrong_fields_are_named_errors(sandbox: SandboxActor, wrong: dict[str, str], status: int, error: str) -> None:
    answer = sandbox.redeem(sandbox.allow(), **wrong)
    assert (answer.status_code, (answer.json or {})["error"]) == (status, error)


def test_json_instead_of_a_form_is_415(sandbox: SandboxActor) -> None:
    answer = sandbox.client.post("/api/token", json={"clientId": "their-id"})
    assert (answer.status_code, (answer.json or {})["error"]) == (415, "invalid_request")


def test_revoked_refresh_token_is_invalid_grant(sandbox: SandboxActor) -> None:
    refresh = (sandbox.redeem(sandbox.allow()).json or {})["refreshToken"]
    sandbox.control("revoke")
    assert (sandbox.refresh(refresh).json or {})["error"] == "invalid_grant"


def test_token_calls_are_counted(sandbox: SandboxActor) -> None:
    sandbox.redeem(sandbox.allow())
    sandbox.redeem("made-up")
    assert sandbox.state["tokenCalls"] == 2


def test_a_form_from_another_origin_is_refused(sandbox: SandboxActor) -> None:
    answer = sandbox.client.post("/sandbox/revoke", headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
