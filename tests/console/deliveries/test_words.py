"""Deliveries in words, and bodies without their secrets. Pure."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from widget_server.console.deliveries import choosing, words
from widget_server.console.deliveries.masking import MASK, masked_address, pretty
from widget_server.inbox.batch import NAMES_NO_URL
from widget_server.model import DeliveryState, HashVerdict
from widget_server.store.deliveries import Delivery, Verdict

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
DONE = Delivery(
    id=7, received_at=NOW, connection_id="99", type="data", attribute_type="rates", action=None, location_id="1198",
    resource_id="7843", location="London", resource="Thames Room", state=DeliveryState.DONE,
    hash_verdict=HashVerdict.VERIFIED, target_id=1, attempts=0, outcome="1 changed.", done_at=NOW, together=1, first=7,
)  # fmt: skip
DOOR = {"state": DeliveryState.REFUSED, "target_id": None}


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, "Prices"),
        ({"attribute_type": "resources", "action": "new"}, "Resources (new)"),
        ({"type": "status", "attribute_type": None}, "Opening status"),
        ({"attribute_type": "bookings"}, "Bookings"),
        ({"attribute_type": None}, "Data"),
    ],
)
def test_what_it_was_about(changed: dict[str, str], kind: str) -> None:
    assert words.kind(replace(DONE, **changed)) == kind  # type: ignore[arg-type]


def test_its_target_is_called_as_we_call_it_else_by_its_identifier() -> None:
    assert (words.target(DONE), words.place(DONE)) == ("Thames Room", "London")
    unknown = replace(DONE, resource=None, location=None)
    assert (words.target(unknown), words.place(unknown)) == ("Resource 7843", "Location 1198")
    whole = replace(DONE, resource_id=None, resource=None)
    assert (words.target(whole), words.place(whole)) == ("London", None)


@pytest.mark.parametrize(
    ("changed", "verdict", "story"),
    [
        ({}, Verdict.ACCEPTED, "1 changed."),
        ({"first": 5, "together": 2}, Verdict.DUPLICATE, "Fetched together with delivery 5: 1 changed."),
        ({"state": DeliveryState.WAITING, "outcome": None}, Verdict.WAITING, "It waits to be fetched."),
        (
            {"state": DeliveryState.WAITING, "outcome": "Syncaroo answered 503."},
            Verdict.WAITING,
            "It waits to be fetched. The last try failed: Syncaroo answered 503.",
        ),
        ({"state": DeliveryState.CLAIMED, "outcome": None}, Verdict.WAITING, "It is being fetched."),
        ({"state": DeliveryState.IGNORED, "outcome": "No such place."}, Verdict.IGNORED, "No such place."),
        ({"state": DeliveryState.DEAD, "outcome": None}, Verdict.FAILED, "Nothing was recorded."),
    ],
)
def test_what_became_of_it(changed: dict[str, object], verdict: Verdict, story: str) -> None:
    delivery = replace(DONE, **changed)  # type: ignore[arg-type]
    assert (delivery.verdict, words.story(delivery)) == (verdict, story)


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, 202),
        ({"state": DeliveryState.IGNORED, "target_id": None}, 202),
        ({"state": DeliveryState.DEAD}, 202),
        ({**DOOR, "outcome": "Refused: its hash is wrong."}, 403),
        ({**DOOR, "outcome": NAMES_NO_URL}, 422),
        ({"state": DeliveryState.REFUSED, "outcome": "a URL that we may never contact"}, 202),
    ],
)
def test_the_answer_that_its_sender_got(changed: dict[str, object], status: int) -> None:
    assert words.answer(replace(DONE, **changed)).status == status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "tries"),
    [
        ({}, 1),
        ({"attempts": 2}, 3),
        ({"state": DeliveryState.DEAD, "attempts": 8}, 8),
        ({"target_id": None}, 0),
        ({"state": DeliveryState.WAITING}, 0),
    ],
)
def test_how_often_it_was_tried(changed: dict[str, object], tries: int) -> None:
    assert words.tries(replace(DONE, **changed)) == tries  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("span", "text"),
    [
        ({"milliseconds": 420}, "0.4 s"),
        ({"seconds": 59}, "59 s"),
        ({"minutes": 3, "seconds": 59}, "3 min"),
        ({"hours": 2}, "2 h"),
        ({"days": 1}, "1 day"),
        ({"days": 5}, "5 days"),
        ({"seconds": -5}, "0.0 s"),
    ],
)
def test_how_long_it_took(span: dict[str, float], text: str) -> None:
    assert words.duration(NOW, NOW + timedelta(**span)) == text


@pytest.mark.parametrize(
    ("price", "text"),
    [
        (None, "none"),
        ({"amount": "45.00", "currency": "GBP", "unit": "hour", "unitCount": 1}, "45.00 GBP per hour"),
        ({"amount": "45.00", "currency": None, "unit": "half_day", "unitCount": 2}, "45.00 per 2 half days"),
        ({"amount": None, "priceType": "on_application"}, "on application"),
    ],
)
def test_a_price_in_words(price: dict[str, object] | None, text: str) -> None:
    assert words.price(price) == text


SECRET = "9f86d081884c7d659a2feaa0c55ad015"


@pytest.mark.parametrize(
    "body",
    [
        {"hash": "abc"},
        {"HASH": 5},
        {"metaData": {"accessToken": "short"}},
        {"metaData": [{"client_secret": ["short"]}]},
        {"note": SECRET},
        {"note": f"Bearer {SECRET}"},
        {SECRET: 1},
        {"apiUrl": "https://api.example.com/x?api_key=short&page=2"},
        {"apiUrl": f"https://somebody:short@api.example.com/{SECRET}#{SECRET}"},
        {"note": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_DEF-123"},
    ],
)
def test_secrets_are_masked_wherever_they_stand(body: object) -> None:
    shown = pretty(json.dumps(body))
    assert MASK in shown or "short" not in shown
    for secret in ("abc", "short", SECRET, "eyJ", ": 5"):
        assert secret not in shown


def test_what_is_no_secret_is_readable() -> None:
    body = {
        "connectionId": 99, "locationId": "1198", "action": None, "ok": True, "amount": 1.5,
        "metaData": {"syncarooId": "6f9619ff-8b86-d011-b42d-00c04fc964ff", "name": "Café “Zürich” 12"},
        "apiUrl": "https://api.syncaroo.com/v1/locations/1/resources/2/rates?page=2",
    }  # fmt: skip
    assert json.loads(pretty(json.dumps(body))) == body


def test_characters_that_can_not_be_seen_are_spelt_out() -> None:
    shown = pretty('{"name": "a\\u202eb\\u0000c"}')
    assert "\\u202e" in shown
    assert {each for each in shown if not each.isprintable()} == {"\n"}


@pytest.mark.parametrize("body", ["", "{", "[" * 100_000, "9" * 5000])
def test_what_is_no_json_is_not_shown(body: str) -> None:
    assert pretty(body) == "This body can't be read as JSON, so it isn't shown."


def test_an_address_that_is_none_is_masked_as_a_whole() -> None:
    assert masked_address("https://[half") == MASK


def test_the_form_takes_only_what_it_can_mean() -> None:
    chosen = choosing.wanted({"verdict": "failed", "kind": "rates", "text": " Zürich\x00 ", "location": ""})
    assert (chosen.verdict, chosen.kind, chosen.text, chosen.text_in_json) == (
        Verdict.FAILED, "rates", "Zürich", "Z\\u00fcrich",
    )  # fmt: skip
    assert chosen.location_id is None
    assert choosing.fields_of(chosen) == {"verdict": "failed", "kind": "rates", "text": "Zürich"}
    assert choosing.wanted({"verdict": "wonderful", "text": "\x00\x01"}) == choosing.wanted({})
    assert len(choosing.wanted({"text": "9" * 5000}).text or "") == choosing.LONGEST_TEXT
