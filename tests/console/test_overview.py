"""Each situation → the one thing to do; and what the hash of a webhook decides."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from widget_server.alerts.troubles import troubles
from widget_server.console import checklist
from widget_server.console.overview import Terms, hash_rule, judge
from widget_server.console.verdict import Step, Tone
from widget_server.model import RefusalReason
from widget_server.store.incidents import Trouble
from widget_server.store.overview import (
    ConnectionFact,
    DeadFact,
    Facts,
    HeldFact,
    HubFact,
    PendingFact,
    QueueFact,
    TroubleFact,
    UnknownFact,
)
from widget_server.store.refusals import BEARER_REASONS, CLAIMED, UnheardFact

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
EARLIER = NOW - timedelta(minutes=10)
TERMS = Terms(
    can_connect=True, has_platform_client=True, hash_mode="auto", has_hash_secret=True, stale_after=timedelta(hours=24)
)
CONNECTION = ConnectionFact("99", EARLIER, EARLIER, EARLIER, EARLIER, locations=1, wrong_hashes=0)
WELL = Facts(
    hub=HubFact("connected", None, EARLIER, EARLIER),
    connections=(CONNECTION,),
    queue=QueueFact(0, None),
    dead=(),
    troubles=(),
    unknown=(),
    held=(),
    pending=(),
    listings=3,
    public=2,
    synced_at=EARLIER,
)
DEAD = (DeadFact(1, 3, EARLIER, "London", "Room", "The answer is not JSON."),)
HELD = (HeldFact(1, EARLIER, 4, "rates", "London", "Room"),)
TROUBLE = (TroubleFact("Syncaroo answered 503.", 2, NOW),)
UNKNOWN = (UnknownFact("99", "4711", None, 2, EARLIER, "There is no location 4711 here."),)
UNHEARD = (UnheardFact("99", RefusalReason.EXPIRED_BEARER, 14, EARLIER, NOW),)
PENDING = (PendingFact("resource", "new-1", "New room", None, "London", EARLIER),)


def test_when_nothing_is_to_do_it_says_so() -> None:
    verdict = judge(WELL, TERMS, NOW)
    assert (verdict.tone, verdict.title, verdict.step) == (Tone.GOOD, "All is well", Step.NONE)
    assert verdict.text.startswith("2 listings")


@pytest.mark.parametrize(
    ("situation", "title", "step"),
    [
        (replace(WELL, hub=HubFact("needs_reconnect", "used twice", EARLIER, EARLIER)), "Reconnect", Step.CONNECT),
        (replace(WELL, hub=HubFact("disconnected", None, None, None)), "Connect Syncaroo", Step.CONNECT),
        (replace(WELL, listings=0, public=0), "Import your listings", Step.SHOW),
        (replace(WELL, connections=()), "Add this site as an integration", Step.ADD_INTEGRATION),
        (
            replace(WELL, connections=(replace(CONNECTION, connected_at=None),)),
            "Add this site as an integration",
            Step.ADD_INTEGRATION,
        ),
        (replace(WELL, held=HELD), "Confirm what Syncaroo says is gone", Step.SHOW),
        (replace(WELL, dead=DEAD), "3 updates failed", Step.SHOW),
        (replace(WELL, queue=QueueFact(1, NOW - timedelta(minutes=6))), "Start the worker", Step.COMMAND),
        (replace(WELL, unheard=UNHEARD), "Webhooks arrive but are turned away", Step.ADD_INTEGRATION),
        (replace(WELL, unknown=UNKNOWN), "Syncaroo names listings that aren't yours", Step.SHOW),
        (replace(WELL, pending=PENDING), "1 new listing to approve", Step.SHOW),
        (replace(WELL, troubles=TROUBLE), "Some prices can't be fetched", Step.SHOW),
        (replace(WELL, synced_at=None), "Waiting for the first prices", Step.NONE),
        (replace(WELL, synced_at=NOW - timedelta(hours=25)), "Prices haven't been confirmed", Step.COMMAND),
        (replace(WELL, queue=QueueFact(1, NOW - timedelta(minutes=4))), "All is well", Step.NONE),
    ],
)
def test_each_situation_has_one_thing_to_do(situation: Facts, title: str, step: Step) -> None:
    verdict = judge(situation, TERMS, NOW)
    assert verdict.title.startswith(title)
    assert verdict.step is step


@pytest.mark.parametrize(
    ("situation", "trouble"),
    [
        (replace(WELL, hub=HubFact("needs_reconnect", "used twice", EARLIER, EARLIER)), Trouble.RECONNECT),
        (replace(WELL, held=HELD), Trouble.HELD),
        (replace(WELL, dead=DEAD), Trouble.FAILED),
        (replace(WELL, synced_at=NOW - timedelta(hours=25)), Trouble.STALE),
    ],
)
def test_what_an_alert_tells_of_the_verdict_names_the_same(situation: Facts, trouble: Trouble) -> None:
    assert set(troubles(situation, TERMS.stale_after, NOW)) == {trouble}
    assert judge(situation, TERMS, NOW).trouble == trouble


def test_a_lost_connection_comes_before_all_that_follows_from_it() -> None:
    lost = HubFact("needs_reconnect", None, EARLIER, EARLIER)
    worst = replace(WELL, hub=lost, held=HELD, dead=DEAD, troubles=TROUBLE, unknown=UNKNOWN, pending=PENDING)
    assert judge(worst, TERMS, NOW).step is Step.CONNECT
    assert judge(replace(worst, hub=WELL.hub), TERMS, NOW).target == "#held"
    assert judge(replace(worst, hub=WELL.hub, held=()), TERMS, NOW).target == "#failed"


def test_an_access_token_that_has_just_expired_is_no_trouble_yet() -> None:
    fresh = (replace(UNHEARD[0], first_at=NOW - timedelta(minutes=4)),)
    assert judge(replace(WELL, unheard=fresh), TERMS, NOW).title == "All is well"


@pytest.mark.parametrize("reason", BEARER_REASONS)
def test_every_kind_of_wrong_token_has_its_words(reason: RefusalReason) -> None:
    found = judge(replace(WELL, unheard=(replace(UNHEARD[0], reason=reason),)), TERMS, NOW)
    assert "Open Syncaroo and connect this site again" in found.text


@pytest.mark.parametrize("reason", CLAIMED)
def test_what_anybody_can_send_hides_nothing_and_is_told_as_such(reason: RefusalReason) -> None:
    said = replace(WELL, unheard=(replace(UNHEARD[0], reason=reason),))
    found = judge(said, TERMS, NOW)
    assert found.tone is Tone.LOOK
    assert "anybody can send such" in found.text
    assert judge(replace(said, troubles=TROUBLE), TERMS, NOW).title.startswith("Some prices can't be fetched")
    assert judge(replace(said, pending=PENDING), TERMS, NOW).title.startswith("1 new listing")


@pytest.mark.parametrize("reason", CLAIMED)
def test_a_strangers_burst_that_is_over_is_no_trouble(reason: RefusalReason) -> None:
    burst = replace(UNHEARD[0], reason=reason, last_at=UNHEARD[0].first_at + timedelta(minutes=1))
    assert judge(replace(WELL, unheard=(burst,)), TERMS, NOW).title == "All is well"


def test_on_a_new_site_the_one_thing_to_do_is_the_checklists_first_open_step() -> None:
    fresh = replace(WELL, hub=HubFact("disconnected", None, None, None), connections=(), listings=0, synced_at=None)
    terms = replace(TERMS, can_connect=False, has_platform_client=False)
    said = []
    for facts, now_terms in (
        (fresh, terms),
        (replace(fresh, listings=3), terms),
        (replace(fresh, listings=3), replace(terms, can_connect=True)),
        (replace(fresh, listings=3, hub=WELL.hub), replace(terms, can_connect=True)),
    ):
        first = next(step for step in checklist.steps(facts, now_terms, (), "https://hub.example") if not step.done)
        verdict = judge(facts, now_terms, NOW)
        said.append((verdict.title, first.title))
    assert said == [
        ("Import your listings", "Tell this site what you have"),
        ("Exchange keys with Syncaroo", "Let this site read from Syncaroo"),
        ("Connect Syncaroo", "Let this site read from Syncaroo"),
        ("Make a client secret for Syncaroo", "Let Syncaroo report changes"),
    ]


def test_an_outage_at_syncaroo_does_not_blame_the_worker() -> None:
    waiting = QueueFact(5, NOW - timedelta(hours=1))
    assert judge(replace(WELL, queue=waiting, troubles=TROUBLE), TERMS, NOW).target == "#troubles"


def test_without_credentials_connecting_is_not_offered() -> None:
    disconnected = replace(WELL, hub=HubFact("disconnected", None, None, None))
    verdict = judge(disconnected, replace(TERMS, can_connect=False), NOW)
    assert verdict.step is Step.SHOW
    assert verdict.target == "/console/settings/syncaroo/"
    platform = judge(replace(WELL, connections=()), replace(TERMS, has_platform_client=False), NOW)
    assert (platform.label, platform.target) == ("Make the secret", "/console/settings/syncaroo/")


@pytest.mark.parametrize(
    ("mode", "secret", "verified", "words"),
    [
        ("off", True, True, "isn't checked."),
        ("auto", False, False, "isn't checked: no secret is set"),
        ("enforce", False, False, "Every webhook is refused"),
        ("observe", True, True, "accepted, and recorded"),
        ("auto", True, False, "Once a webhook's hash has matched"),
        ("auto", True, True, "wrong hash is refused"),
        ("enforce", True, False, "wrong hash is refused"),
    ],
)
def test_the_rule_for_hashes_that_is_in_force(mode: str, secret: bool, verified: bool, words: str) -> None:
    connection = replace(CONNECTION, hash_verified_at=EARLIER if verified else None)
    assert words in hash_rule(connection, replace(TERMS, hash_mode=mode, has_hash_secret=secret))
