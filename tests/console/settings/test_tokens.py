"""The page with the access tokens of programs, over HTTP."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Browser, FakeClock
from widget_server import services
from widget_server.console.settings.tokens.form import NewTokenForm
from widget_server.model import DataKind
from widget_server.programs.tokens import MOST_AT_A_TIME

PAGE = "/console/settings/tokens/"
WHO = "operator@example.com"
SHOWN = re.compile(r'id="made-token">([^<]*)<')
EVIL = "<script>alert('x')</script>"


def parts_of(browser: Browser) -> services.Services:
    client: FlaskClient = browser.client
    found: services.Services = client.application.extensions[services.EXTENSION]
    return found


def make(browser: Browser, name: str = "Report", kind: str = "rates") -> TestResponse:
    return browser.submit(PAGE, name=name, kind=kind)


def test_before_there_is_one_the_page_says_what_for(operator_browser: Browser) -> None:
    page = operator_browser.get(PAGE)
    assert page.status_code == 200
    assert "There is none yet." in page.text
    assert "without your password" in page.text
    for kind in DataKind:
        assert f'value="{kind}"' in page.text
    assert " checked" not in page.text


def test_a_token_is_shown_once(operator_browser: Browser) -> None:
    made = make(operator_browser)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store")
    shown = SHOWN.search(made.text)
    assert shown
    token = shown[1]
    assert re.fullmatch(r"[A-Za-z0-9]{64}", token)
    command = f"curl -H &#34;Authorization: Bearer {token}&#34; http://127.0.0.1:8000/api/token"
    assert command.replace("&#34;", '"') in made.text.replace("&#34;", '"')
    for path in (PAGE, "/console/settings/", "/console/", "/console/activity/"):
        assert token not in operator_browser.get(path).text
    tried = operator_browser.client.get("/api/token", headers={"Authorization": f"Bearer {token}"})
    assert tried.json
    assert tried.json["kinds"] == ["rates"]


def test_sent_once_more_the_form_makes_no_second_token_and_shows_none(operator_browser: Browser) -> None:
    make(operator_browser)
    again = make(operator_browser)
    assert again.status_code == 422
    assert "There is a token with this name already." in again.text
    assert 'id="made-token"' not in again.text
    assert len(parts_of(operator_browser).access_tokens.good()) == 1


def test_the_list_says_what_each_is_for_and_when_it_was_used(operator_browser: Browser, clock: FakeClock) -> None:
    made = SHOWN.search(make(operator_browser).text)
    assert made
    assert "never used" in operator_browser.get(PAGE).text
    operator_browser.client.get("/api/token", headers={"Authorization": f"Bearer {made[1]}"})
    clock.advance(hours=3)
    page = operator_browser.get(PAGE).text
    assert f"Starts with <code>{made[1][:6]}</code>" in page
    assert made[1][:7] not in page
    assert "Reads rates" in page
    assert re.search(
        r'last used <time datetime="2026-03-01T12:00:00\+00:00" title="1 Mar 2026[^"]*"[^>]*>3 hours ago', page
    )


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "Give it a name"),
        ("   ", "Give it a name"),
        ("\u200b\u200d", "Give it a name"),
        ("a\x00b", "characters that can't be shown"),
        ("a\nb", "characters that can't be shown"),
        ("a\u2028b", "characters that can't be shown"),
        ("a\u202etropeR", "characters that can't be shown"),
        ("a\u2066b", "characters that can't be shown"),
        ("x" * 65, "Use 64 characters at most."),
    ],
)
def test_a_name_that_nobody_could_read_is_refused(operator_browser: Browser, name: str, problem: str) -> None:
    refused = make(operator_browser, name)
    assert refused.status_code == 422
    assert problem in refused.text.replace("&#39;", "'")
    assert parts_of(operator_browser).access_tokens.good() == []


def test_what_was_typed_stays(operator_browser: Browser) -> None:
    unticked = operator_browser.submit(PAGE, name="Report")
    assert unticked.status_code == 422
    assert "Tick at least one kind of data." in unticked.text
    assert 'value="Report"' in unticked.text
    unnamed = operator_browser.submit(PAGE, kind="locations")
    assert 'value="locations" checked' in unnamed.text
    assert unnamed.text.count(" checked") == 1


@pytest.mark.parametrize(
    "name", [EVIL, '" autofocus onfocus="alert(1)', "{{ 7 * 7 }}", "אבג دیتا", "👩‍💻 Büro", "x" * 64]
)
def test_a_name_is_only_ever_text(operator_browser: Browser, name: str) -> None:
    made = make(operator_browser, name)
    assert made.status_code == 200
    assert [each.name for each in parts_of(operator_browser).access_tokens.good()] == [name]
    for page in (made.text, make(operator_browser, name).text, operator_browser.get("/console/activity/").text):
        assert EVIL not in page
        assert '" autofocus' not in page
        assert ">49<" not in page


def test_a_made_up_kind_is_none(operator_browser: Browser) -> None:
    assert make(operator_browser, kind="passwords").status_code == 422
    assert NewTokenForm.from_fields("x", ["rates", "passwords", "rates", ""]).kinds == (DataKind.RATES,)


def test_a_revoked_token_is_gone_from_the_page_and_told_in_the_activity(operator_browser: Browser) -> None:
    make(operator_browser)
    action = re.search(rf'action="({PAGE}\d+/revoke)"', operator_browser.get(PAGE).text)
    assert action
    assert operator_browser.submit(PAGE, action[1]).status_code == 303
    page = operator_browser.get(PAGE).text
    assert "Revoked: whatever program still uses it is turned away from now on." in page
    assert "There is none yet." in page
    operator_browser.submit(PAGE, action[1])
    assert "settled already" in operator_browser.get(PAGE).text
    told = operator_browser.get("/console/activity/").text
    assert told.count("Revoked the access token “Report”.") == 1
    assert "Made the access token “Report”, to read rates." in told


@pytest.mark.parametrize("id", ["0", "4711", str(2**63 - 1)])
def test_revoking_what_is_not_there_changes_nothing(operator_browser: Browser, id: str) -> None:
    assert operator_browser.submit(PAGE, f"{PAGE}{id}/revoke").status_code == 303
    assert "nothing was changed" in operator_browser.get(PAGE).text


@pytest.mark.parametrize("id", ["-1", "x", str(2**63)])
def test_a_made_up_address_is_no_page(operator_browser: Browser, id: str) -> None:
    assert operator_browser.submit(PAGE, f"{PAGE}{id}/revoke").status_code == 404


def test_when_there_are_enough_the_page_says_so(operator_browser: Browser) -> None:
    held = operator_browser.get(PAGE).text
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', held)
    assert csrf
    for number in range(MOST_AT_A_TIME):
        parts_of(operator_browser).access_tokens.make(WHO, f"Program {number}", (DataKind.RATES,))
    assert "Make the token" not in operator_browser.get(PAGE).text
    fields = {"csrf_token": csrf[1], "name": "One more", "kind": "rates"}
    assert operator_browser.client.post(PAGE, data=fields).status_code == 303
    assert operator_browser.get(PAGE).text.count("There are 50 access tokens already.") == 2
    assert len(parts_of(operator_browser).access_tokens.good()) == MOST_AT_A_TIME


def test_without_the_forms_secret_nothing_is_made_or_revoked(operator_browser: Browser) -> None:
    make(operator_browser)
    (token,) = parts_of(operator_browser).access_tokens.good()
    assert operator_browser.client.post(PAGE, data={"name": "Forged", "kind": "rates"}).status_code == 400
    assert operator_browser.client.post(f"{PAGE}{token.id}/revoke").status_code == 400
    assert parts_of(operator_browser).access_tokens.good() == [token]


def test_strangers_make_and_revoke_no_tokens(site: Flask) -> None:
    browser = Browser(site.test_client())
    assert browser.submit("/login", PAGE, name="Mine", kind="rates").headers["Location"] == f"/login?next={PAGE}"
    assert browser.submit("/login", f"{PAGE}1/revoke").headers["Location"] == "/login"
    assert browser.get(PAGE).status_code == 303
    assert parts_of(browser).access_tokens.good() == []
