"""Logging in and out over HTTP: who gets in, where they land, how long it lasts, how often it may fail."""

import random
import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Browser, FakeClock
from widget_server import config, create_app, services
from widget_server.console.login_limit import ALLOWED_FAILURES, counted_address
from widget_server.store.tables import login_failures
from widget_server.web.local_path import local_path


def test_the_console_asks_to_log_in_and_comes_back_to_where_one_wanted_to_go(browser: Browser) -> None:
    asked = browser.get("/console/?a=b&c=d")
    assert (asked.status_code, asked.headers["Location"]) == (303, "/login?next=/console/?a%3Db%26c%3Dd")
    form = browser.get(asked.headers["Location"]).text
    assert 'name="next" value="/console/?a=b&amp;c=d"' in form
    landed = browser.log_in(next="/console/?a=b&c=d")
    assert (landed.status_code, landed.headers["Location"]) == (303, "/console/?a=b&c=d")
    assert browser.get("/console/").status_code == 200


@pytest.mark.parametrize("password", ["", "wrong", "correct horse batter", "\x00", "x" * 5000, "pässwörd"])
def test_a_wrong_password_stays_outside(browser: Browser, password: str) -> None:
    refused = browser.log_in(password)
    assert refused.status_code == 403
    assert "belong together" in refused.text
    assert browser.get("/console/").status_code == 303


def test_an_unknown_address_reads_like_a_wrong_password(browser: Browser) -> None:
    unknown = browser.submit("/login", email="nobody@example.com", password="correct horse battery")
    assert unknown.status_code == 403
    assert "belong together" in unknown.text


def test_the_address_is_the_same_in_any_case(browser: Browser) -> None:
    assert browser.submit("/login", email=" Operator@Example.com ", password="correct horse battery").status_code == 303


def test_what_was_typed_comes_back_escaped(browser: Browser) -> None:
    refused = browser.submit("/login", email='"><script>alert(1)</script>', password="x")
    assert "<script>" not in refused.text


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "\\/evil.example", "https://evil.example", "javascript:alert(1)",
        "/\t/evil.example", "/console/\r\nSet-Cookie: a=b", "evil.example", "", " /console/", "/ümlaut",
        "/" + "a" * 2000,
    ],
)  # fmt: skip
def test_next_never_leads_to_another_site(browser: Browser, path: str) -> None:
    assert local_path(path) is None
    assert browser.log_in(next=path).headers["Location"] == "/console/"


@pytest.mark.parametrize("path", ["/console/", "/api/oauth/authorize?connectionId=99&redirectUri=https://a.b/c"])
def test_next_leads_to_paths_of_this_site(path: str) -> None:
    assert local_path(path) == path


def test_logging_in_starts_a_session_that_shares_nothing_with_the_one_before(site: Flask, browser: Browser) -> None:
    before = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login").text)
    assert before
    browser.client.post(
        "/login",
        data={"csrf_token": before[1], "email": "operator@example.com", "password": "correct horse battery"},
    )
    assert browser.client.post("/logout", data={"csrf_token": before[1]}).status_code == 400


def test_logging_out_ends_the_session_even_for_a_copied_cookie(site: Flask, operator_browser: Browser) -> None:
    thief = site.test_client()
    cookie = operator_browser.client.get_cookie("widget_session")
    assert cookie
    thief.set_cookie("widget_session", cookie.value)
    assert thief.get("/console/").status_code == 200
    assert operator_browser.submit("/console/", "/logout").status_code == 303
    assert operator_browser.get("/console/").status_code == 303
    assert thief.get("/console/").status_code == 303


def test_a_session_ends_after_twelve_idle_hours(operator_browser: Browser, clock: FakeClock) -> None:
    clock.advance(hours=11, minutes=50)
    assert operator_browser.get("/console/").status_code == 200
    clock.advance(hours=11, minutes=50)
    assert operator_browser.get("/console/").status_code == 200
    clock.advance(hours=12, minutes=1)
    assert operator_browser.get("/console/").status_code == 303


def test_a_session_ends_after_seven_days_however_busy(operator_browser: Browser, clock: FakeClock) -> None:
    for _ in range(16):
        clock.advance(hours=10)
        assert operator_browser.get("/console/").status_code == 200
    clock.advance(hours=10)
    assert operator_browser.get("/console/").status_code == 303


def test_a_cookie_signed_with_an_earlier_key_still_reads(site_env: dict[str, str], clock: FakeClock) -> None:
    before = Browser(create_app(config.load(site_env), clock).test_client())
    before.log_in()
    cookie = before.client.get_cookie("widget_session")
    assert cookie
    rotated = create_app(config.load(site_env | {"WIDGET_SECRET_KEY": "n" * 40 + "," + "k" * 40}), clock)
    after = rotated.test_client()
    after.set_cookie("widget_session", cookie.value)
    assert after.get("/console/").status_code == 200


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.log_in().headers["Set-Cookie"]
    assert cookie.startswith("widget_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http on loopback: the browser would drop it


def test_over_https_the_cookie_is_secure_and_bound_to_the_host(site_env: dict[str, str], clock: FakeClock) -> None:
    site = create_app(config.load(site_env | {"WIDGET_SITE_URL": "https://prices.example.com"}), clock)
    cookie = site.test_client().get("/login", base_url="https://prices.example.com").headers["Set-Cookie"]
    assert cookie.startswith("__Host-widget_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_too_many_failures_are_a_page_that_says_when_to_come_back(browser: Browser, clock: FakeClock) -> None:
    for _ in range(ALLOWED_FAILURES):
        assert browser.log_in("wrong").status_code == 403
    clock.advance(minutes=5)
    refused = browser.log_in()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert "Try again in 10 minutes" in refused.text
    clock.advance(minutes=10)
    assert browser.log_in().status_code == 303


def test_a_stranger_who_guesses_does_not_lock_the_operator_out(site: Flask, clock: FakeClock) -> None:
    stranger, operator = Browser(site.test_client()), Browser(site.test_client())
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    answers = [stranger.log_in(f"guess {number}").status_code for number in range(100)]
    assert answers.count(403) == ALLOWED_FAILURES
    assert answers.count(429) == 100 - ALLOWED_FAILURES
    assert operator.log_in().status_code == 303


@pytest.mark.parametrize("where", ["redis", "redis that is away"])
def test_with_redis_guessing_is_limited_just_the_same(
    site_env: dict[str, str], redis_url: str, clock: FakeClock, where: str
) -> None:
    origin = f"http://127.0.0.1:{random.randint(20_000, 60_000)}"  # keys of this test's own
    url = redis_url if where == "redis" else "redis://127.0.0.1:1/0"
    made = create_app(config.load(site_env | {"WIDGET_REDIS_URL": url, "WIDGET_SITE_URL": origin}), clock)
    browser = Browser(made.test_client())
    answers = [browser.log_in(f"guess {number}").status_code for number in range(20)]
    assert (answers.count(403), answers.count(429)) == (ALLOWED_FAILURES, 20 - ALLOWED_FAILURES)
    clock.advance(minutes=15)
    assert browser.log_in().status_code == 303


def test_only_failures_count(browser: Browser) -> None:
    for _ in range(ALLOWED_FAILURES + 2):
        assert browser.log_in("wrong").status_code == 403
        browser.client.delete_cookie("widget_session")
        assert browser.log_in().status_code == 303
        browser.client.delete_cookie("widget_session")


def test_old_failures_are_forgotten_whoever_made_them(site: Flask, clock: FakeClock) -> None:
    browser = Browser(site.test_client())
    browser.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    browser.log_in("wrong")
    clock.advance(minutes=16)
    Browser(site.test_client()).log_in("wrong")
    parts: services.Services = site.extensions[services.EXTENSION]
    with parts.database.read() as connection:
        assert connection.execute(select(func.count()).select_from(login_failures)).scalar_one() == 1


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("unix:", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_network_of_one_household_counts_as_one(address: str | None, counted: str) -> None:
    assert counted_address(address) == counted


def test_the_address_of_the_client_comes_from_trusted_proxies_only(site_env: dict[str, str], clock: FakeClock) -> None:
    direct = Browser(create_app(config.load(site_env), clock).test_client())
    for number in range(ALLOWED_FAILURES):
        direct.client.environ_base["HTTP_X_FORWARDED_FOR"] = f"198.51.100.{number}"
        assert direct.log_in("wrong").status_code == 403
    assert direct.log_in("wrong").status_code == 429
    proxied = Browser(create_app(config.load(site_env | {"WIDGET_TRUSTED_PROXIES": "1"}), clock).test_client())
    proxied.client.environ_base["HTTP_X_FORWARDED_FOR"] = "127.0.0.1, 198.51.100.77"
    assert proxied.log_in("wrong").status_code == 403


def test_who_is_logged_in_already_goes_straight_on(operator_browser: Browser) -> None:
    assert operator_browser.get("/login?next=/console/?a").headers["Location"] == "/console/?a"


def test_the_front_page_shows_visitors_the_prices(browser: Browser) -> None:
    assert browser.get("/").headers["Location"] == "/widget"
