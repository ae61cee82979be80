"""Each failure switch does what it says, and only while it is on."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.conftest import SandboxActor

RATES = "/v1/locations/loc-301/resources/res-401/rates"


def test_a_failure_lasts_as_many_times_as_asked(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_5xx={"times": 2, "value": 502})
    assert sandbox.state["failures"]["api_5xx"] == {"value": 502, "times": 2}
    assert [sandbox.fetch(RATES).status_code for _ in range(3)] == [502, 502, 200]
    assert sandbox.state["failures"]["api_5xx"] is False


def test_a_failure_that_is_on_stays_on_until_it_is_off(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_401=True)
    assert [sandbox.fetch(RATES).status_code for _ in range(3)] == [401] * 3
    sandbox.control("failures", api_401=False)
    assert sandbox.fetch(RATES).status_code == 200


@pytest.mark.parametrize(
    "wanted",
    [{"api_5x": True}, {"api_401": "yes"}, {"api_5xx": "503"}, {"api_redirect": 5}, {"api_5xx": {"times": -1}}],
)
def test_a_wrong_switch_changes_nothing(sandbox: SandboxActor, wanted: dict[str, object]) -> None:
    answer = sandbox.client.post("/sandbox/failures", json={"api_429": 5, **wanted})
    assert answer.status_code == 400
    assert not any(sandbox.state["failures"].values())


def test_429_says_when_to_come_back(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_429=7)
    answer = sandbox.fetch(RATES)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_slow_waits_and_then_answers(sandbox: SandboxActor) -> None:
    sandbox.hub.stopping.set()  # no test sleeps: a hub that is stopping lets the wait end at once
    sandbox.control("failures", api_slow=60)
    assert sandbox.fetch(RATES).status_code == 200


def test_redirect_leads_elsewhere(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_redirect="http://127.0.0.1:1/trap")
    answer = sandbox.fetch(RATES)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:1/trap")


def test_cut_off_promises_more_than_it_sends(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_cut_off=True)
    answer = sandbox.fetch(RATES)
    assert int(answer.headers["Content-Length"]) > len(answer.data)


def test_drip_sends_every_byte_alone(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_drip={"value": 0.00001, "times": 1})
    answer = sandbox.fetch(RATES)
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert len(json.loads(answer.data)["data"]) == 3


def test_only_the_page_asked_for_is_broken(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_broken_page=2)
    json.loads(sandbox.fetch(RATES).data)
    with pytest.raises(json.JSONDecodeError):
        json.loads(sandbox.fetch(f"{RATES}?page=2").data)


def test_huge_is_as_large_as_asked(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_huge=1)
    answer = sandbox.fetch(RATES)
    assert len(answer.data) > 1_000_000
    assert "Content-Length" not in answer.headers


def test_empty_has_no_data(sandbox: SandboxActor) -> None:
    sandbox.control("failures", api_empty={"times": 1})
    assert (sandbox.fetch(RATES).json or {})["data"] == []
    assert len((sandbox.fetch(RATES).json or {})["data"]) == 3


def test_next_can_go_in_circles_or_to_another_host(sandbox: SandboxActor) -> None:
    sandbox.control("failures", next_loop={"times": 1})
    pages = (sandbox.fetch(f"{RATES}?page=2").json or {})["pages"]
    assert pages["next"] == pages["first"]
    assert pages["count"] == 1_000_000
    sandbox.control("failures", next_elsewhere="http://127.0.0.1:1")
    pages = (sandbox.fetch(RATES).json or {})["pages"]
    assert pages["next"] == f"http://127.0.0.1:1{RATES}?page=2"


@pytest.mark.parametrize(
    ("switch", "status", "body"),
    [
        ({"token_400_no_error": True}, 400, '{"message":"Something went wrong"}'),
        ({"token_200_empty": True}, 200, "{}"),
        ({"token_5xx": 502}, 502, None),
        ({"token_429_html": 4}, 429, None),
        ({"token_redirect": "http://127.0.0.1:1/"}, 307, ""),
    ],
)
def test_a_token_failure_rotates_nothing(
    sandbox: SandboxActor, switch: dict[str, object], status: int, body: str | None
) -> None:
    refresh = (sandbox.redeem(sandbox.allow()).json or {})["refreshToken"]
    sandbox.control("failures", **switch)
    answer = sandbox.refresh(refresh)
    assert answer.status_code == status
    assert body is None or answer.text.strip() == body
    sandbox.control("failures", **dict.fromkeys(switch, False))
    assert sandbox.refresh(refresh).status_code == 200


def test_a_lost_answer_has_rotated_the_tokens(sandbox: SandboxActor) -> None:
    refresh = (sandbox.redeem(sandbox.allow()).json or {})["refreshToken"]
    sandbox.control("failures", token_lost_answer={"times": 1})
    assert sandbox.refresh(refresh).status_code == 500
    assert (sandbox.refresh(refresh).json or {})["error"] == "invalid_grant"


def change_prices(sandbox: SandboxActor, *rates: str) -> list[str]:
    """Change these and return the ids in the order that the site hears of them."""
    for rate in rates:
        sandbox.control(f"rates/{rate}", amount="5")
    sandbox.settle()
    return [webhook.json["metaData"]["apiUrl"].rsplit("/", 1)[1] for webhook in sandbox.site.webhooks]


def test_duplicates(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.control("failures", webhook_duplicate=3)
    assert change_prices(sandbox, "rate-5001") == ["rate-5001"] * 3


def test_reordering_sends_in_reverse(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.control("failures", webhook_reorder=3)
    assert change_prices(sandbox, "rate-5001", "rate-5002", "rate-5003") == ["rate-5003", "rate-5002", "rate-5001"]


def test_switching_reordering_off_lets_go_of_what_is_held(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.control("failures", webhook_reorder=5)
    sandbox.control("rates/rate-5001", amount="5")
    assert sandbox.state["waiting"] == 1
    sandbox.control("failures", webhook_reorder=False)
    assert change_prices(sandbox, "rate-5002") == ["rate-5001", "rate-5002"]


def test_delayed_webhooks_wait_and_the_change_returns_at_once(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.control("failures", webhook_delay=600)
    sandbox.control("rates/rate-5001", amount="5")
    assert sandbox.state["waiting"] == 1
    assert sandbox.site.webhooks == []


def test_dropped_webhooks_are_only_in_the_log(sandbox: SandboxActor) -> None:
    sandbox.connect_quietly()
    sandbox.control("failures", webhook_drop={"times": 1})
    assert change_prices(sandbox, "rate-5001", "rate-5002") == ["rate-5002"]
    assert [entry["status"] for entry in sandbox.state["deliveries"][-2:]] == [None, 202]
