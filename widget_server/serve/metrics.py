"""`/metrics`: what to watch, in Prometheus' text format. For holders of WIDGET_METRICS_TOKEN, else loopback only."""

import hmac
import logging
from collections.abc import Iterator
from datetime import datetime

from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector

from widget_server import services
from widget_server.errors import RequestRefused
from widget_server.hosts import is_loopback
from widget_server.model import DeliveryState
from widget_server.store.measures import Measures, measure

HUB_STATES = ("connected", "disconnected", "needs_reconnect")

metrics = Blueprint("metrics", __name__)
log = logging.getLogger(__name__)


@metrics.get("/metrics")
def scrape() -> Response:
    """The numbers of this moment, the same from every process: they are the store's."""
    parts = services.current()
    _refuse_strangers(parts.settings.metrics_token)
    with parts.database.read() as connection:
        measured = measure(connection, parts.clock())
    registry = CollectorRegistry()
    registry.register(_Measured(measured))
    answer = Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refuse_strangers(token: str | None) -> None:
    if token is None:
        if not is_loopback(request.remote_addr or ""):
            raise RequestRefused(403, "forbidden", "Set WIDGET_METRICS_TOKEN to read this from another machine.")
        return
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        raise RequestRefused(401, "invalid_token", "Send Authorization: Bearer with WIDGET_METRICS_TOKEN.")


class _Measured(Collector):
    """Hands the numbers of one moment to the library."""

    def __init__(self, measured: Measures) -> None:
        self._measured = measured

    def collect(self) -> Iterator[Metric]:
        now = self._measured
        yield _by_label(
            "widget_deliveries", "Webhooks in the inbox, by state.", "state", now.deliveries, tuple(DeliveryState)
        )
        yield _gauge("widget_targets_due", "Fetches that are due.", now.targets_due)
        yield _gauge("widget_targets_failing", "Targets whose last fetch failed.", now.targets_failing)
        yield _gauge("widget_price_changes", "Price changes in the history.", now.price_changes)
        yield _gauge("widget_sweep_finds", "Changes that no webhook told of.", now.sweep_finds)
        yield _by_label(
            "widget_hub", "The connection to the hub, 1 for its state.", "state", {now.hub_state: 1}, HUB_STATES
        )
        for name, text, moment in (
            ("widget_oldest_waiting_timestamp_seconds", "When the oldest waiting webhook came.", now.oldest_waiting_at),
            ("widget_last_webhook_timestamp_seconds", "When the last webhook came.", now.last_webhook_at),
            ("widget_synced_timestamp_seconds", "Until when prices are known to be the hub's.", now.synced_at),
        ):
            yield from _moment(name, text, moment)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by_label(name: str, text: str, label: str, values: dict[str, int], known: tuple[str, ...]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value in known:
        family.add_metric([value], values.get(value, 0))
    return family


def _moment(name: str, text: str, moment: datetime | None) -> Iterator[Metric]:
    """Absent where nothing has happened: zero would be 1970."""
    if moment is not None:
        yield _gauge(name, text, moment.timestamp())
