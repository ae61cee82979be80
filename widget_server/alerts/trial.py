"""A test message, to see whether alerts would arrive."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from widget_server.alerts.channels import Channel
from widget_server.alerts.messages import Trial
from widget_server.errors import AlertNotSent


@dataclass(frozen=True)
class Outcome:
    """What came of it by one channel; `problem` is a sentence or two, None when the server took the message."""

    channel: str
    problem: str | None


def send(channels: Mapping[str, Channel], trial: Trial, now: datetime) -> list[Outcome]:
    """By all channels at once, since each may take its time, in their order."""
    if not channels:
        return []
    with ThreadPoolExecutor(len(channels), "alert-test") as pool:
        return list(pool.map(lambda name: Outcome(name, _problem(channels[name], trial, now)), channels))


def _problem(channel: Channel, trial: Trial, now: datetime) -> str | None:
    try:
        channel(trial, now)
    except AlertNotSent as error:
        return str(error)
    return None
