"""What came from outside can be read, and can't play tricks on whoever reads it."""

import json

from widget_server.console.raw_json import readable


def test_it_is_the_same_json_with_what_cannot_be_seen_spelt_out() -> None:
    found = {"name": "Büro\u202egnp.exe", "zero": "a\u200bb", "note": "one\ntwo", "nothing": None}
    text = readable(found)
    assert json.loads(text) == found
    assert "Büro\\u202egnp.exe" in text
    assert "a\\u200bb" in text
    assert all(each.isprintable() or each == "\n" for each in text)


def test_a_character_outside_of_the_basic_plane_stays_as_it_is_or_is_spelt_out_whole() -> None:
    text = readable(["😀", "\U000e0001"])
    assert "😀" in text
    assert json.loads(text) == ["😀", "\U000e0001"]
