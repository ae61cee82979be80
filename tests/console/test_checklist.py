"""The first run's steps tick themselves and go away."""

from dataclasses import replace

from tests.console.test_overview import TERMS, WELL
from widget_server.console.checklist import CONNECT, steps
from widget_server.store.overview import Facts, HubFact

URL = "https://app.syncaroo.com"
FRESH: Facts = replace(
    WELL, hub=HubFact("disconnected", None, None, None), connections=(), listings=0, public=0, synced_at=None
)
NO_KEYS = replace(TERMS, can_connect=False, has_platform_client=False)


def test_a_fresh_site_says_what_to_do_and_leads_there() -> None:
    found = steps(FRESH, NO_KEYS, [], URL)
    assert [step.done for step in found] == [False] * 5
    keys = "/console/settings/syncaroo/"
    assert [step.link for step in found] == ["/console/listings/", keys, keys, "", "#embed"]
    assert all(step.text for step in found)


def test_with_keys_the_next_steps_are_connecting_both_ways() -> None:
    found = steps(FRESH, TERMS, [], URL)
    assert [step.link for step in found[1:3]] == [CONNECT, URL]


def test_each_step_ticks_by_itself() -> None:
    found = steps(WELL, TERMS, [], URL)
    assert [step.done for step in found] == [True, True, True, True, False]


def test_all_done_it_is_gone() -> None:
    assert steps(WELL, TERMS, ["https://www.example.com"], URL) == []


def test_a_lost_connection_is_no_first_run() -> None:
    lost = replace(WELL, hub=HubFact("needs_reconnect", "x", None, None))
    assert steps(lost, TERMS, ["https://www.example.com"], URL) == []
