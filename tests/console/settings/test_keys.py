"""The page with the keys of both directions, over HTTP."""

import re

from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import Browser
from tests.console import scene
from widget_server import services

PAGE = "/console/settings/syncaroo/"
THEIRS = {"syncaroo_client_id": "their-id", "syncaroo_client_secret": "their-secret"}


def parts_of(browser: Browser) -> services.Services:
    client: FlaskClient = browser.client
    found: services.Services = client.application.extensions[services.EXTENSION]
    return found


def test_without_a_variable_the_keys_of_both_directions_are_set_here(unset_browser: Browser) -> None:
    made = unset_browser.submit(PAGE, f"{PAGE}secret")
    secret = re.search(r'id="made-secret">([^<]{40,})<', made.text)
    assert secret
    assert made.headers["Cache-Control"] == "no-store"
    parts = parts_of(unset_browser)
    client = parts.platform.client()
    assert client
    assert client.authenticates(client.client_id, secret[1])
    assert client.client_id in unset_browser.get("/console/").text
    assert secret[1] not in unset_browser.get(PAGE).text
    assert unset_browser.submit(PAGE, f"{PAGE}portal-keys", **THEIRS).status_code == 303
    assert parts.hub_connect.is_set_up
    begun = unset_browser.submit("/console/", "/connect/syncaroo")
    assert "clientId=their-id" in begun.headers["Location"]


def test_whoever_entered_their_keys_connects_from_the_same_page(unset_browser: Browser) -> None:
    button = 'action="/connect/syncaroo"'
    assert button not in unset_browser.get(PAGE).text
    unset_browser.submit(PAGE, f"{PAGE}portal-keys", **THEIRS)
    page = unset_browser.get(PAGE).text
    assert button in page
    assert ">Connect Syncaroo</button>" in page
    parts = parts_of(unset_browser)
    with parts.database.write() as connection:
        scene.connect_hub(connection, parts.clock())
    assert ">Connect again</button>" in unset_browser.get(PAGE).text


def test_their_secret_is_the_key_of_webhooks_hashes(unset_browser: Browser) -> None:
    unset_browser.submit(PAGE, f"{PAGE}portal-keys", **THEIRS)
    assert parts_of(unset_browser).site.current().hash_secret == "their-secret"


def test_their_secret_never_comes_back(operator_browser: Browser) -> None:
    saved = operator_browser.submit(PAGE, f"{PAGE}portal-keys", **THEIRS)
    refused = operator_browser.submit(PAGE, f"{PAGE}portal-keys", **THEIRS | {"syncaroo_client_id": ""})
    assert refused.status_code == 422
    for page in (
        saved.text,
        refused.text,
        operator_browser.get(PAGE).text,
        operator_browser.get("/console/activity/").text,
    ):
        assert "their-secret" not in page
        assert "syncaroo-secret" not in page
        assert "platform-secret" not in page


def test_an_empty_secret_keeps_the_one_that_is_held(operator_browser: Browser) -> None:
    operator_browser.submit(PAGE, f"{PAGE}portal-keys", syncaroo_client_id="corrected")
    now = parts_of(operator_browser).site.current()
    assert (now.syncaroo_client_id, now.syncaroo_client_secret) == ("corrected", "syncaroo-secret")


def test_without_one_it_is_asked_for(unset_browser: Browser) -> None:
    refused = unset_browser.submit(PAGE, f"{PAGE}portal-keys", syncaroo_client_id='their-id"<')
    assert refused.status_code == 422
    assert "where it stands beside the client id" in refused.text.replace("&#39;", "'")
    assert 'value="their-id&#34;&lt;"' in refused.text


def test_a_third_secret_is_not_made_and_the_page_says_why(operator_browser: Browser) -> None:
    for _ in range(2):
        operator_browser.submit(PAGE, f"{PAGE}secret")
    assert "Make a new client secret" not in operator_browser.get(PAGE).text
    assert operator_browser.submit(PAGE, f"{PAGE}secret").status_code == 303
    page = operator_browser.get(PAGE).text
    assert "Two client secrets are good already" in page
    older = re.findall(rf'action="({PAGE}secret/\d+/retire)"', page)[1]
    assert operator_browser.submit(PAGE, older).status_code == 303
    assert len(parts_of(operator_browser).platform_keys.made()) == 1
    operator_browser.submit(PAGE, older)
    assert "settled already" in operator_browser.get(PAGE).text


def test_reloading_the_page_with_a_new_secret_makes_no_second_one(unset_browser: Browser) -> None:
    page = unset_browser.get(PAGE).text
    form = page.partition(f'action="{PAGE}secret"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))
    made = unset_browser.client.post(f"{PAGE}secret", data=fields)
    assert 'id="made-secret"' in made.text
    again = unset_browser.client.post(f"{PAGE}secret", data=fields)
    assert (again.status_code, again.headers["Location"]) == (303, PAGE)
    told = unset_browser.get(PAGE).text
    assert "That secret was made already, and a secret is shown once." in told
    assert len(parts_of(unset_browser).platform_keys.made()) == 1
    assert 'id="made-secret"' in unset_browser.submit(PAGE, f"{PAGE}secret", after="1").text


def test_the_client_id_can_be_chosen(operator_browser: Browser) -> None:
    operator_browser.submit(PAGE, f"{PAGE}client-id", platform_client_id="the-mill")
    client = parts_of(operator_browser).platform.client()
    assert client
    assert client.authenticates("the-mill", "platform-secret")
    assert operator_browser.submit(PAGE, f"{PAGE}client-id", platform_client_id="").status_code == 422


def test_strangers_make_no_keys(site: Flask) -> None:
    browser = Browser(site.test_client())
    assert browser.submit("/login", f"{PAGE}secret").headers["Location"] == "/login"
    assert parts_of(browser).platform_keys.made() == []
