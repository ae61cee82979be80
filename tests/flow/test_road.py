"""The whole road through real processes and real HTTP: connect → webhook → fetch → store → publish → a live price."""

import json
import os
import re
import signal
import subprocess
import time
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import browser, context, page  # noqa: F401  (fixtures)
from tests.flow.conftest import Road, started_road

pytestmark = pytest.mark.flow

HOURLY = "rate-5001"
"""The hub's id of the meeting room's hourly price."""


def test_a_price_changed_at_the_hub_shows_on_somebodys_website(road: Road, page: Page) -> None:  # noqa: F811
    road.hub.set_price(HOURLY, "47.50")
    road.wait_for_price("47.50")
    page.goto(road.stack.page_url)
    expect(page.get_by_text("£47.50")).to_be_visible()
    road.hub.set_price(HOURLY, "52.25")
    road.wait_for_price("52.25")
    page.reload()
    expect(page.get_by_text("£52.25")).to_be_visible()


def test_the_hosted_page_shows_it_without_javascript(road: Road) -> None:
    road.hub.set_price(HOURLY, "61.00")
    road.wait_for_price("61.00")
    road.wait_for("the page", lambda: "£61" in road.get("/widget").text)


def test_nothing_hidden_is_in_any_public_byte(road: Road) -> None:
    workspace = json.dumps(road.hub.state()["workspace"])
    hidden = ["NYC", "Berlin", "Deleted Workspace", "77.77", "45.45", "811.11", "39.66", "Podcast"]
    assert all(word in workspace for word in hidden if word not in ("Deleted Workspace", "39.66"))
    queries = ["", "?location=7120", "?location=8102", "?location=9587", "?type=office", "?locale=de", "?location=1198"]
    for path in ("/widget.json", "/widget"):
        for query in queries:
            answer = road.get(path + query)
            assert answer.status_code in (200, 404)
            leaked = [word for word in hidden if word in answer.text]
            assert not leaked, f"{path}{query}: {leaked}"


def test_an_unchanged_document_is_304_and_compressed(road: Road) -> None:
    for encoding in ("identity", "gzip", "br"):
        first = road.get("/widget.json", **{"Accept-Encoding": encoding})
        again = road.get("/widget.json", **{"Accept-Encoding": encoding, "If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        assert first.headers.get("Content-Encoding", "identity") == encoding
        assert again.content == b""


def test_a_location_closes_and_opens_again(road: Road) -> None:
    def is_now(status: str) -> bool:
        return bool(road.stack.widget()["locations"][0]["openStatus"] == status)

    for status in ("closed", "open"):
        road.hub.post("/sandbox/locations/loc-301/status", {"status": status})
        road.wait_for(f"London {status}", partial(is_now, status))


def test_an_unmapped_resource_disappears_until_its_next_data(road: Road) -> None:
    road.hub.post("/sandbox/resources/res-405/unmap")
    road.wait_for("the desk is hidden", lambda: "7846" not in road.resource_ids())
    road.hub.post("/sandbox/resources/res-405/map", {"resourceId": "7846"})
    road.hub.post("/sandbox/initial-set")
    road.wait_for("the desk is back", lambda: "7846" in road.resource_ids())


def test_duplicated_reordered_and_late_webhooks_end_at_the_hubs_price(road: Road) -> None:
    road.hub.fail(webhook_duplicate=3, webhook_reorder=4)
    for amount in ("41.00", "42.00", "43.00", "44.00"):
        road.hub.set_price(HOURLY, amount)
    road.wait_for_price("44.00")
    road.hub.fail(webhook_duplicate=False, webhook_reorder=False)


def test_a_broken_page_keeps_the_whole_set(road: Road) -> None:
    before = road.resource_ids()
    road.hub.fail(api_broken_page={"value": 2, "times": 1})
    sent = road.hub.send(
        connectionId=99,
        webhookType="data",
        locationId="1198",
        metaData={"attributeType": "resources", "apiUrl": f"{road.hub.url}/v1/locations/loc-301/resources"},
    )
    assert sent["status"] == 202
    asked = "/v1/locations/loc-301/resources"
    road.wait_for(
        "the retry", lambda: sum(one["path"] == asked and one["status"] == 200 for one in requests_of(road)) >= 3
    )
    assert road.resource_ids() == before
    road.hub.fail(api_broken_page=False)


def requests_of(road: Road) -> list[dict[str, object]]:
    return list(road.hub.state()["apiRequests"])


def test_an_expired_access_token_is_refreshed_on_the_way(road: Road) -> None:
    before = road.hub.state()["tokenCalls"]
    road.hub.post("/sandbox/expire-token")
    road.hub.set_price(HOURLY, "48.00")
    road.wait_for_price("48.00")
    assert road.hub.state()["tokenCalls"] == before + 1


def test_killed_after_202_the_price_still_arrives(tmp_path: Path) -> None:
    with started_road(tmp_path) as road:
        site = road.stack.processes["site"]
        worker = child_of(site.pid, "worker")
        os.kill(worker, signal.SIGSTOP)  # so that nothing can be done about it before the kill
        road.hub.set_price(HOURLY, "49.00")
        road.wait_for("the 202", lambda: road.hub.deliveries()[-1]["status"] == 202)
        for pid in [*descendants(site.pid), site.pid]:
            os.kill(pid, signal.SIGKILL)
        site.kill()
        road.stack.start_site()
        road.wait_for_price("49.00")


def test_stopped_politely_the_site_ends_within_ten_seconds_and_leaves_nobody(tmp_path: Path) -> None:
    with started_road(tmp_path) as road:
        site = road.stack.processes["site"]
        children = descendants(site.pid)
        assert len(children) >= 2
        began = time.monotonic()
        site.stop()
        assert time.monotonic() - began < 10
        assert [pid for pid in children if Path(f"/proc/{pid}").exists() and not is_zombie(pid)] == []


def descendants(pid: int) -> list[int]:
    """All processes below `pid`, children first."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = {int(child): int(parent) for child, parent in (line.split() for line in listed.splitlines())}
    found, fresh = [], [pid]
    while fresh:
        fresh = [child for child, parent in parents.items() if parent in fresh]
        found += fresh
    return found


def child_of(pid: int, word: str) -> int:
    """The process below `pid` with `word` on its command line."""
    for child in descendants(pid):
        command = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
        if word in command:
            return child
    raise AssertionError(f"nobody below {pid} runs {word}")


def is_zombie(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat").read_text()
    return re.search(r"\) ([A-Z])", status[status.rindex(")") - 1 :])[1] == "Z"  # type: ignore[index]
