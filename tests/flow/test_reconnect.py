"""A lost connection to the hub: visitors keep their prices, the operator sees one thing to do, nothing is lost."""

from pathlib import Path

import pytest

from tests.flow.conftest import Road, started_road

pytestmark = pytest.mark.flow

HOURLY = "rate-5001"


def console_says(road: Road, words: str) -> bool:
    return words in road.stack.visitor.open(f"{road.stack.site_url}/console/").html


def test_after_a_lost_refresh_the_operator_reconnects_and_what_waited_arrives(tmp_path: Path) -> None:
    with started_road(tmp_path) as road:
        road.hub.fail(token_lost_answer={"times": 1})
        road.hub.post("/sandbox/expire-token")
        road.hub.set_price(HOURLY, "58.00")
        road.wait_for("the console to ask for it", lambda: console_says(road, "Reconnect"))
        assert road.price("7843", "Hourly") == "45.00"
        assert road.get("/widget").status_code == 200
        visitor = road.stack.visitor
        console = visitor.open(f"{road.stack.site_url}/console/")
        allow = visitor.submit(console, "/connect/syncaroo")
        visitor.submit(allow, "/api/authorize", decision="allow")
        road.wait_for_price("58.00")
        assert not console_says(road, "Reconnect")
