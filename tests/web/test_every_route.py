"""What holds for each address of the site, those that are still to come included: the routes themselves are asked."""

import re

import pytest
from flask import Flask

from tests.conftest import Browser

PROGRAMS = ("/api/oauth/token", "/api/update/", "/update/")
"""They carry credentials of their own."""


def addresses(site: Flask, method: str) -> list[str]:
    """One address of each route that answers `method`, made-up numbers and names filled in."""
    rules = [rule for rule in site.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(re.sub("<[^>]+>", "1", rule.rule) for rule in rules)


def test_no_form_is_taken_without_its_token(site: Flask, operator_browser: Browser) -> None:
    asked = [path for path in addresses(site, "POST") if path not in PROGRAMS]
    assert len(asked) > 20
    answers = {path: operator_browser.client.post(path, data={"csrf_token": "made up"}) for path in asked}
    assert {path for path, answer in answers.items() if answer.status_code != 400} == set()
    assert {path for path, answer in answers.items() if "This form is no longer good" not in answer.text} == set()


def test_the_programs_addresses_are_those_that_refuse_a_stranger_themselves(site: Flask, browser: Browser) -> None:
    assert {browser.client.post(path).status_code for path in PROGRAMS} <= {400, 401}


def test_whoever_is_not_logged_in_is_sent_to_the_door(site: Flask, browser: Browser) -> None:
    asked = [path for path in addresses(site, "GET") if path.startswith("/console/")]
    assert len(asked) > 10
    for path in asked:
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/login?next={path}")


def test_a_strangers_own_token_opens_no_form_of_the_console(site: Flask, browser: Browser) -> None:
    for path in addresses(site, "POST"):
        if path.startswith("/console/"):
            answer = browser.submit("/login", path)
            assert (path, answer.status_code, answer.headers["Location"][:6]) == (path, 303, "/login")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_of_the_console_says_what_may_run_and_who_may_frame_it(
    site: Flask, operator_browser: Browser, method: str
) -> None:
    for path in addresses(site, method):
        if not path.startswith("/console/"):
            continue
        answer = operator_browser.client.open(path, method=method)
        policy = answer.headers["Content-Security-Policy"]
        framed_by = "'self'" if path == "/console/embed/preview" else "'none'"
        assert f"frame-ancestors {framed_by}" in policy, path
        assert "script-src 'self'" in policy, path
        assert "unsafe" not in policy, path
        assert answer.headers["Cache-Control"] == "no-store", path
