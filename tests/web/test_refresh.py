"""Pages that fetch themselves anew: they say so, and count as nobody's work."""

from tests.conftest import Browser, FakeClock

AUTOMATIC = {"X-Refresh": "automatic"}


def test_a_page_left_open_keeps_no_session_alive(operator_browser: Browser, clock: FakeClock) -> None:
    for _ in range(12):
        clock.advance(minutes=59)
        assert operator_browser.client.get("/console/", headers=AUTOMATIC).status_code == 200
    clock.advance(minutes=13)
    assert operator_browser.client.get("/console/", headers=AUTOMATIC).status_code == 303


def test_somebody_who_works_keeps_it_alive(operator_browser: Browser, clock: FakeClock) -> None:
    for _ in range(14):
        clock.advance(minutes=59)
        assert operator_browser.get("/console/").status_code == 200


def test_what_is_told_once_waits_for_somebody_to_read_it(operator_browser: Browser) -> None:
    operator_browser.submit("/console/", "/console/held/1/keep")
    told = "That was settled already"
    assert told not in operator_browser.client.get("/console/", headers=AUTOMATIC).text
    assert told in operator_browser.get("/console/").text
