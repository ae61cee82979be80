"""Actors: Syncaroo as it meets the site, and the operator in front of the consent page."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import Browser, FakeClock
from widget_server import config, create_app, services
from widget_server.listings.importing import read_listings
from widget_server.store import listings
from widget_server.store.engine import Database

GUIDE = Path(__file__).parents[1] / "fixtures" / "guide"
AUTHORIZE, TOKEN, CHECK = "/api/oauth/authorize", "/api/oauth/token", "/api/check_connection/"
HUB = "https://app.syncaroo.com/connection"
CLIENT = {"clientId": "xyz1243", "clientSecret": "platform-secret"}


def guide(name: str) -> Any:
    """An example of the integration guide."""
    return json.loads((GUIDE / f"{name}.json").read_text(encoding="utf-8"))


def link(**changed: str | None) -> str:
    """An authorize link as in the guide, with parameters changed, added, or (None) left out."""
    asked = {"connectionId": "99", "clientId": "xyz1243", "redirectUri": HUB, "response_type": "code"} | changed
    return f"{AUTHORIZE}?{urlencode({name: value for name, value in asked.items() if value is not None})}"


def sent_back(answer: TestResponse) -> dict[str, str]:
    """The parameters with which the browser goes back to the hub; each must be there once."""
    location = answer.headers["Location"]
    assert location.startswith(HUB), location
    query = parse_qs(urlsplit(location).query, strict_parsing=True, keep_blank_values=True)
    assert all(len(values) == 1 for values in query.values())
    return {name: values[0] for name, values in query.items()}


def form_target(page: TestResponse) -> str:
    """Where the consent form posts to."""
    found = re.search(rf'action="({AUTHORIZE}[^"]*)"', page.text)
    assert found
    return html.unescape(found[1])


def boxes(page: TestResponse) -> dict[str, bool]:
    """Location → whether it is ticked."""
    found = re.findall(r'<input type="checkbox"[^>]*value="([^"]*)"([^>]*)>', page.text)
    return {html.unescape(value): "checked" in rest for value, rest in found}


@dataclass
class Syncaroo:
    """Calls the site as Syncaroo's servers do."""

    client: FlaskClient
    last: dict[str, str] = field(default_factory=dict)

    def post_token(self, **fields: str) -> TestResponse:
        return self.client.post(TOKEN, data=CLIENT | fields)

    def exchange(self, code: str) -> TestResponse:
        return self.post_token(code=code, grantType="authorization_code")

    def refresh(self, refresh_token: str) -> TestResponse:
        return self.post_token(refreshToken=refresh_token, grantType="refresh_token")

    def tokens(self, answer: TestResponse) -> dict[str, str]:
        assert answer.status_code == 200, answer.text
        assert answer.json is not None
        return dict(answer.json)

    def check(self, access_token: str, connection_id: str = "99") -> TestResponse:
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.client.get(CHECK, query_string={"connectionId": connection_id}, headers=headers)


@dataclass
class Operator:
    """Decides on the consent page, in a browser that is logged in."""

    browser: Browser

    def decide(self, decision: str, *locations: str, page: str = "") -> TestResponse:
        page = page or link()
        fields = {"decision": decision, "location": list(locations)}
        return self.browser.submit(page, form_target(self.browser.get(page)), **fields)  # type: ignore[arg-type]

    def approve(self, *locations: str, connection_id: str = "99") -> str:
        """Approve with just these locations ticked; the code that the hub gets."""
        answer = self.decide("approve", *locations, page=link(connectionId=connection_id))
        return sent_back(answer)["code"]


@pytest.fixture
def site_database(site: Flask) -> Database:
    found: Database = site.extensions[services.EXTENSION].database
    return found


@pytest.fixture(scope="session")
def standing_site(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """One site for all tests that only ask and change nothing: making one takes longer than asking."""
    folder = tmp_path_factory.mktemp("standing")
    (folder / config.DATABASE_FILE).write_bytes(migrated_sqlite.read_bytes())
    env = {
        "WIDGET_DATA_DIR": str(folder),
        "WIDGET_OPERATOR_EMAIL": "operator@example.com",
        "WIDGET_OPERATOR_PASSWORD": "correct horse battery",
        "WIDGET_PLATFORM_CLIENT_ID": CLIENT["clientId"],
        "WIDGET_PLATFORM_CLIENT_SECRET": CLIENT["clientSecret"],
    }
    made = create_app(config.load(env), FakeClock())
    yield made
    made.extensions[services.EXTENSION].database.close()


@pytest.fixture(scope="session")
def asking_operator(standing_site: Flask) -> "Operator":
    """Logged in at the standing site."""
    browser = Browser(standing_site.test_client())
    assert browser.log_in().status_code == 303
    return Operator(browser)


@pytest.fixture
def stranger(standing_site: Flask) -> Browser:
    """In front of the standing site, not logged in."""
    return Browser(standing_site.test_client())


@pytest.fixture
def asking_syncaroo(standing_site: Flask) -> Syncaroo:
    """Calls the standing site."""
    return Syncaroo(standing_site.test_client())


@pytest.fixture
def syncaroo(site: Flask) -> Syncaroo:
    return Syncaroo(site.test_client())


@pytest.fixture
def operator(operator_browser: Browser) -> Operator:
    return Operator(operator_browser)


@pytest.fixture
def demo_listings(site_database: Database, clock: FakeClock) -> None:
    """The guide's own locations and resources, nobody's yet."""
    with site_database.write() as connection:
        for listing in read_listings((GUIDE / "check_connection_answer.json").read_bytes()):
            listings.upsert(connection, listing, clock())


@pytest.fixture
def owners(site_database: Database) -> "Owners":
    return Owners(site_database)


@dataclass
class Owners:
    """Which connection syncs which location."""

    database: Database

    def __call__(self) -> dict[str, str | None]:
        with self.database.read() as connection:
            return {place.id: place.connection_id for place in listings.all_locations(connection)}


@pytest.fixture
def unset_browser(settings_env: dict[str, str], sqlite_url: str, clock: FakeClock) -> Iterator[Browser]:
    """In front of a site whose four client variables aren't set; the operator is logged in."""
    env = {name: value for name, value in settings_env.items() if "_CLIENT_" not in name}
    made = create_app(config.load(env | {"WIDGET_DATABASE_URL": sqlite_url}), clock)
    found = Browser(made.test_client())
    assert found.log_in().status_code == 303
    yield found
    made.extensions[services.EXTENSION].database.close()
