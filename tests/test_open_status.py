"""One reader of "open" and "closed" for webhooks and for the hub's items. Pure."""

from typing import Any

import pytest

from widget_server.open_status import normal_status, open_status


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({"status": "Open"}, "open"),
        ({"openStatus": "CLOSED"}, "closed"),
        ({"sync_open_status": True}, "open"),
        ({"status": False}, "closed"),
        ({"status": None, "openStatus": "open"}, "open"),
        ({"status": "  ", "syncOpenStatus": "closed"}, "closed"),
        ({"status": "Members only"}, "Members only"),
        ({"status": {"x": 1}}, None),
        ({"other": "open"}, None),
        ({}, None),
    ],
)
def test_a_status_is_read_from_the_meta_data_of_a_webhook(meta: dict[str, Any], status: str | None) -> None:
    assert open_status(meta) == status


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("is open", "open"),
        ("Opened", "open"),
        ("shut", "closed"),
        (1, "open"),
        (0, "closed"),
        ("0", "closed"),
        (2, None),
        (1.5, None),
        ([], None),
        (" Back\n at\x00 two\ud800\u202e ", "Back at two"),
        ("x" * 500, "x" * 60),
        ("\x00", None),
    ],
)
def test_whatever_it_is_it_can_be_stored_and_shown(value: Any, status: str | None) -> None:
    assert normal_status(value) == status
