"""Alerts as a whole: once when something begins, once when it is over, whatever fails and however many workers look."""

import threading
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest

from tests.alerts.conftest import ChatTool, Mailbox
from tests.conftest import FakeClock
from tests.console import scene
from widget_server.alerts.channels import Channel
from widget_server.alerts.messages import Message
from widget_server.alerts.watch import AlertWatch
from widget_server.config import Settings
from widget_server.errors import AlertNotSent
from widget_server.store import publication
from widget_server.store.engine import Database


@dataclass
class Told:
    """A channel that remembers, and can fail."""

    alerts: list[str] = field(default_factory=list)
    fails: bool = False

    def __call__(self, alert: Message, now: datetime) -> None:
        if self.fails:
            raise AlertNotSent("away")
        self.alerts.append(alert.title)


class Office:
    """A workspace that is well, the channels that it uses, and workers that look after it."""

    def __init__(self, database: Database, clock: FakeClock, settings: Settings) -> None:
        self.database = database
        self.clock = clock
        self.settings = settings
        self.email, self.webhook = Told(), Told()
        self.used: dict[str, Channel] = {"email": self.email, "webhook": self.webhook}
        self.watch = self.worker()
        self.connected()

    def worker(self) -> AlertWatch:
        return AlertWatch(self.database, lambda: self.settings, self.clock, lambda _: self.used)

    def connected(self, state: str = "connected") -> None:
        with self.database.write() as connection:
            scene.connect_hub(connection, self.clock(), state)
            publication.set_synced(connection, self.clock())

    def look(self, **later: float) -> list[str]:
        self.clock.advance(**later)
        self.watch.look()
        return self.email.alerts


@pytest.fixture
def office(database: Database, clock: FakeClock, settings: Settings) -> Office:
    return Office(database, clock, settings)


RECONNECT, STALE = "Reconnect to Syncaroo", "Prices haven't been confirmed for a while"


def test_nothing_is_told_while_all_is_well(office: Office) -> None:
    assert office.look() == []


def test_an_incident_is_told_once_and_once_when_it_is_over(office: Office) -> None:
    office.connected("needs_reconnect")
    assert office.look() == [RECONNECT]
    assert office.look(minutes=5) == [RECONNECT]
    office.connected()
    assert office.look(minutes=5) == [RECONNECT, f"Over: {RECONNECT}"]
    assert office.look(minutes=5) == [RECONNECT, f"Over: {RECONNECT}"]
    office.connected("needs_reconnect")
    assert office.look(minutes=5) == [RECONNECT, f"Over: {RECONNECT}", RECONNECT]
    assert office.webhook.alerts == office.email.alerts


def test_prices_that_nobody_confirmed_are_told_after_as_many_hours_as_the_settings_say(office: Office) -> None:
    assert office.look(hours=23, minutes=59) == []
    assert office.look(minutes=1) == [STALE]


def test_a_site_that_was_disconnected_on_purpose_is_left_in_peace(office: Office) -> None:
    office.connected("disconnected")
    assert office.look(days=9) == []


def test_dead_letters_and_empty_sets_are_told(office: Office) -> None:
    with office.database.write() as connection:
        scene.add_workspace(connection, office.clock())
        target = scene.add_target(connection)
        scene.add_delivery(connection, office.clock(), state="dead", target_id=target)
        scene.add_target(connection, "b" * 64, held_since=office.clock(), held_count=4)
    assert sorted(office.look()) == ["Confirm what Syncaroo says is gone", "Updates failed"]


def test_a_restart_forgets_nothing(office: Office) -> None:
    office.connected("needs_reconnect")
    office.look()
    office.watch = office.worker()
    assert office.look(minutes=5) == [RECONNECT]


def test_a_failure_is_tried_again_with_growing_pauses_and_the_other_channel_is_not_told_twice(office: Office) -> None:
    office.connected("needs_reconnect")
    office.webhook.fails = True
    assert office.look() == [RECONNECT]
    office.webhook.fails = False
    office.look(seconds=59)
    assert office.webhook.alerts == []
    office.webhook.fails = True
    office.look(seconds=1)
    office.webhook.fails = False
    office.look(seconds=119)
    assert office.webhook.alerts == []
    assert office.look(seconds=1) == [RECONNECT]
    assert office.webhook.alerts == [RECONNECT]


def test_what_was_over_before_it_could_be_told_is_not_told(office: Office) -> None:
    office.connected("needs_reconnect")
    office.email.fails = True
    office.look()
    office.connected()
    office.email.fails = False
    assert office.look(hours=2) == []


def test_a_worker_that_dies_while_it_tells_is_followed_by_another(office: Office) -> None:
    office.connected("needs_reconnect")

    def dies(alert: Message, now: datetime) -> None:
        raise KeyboardInterrupt

    office.used = {"email": dies}
    with pytest.raises(KeyboardInterrupt):
        office.look()
    office.used = {"email": office.email}
    office.watch = office.worker()
    assert office.look(minutes=4) == []
    assert office.look(minutes=1) == [RECONNECT]


def test_a_channel_that_is_added_later_is_told_and_one_that_is_gone_is_forgotten(office: Office) -> None:
    office.connected("needs_reconnect")
    office.used = {"webhook": office.webhook}
    office.look()
    office.used = {"email": office.email}
    assert office.look(minutes=5) == [RECONNECT]
    office.connected()
    office.used = {"email": office.email, "webhook": office.webhook}
    office.look(minutes=5)
    assert office.webhook.alerts == [RECONNECT]


def test_of_many_workers_at_once_one_tells(office: Office) -> None:
    office.connected("needs_reconnect")
    start = threading.Barrier(4)

    def look() -> None:
        watch = office.worker()
        start.wait()
        watch.look()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert office.email.alerts == [RECONNECT]
    assert office.webhook.alerts == [RECONNECT]


def test_it_goes_out_by_mail_and_to_the_chat_tool(
    database: Database, clock: FakeClock, settings: Settings, mailbox: Mailbox, chat: ChatTool
) -> None:
    urls = {"smtp_url": mailbox.url, "alert_url": chat.url}
    found = replace(
        settings, smtp_url=mailbox.url, alert_email="operator@example.com", alert_url=chat.url, given=urls
    )  # fmt: skip
    with database.write() as connection:
        scene.connect_hub(connection, clock(), "needs_reconnect")
    AlertWatch(database, lambda: found, clock).look()
    assert mailbox.mails[0]["Subject"] == "[Demo Workspace] Reconnect to Syncaroo"
    assert chat.posts[0]["kind"] == "needs_reconnect"
