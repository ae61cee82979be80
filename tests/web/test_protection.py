"""What every answer tells the browser, and that no form works without its token."""

import pytest
from flask import Flask, Response

from tests.conftest import Browser, FakeClock
from widget_server import config, create_app

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' https://app.syncaroo.com"
)


@pytest.mark.parametrize("path", ["/login", "/console/", "/", "/nope", "/api/nope", "/setup/unknown"])
def test_every_answer_carries_the_headers(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    assert headers["Content-Security-Policy"] == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] in ("strict-origin-when-cross-origin", "no-referrer")
    assert "Strict-Transport-Security" not in headers


def test_a_page_with_a_policy_of_its_own_keeps_it(site: Flask) -> None:
    site.add_url_rule("/own", "own", lambda: Response("x", headers={"Content-Security-Policy": "default-src 'self'"}))
    assert site.test_client().get("/own").headers["Content-Security-Policy"] == "default-src 'self'"


def test_over_https_the_browser_is_told_to_stay_there(site_env: dict[str, str], clock: FakeClock) -> None:
    site = create_app(config.load(site_env | {"WIDGET_SITE_URL": "https://prices.example.com"}), clock)
    assert site.test_client().get("/login").headers["Strict-Transport-Security"] == "max-age=31536000"


def test_pages_behind_the_login_and_the_login_itself_are_not_stored(operator_browser: Browser) -> None:
    for path in ("/console/", "/login", "/setup/unknown"):
        assert operator_browser.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/static/site.css", "/"])
def test_public_answers_depend_on_no_cookie(operator_browser: Browser, path: str) -> None:
    with operator_browser.get(path) as answer:
        headers = answer.headers
    assert "Cookie" not in headers.get("Vary", "")
    assert "Set-Cookie" not in headers
    assert headers.get("Cache-Control") != "no-store"


@pytest.mark.parametrize("path", ["/login", "/logout", "/setup/unknown"])
def test_a_form_without_its_token_is_a_calm_page(operator_browser: Browser, path: str) -> None:
    refused = operator_browser.client.post(path, data={"email": "operator@example.com", "password": "x"})
    assert refused.status_code == 400
    assert "Nothing was changed" in refused.text
    assert 'href="/console/"' in refused.text
    assert operator_browser.get("/console/").status_code == 200


def test_a_token_of_another_session_is_refused(site: Flask, operator_browser: Browser) -> None:
    stranger = Browser(site.test_client())
    token = stranger.get("/login").text.split('name="csrf_token" value="')[1].split('"')[0]
    assert operator_browser.client.post("/logout", data={"csrf_token": token}).status_code == 400


def test_a_form_left_open_over_night_still_works(operator_browser: Browser, clock: FakeClock) -> None:
    token = operator_browser.get("/console/").text.split('name="csrf_token" value="')[1].split('"')[0]
    clock.advance(hours=11)
    assert operator_browser.client.post("/logout", data={"csrf_token": token}).status_code == 303


def test_no_page_runs_inline_scripts_or_styles(operator_browser: Browser) -> None:
    for path in ("/login", "/console/", "/nope", "/setup/unknown"):
        text = operator_browser.get(path).text
        assert "<style" not in text
        assert ' style="' not in text.replace("style=&#34;", "")
        assert " onclick" not in text
        assert text.count("<script") == text.count('<script src="/static/')


@pytest.mark.parametrize("path", ["/console", "/console//", "/static//site.css"])
def test_a_redirect_to_the_right_spelling_never_leads_to_the_host_header(site: Flask, path: str) -> None:
    answer = site.test_client().get(path, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.status_code == 308
    assert answer.headers["Location"].startswith("http://127.0.0.1:8000/")


@pytest.mark.parametrize("host", ["..", "a" * 300 + ".example", "[::", "a b", "", "evil.example:99999"])
def test_a_host_header_that_is_no_host_is_no_error(site: Flask, host: str) -> None:
    client = site.test_client()
    assert client.get("/login", headers={"Host": host}).status_code == 200
    assert client.post("/api/update/", headers={"Host": host}).status_code == 401
