"""The one-time set-up link, as a browser meets it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import text

from tests.conftest import Browser, FakeClock
from widget_server import config, create_app, services
from widget_server.store import activity
from widget_server.web.setup_form import SetupForm

GOOD = {"email": "me@example.com", "password": "long enough", "again": "long enough"}


@pytest.fixture
def fresh(settings_env: dict[str, str], sqlite_url: str, clock: FakeClock) -> Iterator[Flask]:
    """A site that nobody has set up."""
    env = settings_env | {"WIDGET_DATABASE_URL": sqlite_url}
    del env["WIDGET_OPERATOR_EMAIL"], env["WIDGET_OPERATOR_PASSWORD"]
    site = create_app(config.load(env), clock)
    yield site
    site.extensions[services.EXTENSION].database.close()


def link(site: Flask) -> str:
    parts: services.Services = site.extensions[services.EXTENSION]
    return parts.operators.setup_link(parts.settings.site_url).removeprefix(parts.settings.site_url)


def test_the_link_sets_the_account_up_and_logs_in(fresh: Flask) -> None:
    browser, path = Browser(fresh.test_client()), link(fresh)
    saved = browser.submit(path, **GOOD)
    assert (saved.status_code, saved.headers["Location"]) == (303, "/console/")
    assert browser.get("/console/").status_code == 200
    again = Browser(fresh.test_client())
    assert again.submit("/login", email="me@example.com", password="long enough").status_code == 303


def test_a_used_link_says_so_and_shows_a_way_on(fresh: Flask) -> None:
    browser, path = Browser(fresh.test_client()), link(fresh)
    browser.submit(path, **GOOD)
    over = fresh.test_client().get(path)
    assert over.status_code == 410
    assert "flask operator link" in over.text
    assert 'href="/login"' in over.text


def test_a_form_opened_before_the_link_was_used_changes_nothing(fresh: Flask) -> None:
    path = link(fresh)
    slow, quick = Browser(fresh.test_client()), Browser(fresh.test_client())
    slow_page = slow.get(path).text
    quick.submit(path, **GOOD)
    token = slow_page.split('name="csrf_token" value="')[1].split('"')[0]
    late = slow.client.post(path, data=GOOD | {"csrf_token": token, "email": "thief@example.com"})
    assert late.status_code == 410


def test_looking_at_the_link_does_not_use_it_up(fresh: Flask) -> None:
    path = link(fresh)
    for _ in range(3):
        assert fresh.test_client().get(path).status_code == 200


def test_the_secret_in_the_address_is_kept_from_referrers_and_caches(fresh: Flask) -> None:
    shown = fresh.test_client().get(link(fresh))
    assert shown.headers["Referrer-Policy"] == "no-referrer"
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"email": "me"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@" + "b" * 300}, "email"),
        ({"email": "a\x00@example.com"}, "email"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "x" * 1001, "again": "x" * 1001}, "password"),
        ({"again": "another one"}, "again"),
    ],
)
def test_a_wrong_answer_is_named_at_its_field(wrong: dict[str, str], field: str) -> None:
    assert list(SetupForm.from_fields(GOOD | wrong).problems()) == [field]


def test_a_wrong_answer_keeps_the_link_and_what_was_typed_but_no_password(fresh: Flask) -> None:
    browser, path = Browser(fresh.test_client()), link(fresh)
    refused = browser.submit(path, **GOOD | {"again": "another one"})
    assert refused.status_code == 422
    assert 'value="me@example.com"' in refused.text
    assert "long enough" not in refused.text
    assert "Both passwords must be the same." in refused.text
    assert browser.submit(path, **GOOD).status_code == 303


def test_before_the_set_up_the_login_page_says_what_to_do(fresh: Flask) -> None:
    assert "There is no account yet" in fresh.test_client().get("/login").text


WORKSPACE = {"workspace_name": "The Mill", "currency": "EUR", "locale": "de-DE"}


def test_the_first_link_asks_for_the_workspace_too(fresh: Flask) -> None:
    browser, path = Browser(fresh.test_client()), link(fresh)
    refused = browser.submit(path, **GOOD | WORKSPACE | {"currency": "pounds"})
    assert refused.status_code == 422
    assert "Give a three-letter currency code" in refused.text
    assert 'value="The Mill"' in refused.text
    assert browser.submit(path, **GOOD | WORKSPACE).status_code == 303
    now = fresh.extensions[services.EXTENSION].site.current()
    assert (now.workspace_name, now.currency, now.locale) == ("The Mill", "EUR", "de-DE")


def test_a_later_link_is_about_the_account_alone(fresh: Flask) -> None:
    Browser(fresh.test_client()).submit(link(fresh), **GOOD | WORKSPACE)
    browser, path = Browser(fresh.test_client()), link(fresh)
    assert "workspace_name" not in browser.get(path).text
    browser.submit(path, **GOOD | {"workspace_name": "Another"})
    assert fresh.extensions[services.EXTENSION].site.current().workspace_name == "The Mill"


def test_account_and_workspace_are_set_together_or_not_at_all(fresh: Flask) -> None:
    browser, path = Browser(fresh.test_client()), link(fresh)
    parts: services.Services = fresh.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        full = "CREATE TRIGGER full BEFORE INSERT ON site_settings BEGIN SELECT RAISE(ABORT, 'disk full'); END"
        connection.execute(text(full))
    assert browser.submit(path, **GOOD | WORKSPACE).status_code == 500
    assert not parts.operators.exists()
    with parts.database.write() as connection:
        connection.execute(text("DROP TRIGGER full"))
    assert browser.submit(path, **GOOD | WORKSPACE).status_code == 303
    with parts.database.read() as connection:
        told = [(deed.kind, deed.actor) for deed in activity.latest(connection, 2)]
    assert told == [("settings", "me@example.com"), ("setup_link", "me@example.com")]
