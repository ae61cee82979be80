"""What a path names decides what an answer may remove, so it is tried in every spelling."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.hub.endpoints import Endpoint, EndpointKind, parse_endpoint

K = EndpointKind


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [
        ("/v1/locations", Endpoint(K.LOCATIONS)),
        ("/v1/locations/", Endpoint(K.LOCATIONS)),
        ("/V1/Locations/8", Endpoint(K.LOCATION, "8")),
        ("/api/sync/v1/locations/8/RESOURCES", Endpoint(K.RESOURCES, "8")),
        ("/v1/locations/8/resources/ab%20c/", Endpoint(K.RESOURCE, "8", "ab c")),
        ("/v1/locations/8/resources/9/rates", Endpoint(K.RATES, "8", "9")),
        ("/v1/locations/8/resources/9/rates/7", Endpoint(K.RATE, "8", "9", "7")),
        ("/v1/locations/8/resources/9/rates/7/extras", Endpoint(K.EXTRAS, "8", "9", "7")),
        ("/v1/locations/8/resources/9/rates/7/extras/6", Endpoint(K.EXTRA, "8", "9", "7", "6")),
        ("/v1/locations/v1", Endpoint(K.LOCATION, "v1")),
        ("/v1/locations/resources/resources", Endpoint(K.RESOURCES, "resources")),
        ("/v1/locations/8/resources/9/Availability", Endpoint(K.AVAILABILITY, "8", "9")),
        (
            "/v1/locations/8/resources/9/availability?start=2026-01-01&end=2026-01-31",
            Endpoint(K.AVAILABILITY, "8", "9", plain_query=False),
        ),
    ],
)
def test_a_known_path_names_its_item_and_parents(path: str, endpoint: Endpoint) -> None:
    assert parse_endpoint(path) == endpoint


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/v1",
        "/v2/locations",
        "/locations",
        "/v1/bookings",
        "/v1/resources",
        "/v1/locations//resources",
        "/v1/locations/8/rates",
        "/v1/locations/8/availability",
        "/v1/locations/8/resources/9/rates/7/availability",
        "/v1/locations/8/resources/9/availability/1",
        "/v1/locations/8/resources/9/rates/7/extras/6/more",
        "/v1/locations/%00",
        "/v1/locations/" + "9" * 201,
    ],
)
def test_any_other_path_is_unknown_and_removes_nothing(path: str) -> None:
    endpoint = parse_endpoint(path)
    assert (endpoint.kind, endpoint.whole, endpoint.single) == (K.UNKNOWN, False, False)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?",
        "?page=1",
        "?page=1&per_page=50",
        "?perPage=50",
        "?PageSize=5&offset=0",
        "?limit=9",
        "?page[size]=5",
        "?page=",
    ],
)
def test_a_collection_with_paging_alone_is_whole(query: str) -> None:
    assert parse_endpoint("/v1/locations" + query).whole


@pytest.mark.parametrize(
    "query",
    ["?type=office", "?page=1&since=2026-01-01", "?page=2", "?offset=50", "?x", "?" + "&".join(["page=1"] * 200)],
)
def test_a_collection_that_is_filtered_or_entered_midway_is_not_whole(query: str) -> None:
    assert not parse_endpoint("/v1/locations" + query).whole


def test_an_item_is_single_and_never_whole() -> None:
    endpoint = parse_endpoint("/v1/locations/8/resources/9")
    assert endpoint.single
    assert not endpoint.whole


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60) | st.lists(st.sampled_from(["/v1", "/locations", "/8", "/", "?", "%", "="])).map("".join))
def test_no_path_raises(path: str) -> None:
    assert parse_endpoint(path).kind in EndpointKind
