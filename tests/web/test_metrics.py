"""`/metrics`: what it says, and to whom."""

from flask import Flask

from tests import seeding
from tests.conftest import FakeClock
from tests.inbox.conftest import Rows, Syncaroo, data
from widget_server import config, create_app, services


def test_the_numbers_are_the_stores(site: Flask, clock: FakeClock) -> None:
    rows = Rows(site.extensions[services.EXTENSION].database)
    seeding.add_listings(rows.database, clock)
    token = seeding.connect(rows.database, clock, "99", seeding.LONDON)
    Syncaroo(site.test_client(), token).send(data())
    answer = site.test_client().get("/metrics")
    assert answer.content_type.startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'widget_deliveries{state="waiting"} 1.0' in lines
    assert 'widget_deliveries{state="dead"} 0.0' in lines
    assert "widget_targets_due 1.0" in lines
    assert 'widget_hub{state="disconnected"} 1.0' in lines
    (moment,) = (line.split()[1] for line in lines if line.startswith("widget_last_webhook_timestamp_seconds "))
    assert float(moment) == clock().timestamp()
    assert not any(line.startswith("widget_synced") for line in lines)


def test_without_a_token_only_loopback_may_read(site: Flask) -> None:
    away = site.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert away.status_code == 403


def test_with_a_token_it_decides(site_env: dict[str, str], clock: FakeClock) -> None:
    site = create_app(config.load(site_env | {"WIDGET_METRICS_TOKEN": "watcher"}), clock)
    client = site.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 401
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", headers={"Authorization": "Bearer watcher"}, environ_base=away).status_code == 200
    site.extensions[services.EXTENSION].database.close()
