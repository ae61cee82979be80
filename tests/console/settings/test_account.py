"""Changing the password, over HTTP."""

import pytest
from flask import Flask

from tests.conftest import Browser
from widget_server import services
from widget_server.console.settings.account.form import NewPassword

PAGE, ACTION = "/console/settings/account/", "/console/settings/account/password"
OLD, NEW = "correct horse battery", "another horse entirely"
GOOD = {"current": OLD, "new": NEW, "again": NEW}


def test_a_new_password_ends_other_sessions_and_this_one_stays(operator_browser: Browser, site: Flask) -> None:
    elsewhere = Browser(site.test_client())
    elsewhere.log_in()
    assert operator_browser.submit(PAGE, ACTION, **GOOD).status_code == 303
    assert "Your password is changed" in operator_browser.get(PAGE).text
    assert elsewhere.get("/console/").status_code == 303
    fresh = Browser(site.test_client())
    assert fresh.log_in().status_code == 403
    assert fresh.log_in(NEW).status_code == 303


def test_with_a_wrong_current_password_nothing_changes(operator_browser: Browser, site: Flask) -> None:
    refused = operator_browser.submit(PAGE, ACTION, **GOOD | {"current": "guessed guessed"})
    assert refused.status_code == 422
    assert "isn&#39;t your current password" in refused.text
    assert not any(typed in refused.text for typed in (NEW, "guessed guessed"))
    assert Browser(site.test_client()).log_in().status_code == 303


def test_guessing_is_limited_like_at_the_door(operator_browser: Browser) -> None:
    answers = [operator_browser.submit(PAGE, ACTION, **GOOD | {"current": f"guess {n}"}).status_code for n in range(12)]
    assert answers[0] == 422
    assert answers[-1] == 429


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"current": ""}, "current"),
        ({"current": "x" * 1001}, "current"),
        ({"new": "short", "again": "short"}, "new"),
        ({"new": "x" * 1001, "again": "x" * 1001}, "new"),
        ({"again": "something else"}, "again"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field(wrong: dict[str, str], field: str) -> None:
    assert list(NewPassword.from_fields(GOOD | wrong).problems()) == [field]


def test_it_is_written_down_without_a_password(operator_browser: Browser, site: Flask) -> None:
    operator_browser.submit(PAGE, ACTION, **GOOD)
    page = operator_browser.get("/console/activity/").text
    assert "Changed the password; all other sessions ended." in page
    assert NEW not in page
    parts: services.Services = site.extensions[services.EXTENSION]
    assert parts.operators.check("operator@example.com", NEW)
