"""What an import file may look like, and what is said of one that is wrong."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.errors import ListingsInvalid
from widget_server.listings.importing import MAX_FILE_BYTES, read_listings
from widget_server.model import Listing, ListingKind, ListingStatus

DEMO = Path(__file__).parents[2] / "widget_server" / "sandbox" / "demo_listings.json"
LONDON = Listing(ListingKind.LOCATION, "1198", "London", ListingStatus.ACTIVE)
ROOM = Listing(ListingKind.RESOURCE, "7843", "Room", ListingStatus.ACTIVE, type="meeting-room", location_id="1198")
HEADER = "kind,id,name,status,type,location_id\n"
LONDON_ROW = "location,1198,London,active,,\n"
ROOM_ROW = "resource,7843,Room,active,meeting-room,1198\n"


def problems(body: str | bytes) -> list[str]:
    with pytest.raises(ListingsInvalid) as caught:
        read_listings(body.encode() if isinstance(body, str) else body)
    return caught.value.problems


def locations(**changes: object) -> str:
    """JSON of one location with one resource, the resource changed."""
    resource = {"ID": "7843", "name": "Room", "status": "active", "type": "meeting-room"} | changes
    return json.dumps({"1198": {"ID": "1198", "name": "London", "status": "active", "resources": [resource]}})


# What is read


def test_csv_gives_locations_and_resources() -> None:
    assert read_listings((HEADER + LONDON_ROW + ROOM_ROW).encode()) == (LONDON, ROOM)


def test_json_of_locations_gives_the_same() -> None:
    assert read_listings(locations().encode()) == (LONDON, ROOM)


def test_a_whole_check_connection_answer_is_read() -> None:
    answer = {"connectionId": 99, "userId": "1", "locations": json.loads(locations())}
    assert read_listings(json.dumps(answer).encode()) == (LONDON, ROOM)


def test_the_demo_s_file_is_read() -> None:
    found = read_listings(DEMO.read_bytes())
    assert {listing.status for listing in found if listing.kind is ListingKind.LOCATION} == {
        ListingStatus.ACTIVE, ListingStatus.DRAFT, ListingStatus.PRIVATE, ListingStatus.DELETED,
    }  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEADER + LONDON_ROW + ROOM_ROW,
        (HEADER + LONDON_ROW + ROOM_ROW).replace(",", ";"),
        (HEADER + LONDON_ROW + ROOM_ROW).replace(",", "\t"),
        (HEADER + LONDON_ROW + ROOM_ROW).replace("\n", "\r\n"),
        "sep=;\r\n" + (HEADER + LONDON_ROW + ROOM_ROW).replace(",", ";"),
        "\n" + HEADER + "\n" + LONDON_ROW + ",,,,,\n" + ROOM_ROW + "\n\n",
        "Status, Location ID ,ID,Kind,notes,NAME,Type\nActive,,1198,Location,x,London,\n"
        "ACTIVE,1198,7843,RESOURCE,,Room,Meeting Room\n",
        HEADER + ROOM_ROW + LONDON_ROW,
        HEADER + 'location,"=""1198""",London,active,,\n' + ROOM_ROW,
        HEADER + '"location","1198","London","active","",""\n' + ROOM_ROW.strip(),
        HEADER.strip() + ",,\n" + LONDON_ROW.strip() + ",,\n" + ROOM_ROW,
    ],
    ids=[
        "byte order mark", "semicolons", "tabs", "CRLF", "sep line", "blank rows", "other order, case and columns",
        "resource first", "kept zero formula", "quoted", "empty columns at the end",
    ],
)  # fmt: skip
def test_spreadsheets_ways_of_writing_csv_are_read(text: str) -> None:
    assert read_listings(text.encode()) == (LONDON, ROOM)


def test_a_cell_over_several_lines_becomes_one_line() -> None:
    (found,) = read_listings((HEADER + 'location,1,"Our\nplace",active,,\n').encode())
    assert found.name == "Our place"


def test_numbers_as_identifiers_are_read_as_text() -> None:
    assert read_listings(locations(ID=7843).encode()) == (LONDON, ROOM)


def test_an_old_name_of_a_type_becomes_ours() -> None:
    assert read_listings(locations(type="Fixed Desk").encode())[1].type == "dedicated-desk"


def test_a_location_and_a_resource_may_share_an_identifier() -> None:
    assert [item.id for item in read_listings(locations(ID="1198").encode())] == ["1198", "1198"]


def test_a_resource_may_name_a_location_that_we_have_already() -> None:
    assert read_listings((HEADER + ROOM_ROW).encode(), known_locations={"1198"}) == (ROOM,)


# What is refused


def test_every_problem_is_told_with_row_and_field() -> None:
    text = HEADER + (
        "place,1,London,active,,\n"
        "location,,Paris,active,,\n"
        "location,3,,actve,,\n"
        "resource,4,Room,active,,\n"
        "resource,5,Room,,office,77\n"
        "location,6,Rome,active,office,\n"
        "location,3,Bonn,active,,\n"
    )
    assert problems(text) == [
        "row 2, kind: 'place' is not one of location, resource",
        "row 3, id: is missing",
        "row 4, name: is missing",
        "row 4, status: 'actve' is not one of active, draft, private, pending, deleted",
        "row 5, location_id: is missing",
        "row 5, type: is missing: meeting-room, hot-desk, dedicated-desk, office, floor …",
        "row 6, status: is missing: active, draft, private, pending, deleted",
        "row 6, location_id: there is no location '77'",
        "row 7, type: 'office' must be empty for a location",
        "row 8, id: '3' is that of row 4, too",
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"status": "actve"}, "location '1198', resource 1, status: 'actve' is not one of"),
        ({"ID": None}, "location '1198', resource 1, id: is missing"),
        ({"ID": True}, "location '1198', resource 1, ID: True is not text"),
        ({"name": ["x"]}, "location '1198', resource 1, name: ['x'] is not text"),
        ({"name": "x" * 301}, "is longer than 300 characters"),
        ({"name": "a\x00b"}, "name: 'a\\x00b' has control characters"),
        ({"name": "a\u202eb"}, "name: 'a\\u202eb' has characters that turn the order of others around"),
        ({"name": "a\ud800b"}, "name: 'a\\ud800b' has control characters"),
        ({"ID": "a\nb"}, "id: 'a\\nb' has characters that can't be printed"),
        ({"ID": "a\udfffb"}, "id: 'a\\udfffb' has characters that can't be printed"),
        ({"ID": "x" * 65}, "is longer than 64 characters"),
        *[
            ({"ID": text}, f"id: '{text}' was shortened by a spreadsheet")
            for text in ("1.2E+10", "1.2E10", "1E+10", "1,2e10")
        ],
        *[({"ID": text}, f"id: '{text}' was made a decimal number") for text in ("1198.0", "1198,00")],
        ({"name": "\u200b"}, "name: '\\u200b' has nothing that can be seen"),
        ({"type": "x" * 65}, "is no type"),
    ],
)
def test_a_wrong_value_in_json_is_named(changes: dict[str, object], expected: str) -> None:
    assert any(expected in problem for problem in problems(locations(**changes)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the header lacks kind, id, name, status"),
        ("id;name;status\n1;London;active\n", "the header lacks kind"),
        ("kind,id,id,name,status\n", "the header names id twice"),
        (HEADER, "the file holds no listings"),
        ("{}", "the file holds no listings"),
        ('{"locations": {}}', "the file holds no listings"),
        (HEADER + 'location,1,"London,active,,\n', "isn't CSV"),
        (HEADER + "location,1,London,active,,,surplus\n", "row 2: has more cells than the header has columns"),
        (HEADER + "location,1," + "x" * 200_000 + ",active,,\n", "row 2: isn't CSV"),
        ("[" * 50_000, "nested too deeply"),
        ('{"a":' * 50_000, "nested too deeply"),
        ('{"1": {"ID": "1", "name": NaN, "status": "active"}}', "NaN is not a JSON number"),
        ('{"1": {"ID": ' + "9" * 5000 + "}}", "isn't JSON"),
        ('{"1": {}', "isn't JSON"),
        ("[]", "has another shape"),
        ('{"locations": ["London"]}', "has another shape"),
        ('{"1": null}', "location '1': is None, not an object"),
        ('{"1": {"ID": "2", "name": "x", "status": "active"}}', "ID: '2' differs from the key"),
        ('{"1": {"name": "x", "status": "active", "resources": "all"}}', "resources: 'all' is not an array"),
        ('{"1": {"name": "x", "status": "active", "resources": [7]}}', "resource 1: is 7, not an object"),
        ('{"1": {"name": "x", "status": "active"}, "1": {"name": "y", "status": "draft"}}', "has the key '1' twice"),
    ],
)  # fmt: skip
def test_a_file_of_another_shape_is_refused_and_why(text: str, expected: str) -> None:
    assert any(expected in problem for problem in problems(text))


def test_another_encoding_is_refused_with_the_line_and_a_way_on() -> None:
    body = (HEADER + LONDON_ROW).encode() + "location,2,Zürich,active,,\n".encode("cp1252")
    assert problems(body) == ["line 3: isn't UTF-8. In a spreadsheet, save it as 'CSV UTF-8 (comma delimited)'"]


def test_a_huge_file_is_refused_unread() -> None:
    assert problems(b"x" * (MAX_FILE_BYTES + 1)) == ["the file is larger than 10 MB"]


def test_at_most_fifty_problems_are_told_and_the_rest_is_counted() -> None:
    found = problems(HEADER + "location,,x,active,,\n" * 70)
    assert len(found) == 51
    assert found[-1] == "… and 20 more"


def assert_listings_or_problems(body: bytes) -> None:
    try:
        told = [listing.name for listing in read_listings(body)]
    except ListingsInvalid as error:
        told = error.problems
    assert told
    assert all(told)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: (HEADER + text).encode("utf-8", "replace")))
def test_whatever_the_bytes_the_answer_is_listings_or_problems(body: bytes) -> None:
    assert_listings_or_problems(body)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["locations", "ID", "name", "status", "resources", "type", "1"]), inner)
    ),
)


@given(json_values)
def test_whatever_the_json_the_answer_is_listings_or_problems(value: object) -> None:
    assert_listings_or_problems(json.dumps({"1": value}).encode())
