"""The authorize link and the consent page over HTTP: who is asked, what is shown, where it leads (PROTOCOL §1)."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.conftest import Browser, FakeClock
from tests.connect.conftest import (
    AUTHORIZE,
    HUB,
    Operator,
    Owners,
    Syncaroo,
    boxes,
    form_target,
    guide,
    link,
    sent_back,
)
from widget_server.model import Listing, ListingKind, ListingStatus
from widget_server.store import activity, listings
from widget_server.store.engine import Database

HOSTILE = "https://evil.example/connection"


def test_the_guides_link_asks_to_log_in_and_lands_on_the_consent_page(browser: Browser) -> None:
    asked = link(**{name: str(value) for name, value in guide("authorize_query").items()})
    first = browser.get(asked)
    assert first.status_code == 303
    wanted = parse_qs(urlsplit(first.headers["Location"]).query)["next"][0]
    landed = browser.log_in(next=wanted)
    page = browser.get(landed.headers["Location"])
    assert page.status_code == 200
    assert "connection <strong>99</strong>" in page.text


@pytest.mark.parametrize("state", ["what?", "?", "a%3F%3F"])
def test_a_state_survives_logging_in_byte_for_byte(browser: Browser, state: str) -> None:
    first = browser.get(link() + f"&state={state}")
    wanted = parse_qs(urlsplit(first.headers["Location"]).query)["next"][0]
    assert browser.log_in(next=wanted).headers["Location"].endswith(f"&state={state}")


@pytest.mark.parametrize("name", ["response_type", "responseType"])
def test_either_spelling_of_the_response_type_will_do(asking_operator: Operator, name: str) -> None:
    assert asking_operator.browser.get(link(response_type=None) + f"&{name}=code").status_code == 200


@pytest.mark.parametrize(
    "asked",
    [
        link(clientId="somebody"), link(clientId=None), link() + "&clientId=xyz1243", link() + "&client_id=other",
        link(redirectUri=None), link(redirectUri=HOSTILE), link(redirectUri=f"{HUB}/.."),
        link(redirectUri="https://app.syncaroo.com\\@evil.example/connection"),
        link() + f"&redirect_uri={HOSTILE}", link(redirectUri=f"{HUB}?code=theirs"), AUTHORIZE,
        link(redirectUri=f"{HUB}#x"), link(clientId="\x00ü\""), AUTHORIZE + "?a" * 60 + "&a" * 60,
    ],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_link_of_unknown_origin_ends_on_a_page(asking_operator: Operator, asked: str, method: str) -> None:
    if method == "GET":
        answer = asking_operator.browser.get(asked)
    else:
        answer = asking_operator.browser.submit(link(), asked, decision="approve")
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert answer.mimetype == "text/html"
    assert 'href="/console/"' in answer.text


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": 'ü"\\'}, "unsupported_response_type"),
        ({"response_type": None}, "invalid_request"),
        ({"responseType": "token"}, "invalid_request"),
        ({"connectionId": None}, "invalid_request"),
        ({"connectionId": ""}, "invalid_request"),
        ({"connectionId": "9 9"}, "invalid_request"),
        ({"connectionId": "9" * 65}, "invalid_request"),
        ({"connectionId": "٩٩"}, "invalid_request"),
        ({"connectionId": "99\n"}, "invalid_request"),
        ({"connection_id": "98"}, "invalid_request"),
    ],
)
def test_other_mistakes_are_told_to_the_hub(stranger: Browser, changed: dict[str, str | None], error: str) -> None:
    back = sent_back(stranger.get(link(state="a b&c", redirectUri=f"{HUB}?step=2", **changed)))
    assert (back["error"], back["state"], back["step"]) == (error, "a b&c", "2")
    assert "code" not in back


def test_a_state_given_twice_is_a_mistake(stranger: Browser) -> None:
    assert sent_back(stranger.get(link(state="a") + "&state=b"))["error"] == "invalid_request"


def test_approving_goes_back_with_the_connection_and_a_code(operator: Operator, syncaroo: Syncaroo) -> None:
    answer = operator.decide("approve", page=link(redirectUri=f"{HUB}?b=%7e&a"))
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{HUB}?b=%7e&a&connectionId=99&code=")
    code = parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]
    assert syncaroo.exchange(code).status_code == 200


def test_without_a_query_of_its_own_there_is_just_what_the_guide_says(asking_operator: Operator) -> None:
    assert set(sent_back(asking_operator.decide("approve"))) == set(guide("redirect_query"))


@pytest.mark.parametrize("decision", ["approve", "cancel"])
def test_the_state_comes_back_as_it_was(asking_operator: Operator, decision: str) -> None:
    assert sent_back(asking_operator.decide(decision, page=link(state="ü &=+%/\\\x00<")))["state"] == "ü &=+%/\\\x00<"


def test_bytes_of_a_state_come_back_as_they_were(asking_operator: Operator) -> None:
    assert asking_operator.decide("cancel", page=link() + "&state=%FF%FE").headers["Location"].endswith("&state=%FF%FE")


def test_cancelling_changes_nothing(operator: Operator, owners: Owners, demo_listings: None) -> None:
    back = sent_back(operator.decide("cancel", "1198"))
    assert back == {"connectionId": "99", "error": "access_denied"}
    assert set(owners().values()) == {None}


def test_each_decision_is_written_down_with_who_made_it(
    operator: Operator, syncaroo: Syncaroo, site_database: Database, demo_listings: None
) -> None:
    operator.decide("cancel", "1198")
    syncaroo.exchange(operator.approve("1198"))
    with site_database.read() as connection:
        told = [(deed.actor, deed.kind, deed.subject) for deed in activity.latest(connection, 3)]
    assert told == [
        ("Syncaroo", "connection_exchanged", "99"),
        ("operator@example.com", "connection_approved", "99"),
        ("operator@example.com", "connection_cancelled", "99"),
    ]


@pytest.mark.parametrize("decision", ["", "Approve", "yes"])
def test_only_the_two_buttons_decide(asking_operator: Operator, decision: str) -> None:
    answer = asking_operator.decide(decision)
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_opening_the_page_decides_nothing(operator: Operator, owners: Owners, demo_listings: None) -> None:
    page = operator.browser.get(link() + "&decision=approve&location=1198")
    assert page.status_code == 200
    assert set(owners().values()) == {None}


def test_a_forged_post_is_blocked(asking_operator: Operator) -> None:
    target = form_target(asking_operator.browser.get(link()))
    forged = asking_operator.browser.client.post(target, data={"decision": "approve"})
    assert forged.status_code == 400
    assert "Location" not in forged.headers


def test_a_post_without_a_session_is_not_carried_out(stranger: Browser) -> None:
    answer = stranger.submit("/login", link(), decision="approve")
    assert answer.headers["Location"].startswith("/login")


def test_the_page_may_not_be_framed_and_may_lead_to_the_hub(asking_operator: Operator) -> None:
    policy = asking_operator.browser.get(link()).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://app.syncaroo.com" in policy


def test_the_page_shows_the_listings_and_free_ones_are_ticked(operator_browser: Browser, demo_listings: None) -> None:
    page = operator_browser.get(link())
    assert boxes(page) == {"1198": True, "7120": True, "8102": True, "9587": True}
    for words in ("Demo Workspace - London", "Demo Private Office - London, office", "a draft, not shown", "deleted"):
        assert words in page.text


def test_only_the_active_location_is_said_to_be_shown(operator_browser: Browser, demo_listings: None) -> None:
    assert operator_browser.get(link()).text.count("shown to visitors") == 1


def test_without_listings_one_can_connect_all_the_same(operator: Operator, syncaroo: Syncaroo) -> None:
    assert "no listings here yet" in operator.browser.get(link()).text
    tokens = syncaroo.tokens(syncaroo.exchange(operator.approve()))
    answer = syncaroo.check(tokens["accessToken"])
    assert answer.json == {"connectionId": 99, "userId": "1", "locations": {}}


def test_those_of_another_connection_say_whose_they_are_and_are_not_ticked(
    operator: Operator, syncaroo: Syncaroo, demo_listings: None
) -> None:
    syncaroo.exchange(operator.approve("1198", "7120", connection_id="12"))
    page = operator.browser.get(link())
    assert boxes(page) == {"1198": False, "7120": False, "8102": True, "9587": True}
    assert "Synced by connection 12 since 1 March 2026; ticking moves it here." in page.text
    assert boxes(operator.browser.get(link(connectionId="12"))) == dict.fromkeys(boxes(page), True)


def test_an_absent_minded_approve_takes_nothing_over(
    operator: Operator, syncaroo: Syncaroo, owners: Owners, demo_listings: None
) -> None:
    syncaroo.exchange(operator.approve("1198", connection_id="12"))
    ticked = [place for place, is_ticked in boxes(operator.browser.get(link())).items() if is_ticked]
    syncaroo.exchange(operator.approve(*ticked))
    assert owners() == {"1198": "12", "7120": "99", "8102": "99", "9587": "99"}


def test_a_tick_takes_over_when_the_code_is_exchanged(
    operator: Operator, syncaroo: Syncaroo, owners: Owners, demo_listings: None
) -> None:
    syncaroo.exchange(operator.approve("1198", connection_id="12"))
    code = operator.approve("1198", "8102")
    assert owners()["1198"] == "12"
    syncaroo.exchange(code)
    assert owners() == {"1198": "99", "7120": None, "8102": "99", "9587": None}


def test_connecting_again_without_a_tick_lets_a_listing_go(
    operator: Operator, syncaroo: Syncaroo, owners: Owners, demo_listings: None
) -> None:
    syncaroo.exchange(operator.approve("1198", "7120"))
    syncaroo.exchange(operator.approve("7120"))
    assert owners() == {"1198": None, "7120": "99", "8102": None, "9587": None}


def test_a_listing_that_is_not_there_cannot_be_approved(operator: Operator, demo_listings: None) -> None:
    again = form_target(operator.browser.get(link()))
    for made_up in ("4711", "", "7843", "\x00", "1198 "):
        answer = operator.decide("approve", "1198", made_up)
        assert answer.status_code == 409
        assert again in answer.text.replace("&amp;", "&")


def test_names_are_inert(operator_browser: Browser, site_database: Database, clock: FakeClock) -> None:
    name = '"><script>alert(1)</script>'
    hostile = Listing(ListingKind.LOCATION, '"><script>', name, ListingStatus.ACTIVE)
    with site_database.write() as connection:
        listings.upsert(connection, hostile, clock())
    assert "<script>" not in operator_browser.get(link(state='"><script>')).text


def test_a_site_that_is_not_set_up_says_what_to_set(unset_browser: Browser) -> None:
    answer = unset_browser.get(link())
    assert answer.status_code == 400
    assert "make a client id and a client secret in its console first" in answer.text
