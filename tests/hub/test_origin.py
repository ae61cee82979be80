"""The origin rule, FAULTS rows 15 and 16: where our bearer token may go, and where it must not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from urllib3.util import parse_url

from widget_server.errors import ForbiddenTarget
from widget_server.hub.origin import MAX_URL_CHARACTERS, safe_url

ORIGINS = ("https://api.syncaroo.com", "http://127.0.0.1:5001/")


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://api.syncaroo.com/v1/locations", "https://api.syncaroo.com/v1/locations"),
        ("HTTPS://API.Syncaroo.com:443/v1/locations?page=2", "https://api.syncaroo.com/v1/locations?page=2"),
        ("https://api.syncaroo.com", "https://api.syncaroo.com/"),
        ("https://api.syncaroo.com?a=b", "https://api.syncaroo.com/?a=b"),
        ("https://api.syncaroo.com/v1/locations#secret", "https://api.syncaroo.com/v1/locations"),
        ("https://api.syncaroo.com/v1/a%20b?next=/../x", "https://api.syncaroo.com/v1/a%20b?next=/../x"),
        ("http://127.0.0.1:5001/v1/locations/1", "http://127.0.0.1:5001/v1/locations/1"),
        ("https://api.syncaroo.com#@evil.example/", "https://api.syncaroo.com/"),
    ],
)
def test_a_url_on_a_configured_origin_is_rebuilt_from_that_origin(url: str, safe: str) -> None:
    assert safe_url(url, ORIGINS) == safe


@pytest.mark.parametrize(
    "url",
    [
        "",
        "v1/locations",
        "/v1/locations",
        "//api.syncaroo.com/v1",
        "https:api.syncaroo.com/v1",
        "https:///v1",
        "ftp://api.syncaroo.com/v1",
        "javascript://api.syncaroo.com/%0aalert(1)",
        "file:///etc/passwd",
        "http://api.syncaroo.com/v1",
        "https://api.syncaroo.com:8443/v1",
        "https://api.syncaroo.com:80/v1",
        "https://api.syncaroo.com:99999/v1",
        "http://127.0.0.1/v1",
        "http://127.1:5001/v1",
        "http://2130706433:5001/v1",
        "http://0x7f.0.0.1:5001/v1",
        "http://[::1]:5001/v1",
        "http://[::ffff:127.0.0.1]:5001/v1",
        "https://evil.example/v1",
        "https://api.syncaroo.com.evil.example/v1",
        "https://api.syncaroo.com./v1",
        "https://evil-api.syncaroo.com/v1",
        "https://api%2esyncaroo.com/v1",
        "https://evil.example\\@api.syncaroo.com/v1",
        "https://api.syncaroo.com\\.evil.example/v1",
        "https://api.syncaroo.com/v1\\..\\x",
        "https://api.syncaroo.com@evil.example/v1",
        "https://user:pass@api.syncaroo.com/v1",
        "https://@api.syncaroo.com/v1",
        "https://evil.example#@api.syncaroo.com/v1",
        "https://evil.example?@api.syncaroo.com/v1",
        "https://аpi.syncaroo.com/v1",
        "https://api.syncaroo.com。evil.example/v1",
        "https://api.syncaroo.com/v1/locati\u00f6ns",
        " https://api.syncaroo.com/v1",
        "https://api.syncaroo.com/v1\n",
        "https://api.syncaroo.com/v1\r\nHost: evil",
        "https://api.syncaroo.com/\tv1",
        "https://api.syncaroo.com/\x00",
        "https://api.syncaroo.com/v1/../admin",
        "https://api.syncaroo.com/v1/./locations",
        "https://api.syncaroo.com/v1/..",
        "https://api.syncaroo.com/v1/%2e%2e/admin",
        "https://api.syncaroo.com/v1/.%2E/admin",
        "https://api.syncaroo.com/v1/%252e%252e/admin",
        "https://api.syncaroo.com/v1/..;x/admin",
        "https://api.syncaroo.com/v1/..%2fadmin",
        "https://api.syncaroo.com/v1/a%2Fb",
        "https://api.syncaroo.com/v1/a%5cb",
        "https://api.syncaroo.com/v1/a%255cb",
        "https://api.syncaroo.com/v1/%0d%0aX:1",
        "https://api.syncaroo.com/v1/%2525252525252561",
    ],
)
def test_a_url_made_to_lead_elsewhere_is_forbidden(url: str) -> None:
    with pytest.raises(ForbiddenTarget):
        safe_url(url, ORIGINS)


def test_a_url_over_the_length_limit_is_forbidden() -> None:
    base = "https://api.syncaroo.com/"
    fitting = base + "a" * (MAX_URL_CHARACTERS - len(base))
    assert safe_url(fitting, ORIGINS) == fitting
    with pytest.raises(ForbiddenTarget):
        safe_url(fitting + "a", ORIGINS)


def test_nothing_is_safe_when_no_origin_is_configured() -> None:
    with pytest.raises(ForbiddenTarget):
        safe_url("https://api.syncaroo.com/v1", ())


_PIECES = [
    "https:",
    "http:",
    "//",
    "/",
    "\\",
    "@",
    ":",
    "#",
    "?",
    "api.syncaroo.com",
    "evil.example",
    "443",
    "%2e",
    "..",
    "a",
]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(_PIECES), max_size=10).map("".join) | st.text(max_size=40))
def test_whatever_is_safe_leads_to_a_configured_origin(url: str) -> None:
    try:
        safe = safe_url(url, ORIGINS)
    except ForbiddenTarget:
        return
    parsed = parse_url(safe)
    assert (parsed.scheme, parsed.host, parsed.port) in {
        ("https", "api.syncaroo.com", None),
        ("http", "127.0.0.1", 5001),
    }
    assert safe_url(safe, ORIGINS) == safe
