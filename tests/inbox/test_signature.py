"""PROTOCOL §3, `hash`: every form that a sender's JSON library may produce verifies, and nothing else does."""

import base64
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.inbox.parsing import parse_body
from widget_server.inbox.signature import accepts, sign, verdict
from widget_server.model import HashVerdict

SECRET = "syncaroo-secret"
BODY: dict[str, Any] = {
    "connectionId": 99,
    "webhookType": "data",
    "locationId": "1198",
    "metaData": {"apiUrl": "https://api.syncaroo.com/v1/locations/1", "name": "Café “Zürich” 🏢", "ratio": 0.5},
}


def digest(message: str) -> bytes:
    return hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).digest()


def escaped_as(form: str) -> str:
    compact = json.dumps(BODY, separators=(",", ":"), ensure_ascii="ascii" in form)
    return compact.replace("/", "\\/") if "slash" in form else compact


FORMS = ["plain", "ascii", "slash", "ascii-slash"]


@pytest.mark.parametrize("form", FORMS)
def test_each_way_of_escaping_verifies(form: str) -> None:
    assert verdict({**BODY, "hash": digest(escaped_as(form)).hex()}, SECRET) is HashVerdict.VERIFIED


@pytest.mark.parametrize("form", FORMS)
def test_digests_in_upper_case_and_base64_verify(form: str) -> None:
    found = digest(escaped_as(form))
    encoded = base64.b64encode(found).decode()
    for text in (found.hex().upper(), encoded, encoded.rstrip("=")):
        assert verdict({**BODY, "hash": text}, SECRET) is HashVerdict.VERIFIED


def test_the_place_of_hash_among_the_keys_does_not_matter() -> None:
    assert verdict({"hash": sign(BODY, SECRET), **BODY}, SECRET) is HashVerdict.VERIFIED


def test_the_order_of_the_other_keys_does() -> None:
    reordered = dict(reversed(BODY.items()))
    assert verdict({**reordered, "hash": sign(BODY, SECRET)}, SECRET) is HashVerdict.MISMATCH


def test_a_changed_field_is_a_mismatch() -> None:
    changed = {**BODY, "locationId": "1199", "hash": sign(BODY, SECRET)}
    assert verdict(changed, SECRET) is HashVerdict.MISMATCH


@pytest.mark.parametrize("given_hash", ["XXXX", "zz" * 32, "=" * 44, "é" * 64, 12, ["a"], {"a": 1}, True])
def test_malformed_hashes_are_mismatches_not_errors(given_hash: object) -> None:
    assert verdict({**BODY, "hash": given_hash}, SECRET) is HashVerdict.MISMATCH


@pytest.mark.parametrize("body", [BODY, {**BODY, "hash": None}, {**BODY, "hash": ""}])
def test_no_hash_is_missing(body: dict[str, Any]) -> None:
    assert verdict(body, SECRET) is HashVerdict.MISSING


def test_without_a_secret_nothing_is_checked() -> None:
    assert verdict({**BODY, "hash": "XXXX"}, None) is HashVerdict.UNCHECKED


def test_another_algorithm_when_the_operator_says_so() -> None:
    assert verdict({**BODY, "hash": sign(BODY, SECRET, "sha512")}, SECRET, "sha512") is HashVerdict.VERIFIED
    assert verdict({**BODY, "hash": sign(BODY, SECRET, "sha512")}, SECRET, "sha256") is HashVerdict.MISMATCH


def test_a_lone_surrogate_is_no_crash() -> None:
    assert verdict({"name": "\ud800", "hash": "0" * 64}, SECRET) is HashVerdict.MISMATCH


def test_numbers_are_signed_as_they_were_written() -> None:
    text = '{"ratio":1.50,"small":1e-7,"large":1E5,"zero":-0.0}'
    received = parse_body(f'{text[:-1]},"hash":"{digest(text).hex()}"}}'.encode())
    assert verdict(received, SECRET) is HashVerdict.VERIFIED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text().filter(lambda key: key != "hash"), json_values, max_size=5))
def test_what_is_signed_verifies_after_a_journey_as_json(body: dict[str, Any]) -> None:
    journey = json.loads(json.dumps({**body, "hash": sign(body, SECRET)}))
    assert verdict(journey, SECRET) is HashVerdict.VERIFIED


@pytest.mark.parametrize(
    ("mode", "found", "verified_before", "is_data", "accepted"),
    [
        ("enforce", HashVerdict.VERIFIED, False, True, True),
        ("enforce", HashVerdict.MISMATCH, False, True, False),
        ("enforce", HashVerdict.MISSING, False, True, False),
        ("enforce", HashVerdict.MISSING, False, False, True),
        ("enforce", HashVerdict.MISMATCH, False, False, False),
        ("enforce", HashVerdict.UNCHECKED, False, True, False),
        ("auto", HashVerdict.MISMATCH, False, True, True),
        ("auto", HashVerdict.MISSING, False, True, True),
        ("auto", HashVerdict.MISMATCH, True, True, False),
        ("auto", HashVerdict.MISSING, True, True, False),
        ("auto", HashVerdict.MISSING, True, False, True),
        ("observe", HashVerdict.MISMATCH, True, True, True),
        ("off", HashVerdict.MISMATCH, True, True, True),
    ],
)
def test_what_each_mode_accepts(
    mode: str, found: HashVerdict, verified_before: bool, is_data: bool, accepted: bool
) -> None:
    assert accepts(mode, found, verified_before=verified_before, is_data=is_data) is accepted
