"""/healthz and /readyz."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.serve.site import MemoryCache
from widget_server import services
from widget_server.config import Settings
from widget_server.serve.routes import health


@pytest.fixture
def parts(settings: Settings) -> services.Services:
    """Of a site whose database is empty: nothing has been migrated."""
    return services.build(settings, MemoryCache())


@pytest.fixture
def client(parts: services.Services) -> FlaskClient:
    website = Flask(__name__)
    services.install(website, parts)
    website.register_blueprint(health)
    return website.test_client()


def test_a_process_that_answers_is_alive_whatever_the_database_does(client: FlaskClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "alive"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_site_is_ready_once_its_database_is_migrated(client: FlaskClient, parts: services.Services) -> None:
    before = client.get("/readyz")
    assert (before.status_code, before.json) == (503, {"status": "not_ready", "reason": "database"})
    assert before.headers["Retry-After"] == "5"
    parts.database.migrate()
    assert (client.get("/readyz").status_code, client.get("/readyz").json) == (200, {"status": "ready"})
    parts.database.close()
