"""Errors: a page with a way on for people, JSON for programs, and nothing that leaks."""

from datetime import timedelta

import pytest
from flask import Flask, abort

from tests.conftest import Browser
from widget_server.errors import RequestRefused, StoreUnavailable

STATUSES = [400, 401, 403, 404, 410, 413, 418, 429, 500, 503]


def raiser(error: Exception) -> object:
    def view() -> str:
        raise error

    return view


def raiser_with_path(rest: str) -> str:
    raise StoreUnavailable("locked")


@pytest.mark.parametrize("status", STATUSES)
def test_people_get_a_page_with_a_way_on(site: Flask, status: int) -> None:
    site.add_url_rule("/fails", "fails", lambda: abort(status))
    page = site.test_client().get("/fails")
    assert page.status_code == status
    assert page.mimetype == "text/html"
    assert 'href="/widget"' in page.text
    assert 'href="/console/"' in page.text


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["/api/fails", "/update/fails"])
def test_programs_get_json(site: Flask, status: int, path: str) -> None:
    site.add_url_rule(path, "fails", lambda: abort(status))
    answer = site.test_client().get(path)
    assert answer.status_code == status
    assert answer.json
    assert answer.json["error"].replace("_", "").isalpha()


def test_the_consent_page_is_for_people_though_it_is_below_api(site: Flask) -> None:
    error = RequestRefused(400, "unknown_client", "We don't know this client.")
    site.add_url_rule("/api/oauth/authorize/fails", "fails", raiser(error))  # type: ignore[arg-type]
    page = site.test_client().get("/api/oauth/authorize/fails")
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "We don&#39;t know this client." in page.text


def test_a_refusal_carries_its_code_and_sentence(site: Flask) -> None:
    error = RequestRefused(401, "bad_token", "The access token is not valid.")
    site.add_url_rule("/api/fails", "fails", raiser(error))  # type: ignore[arg-type]
    answer = site.test_client().get("/api/fails")
    assert answer.status_code == 401
    assert answer.json == {"error": "bad_token", "detail": "The access token is not valid."}
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/fails", "/api/fails"])
def test_a_database_that_is_away_is_a_moment_to_wait(site: Flask, path: str) -> None:
    error = StoreUnavailable("locked", timedelta(seconds=7))
    site.add_url_rule(path, "fails", raiser(error))  # type: ignore[arg-type]
    answer = site.test_client().get(path)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert "locked" not in answer.text


def test_the_log_of_it_has_no_secret_and_no_line_of_the_visitors_own(
    site: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    site.add_url_rule("/fails/<rest>", "fails", raiser_with_path)
    assert site.test_client().get("/fails/one-time-secret%0AINFO all is well").status_code == 503
    assert "/fails/<rest>: locked" in caplog.text
    assert "one-time-secret" not in caplog.text
    assert "all is well" not in caplog.text


@pytest.mark.parametrize("path", ["/fails", "/api/fails"])
def test_the_unforeseen_is_recorded_and_leaks_nothing(site: Flask, path: str, caplog: pytest.LogCaptureFixture) -> None:
    site.add_url_rule(path, "fails", raiser(RuntimeError("the secret is 42")))  # type: ignore[arg-type]
    answer = site.test_client().get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "RuntimeError" not in answer.text
    assert "the secret is 42" in caplog.text


def test_the_wrong_method_says_which_are_right(browser: Browser) -> None:
    answer = browser.get("/logout")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_form_of_a_megabyte_is_too_much(browser: Browser) -> None:
    assert browser.client.post("/login", data={"email": "x" * 1_000_000}).status_code == 413


def test_a_path_with_markup_is_shown_nowhere(browser: Browser) -> None:
    assert "<script>" not in browser.get("/<script>alert(1)</script>").text
