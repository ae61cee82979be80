"""One place to go back to, whatever a link says (FAULTS 28)."""

import pytest

from widget_server.connect.redirect_uri import is_allowed, with_parameters

APP = "https://app.syncaroo.com"
PAGE = f"{APP}/connection"


@pytest.mark.parametrize("uri", [PAGE, f"{PAGE}?", f"{PAGE}?step=2&name=%C3%A9&state=x", f"{PAGE}?next=https://a/b@c"])
def test_the_hubs_page_is_allowed_with_a_query_of_its_own(uri: str) -> None:
    assert is_allowed(uri, APP)


@pytest.mark.parametrize(
    "uri",
    [
        "", "/connection", "//app.syncaroo.com/connection", "https://evil.example/connection",
        "http://app.syncaroo.com/connection", f"{APP}:443/connection", f"{APP}:8443/connection",
        f"{APP}@evil.example/connection", "https://user@app.syncaroo.com/connection", f"{APP}.evil.example/connection",
        f"{APP}\\@evil.example/connection", f"{PAGE}\\..", f"{PAGE}/", f"{PAGE}s", f"{PAGE}/../other", f"{PAGE}%2f",
        f"{APP}//connection", f"{PAGE}#code", f"{PAGE}?a#b", f"{PAGE}?a\r\nSet-Cookie: b", f"{PAGE}?a b",
        f"{PAGE};a", f"{PAGE}?\u00e9", f" {PAGE}", f"{PAGE}\t", "javascript:alert(1)", "https://APP.syncaroo.com/connection",
        f"{PAGE}?{'a' * 2000}",
    ],
)  # fmt: skip
def test_nothing_else_is(uri: str) -> None:
    assert not is_allowed(uri, APP)


@pytest.mark.parametrize("name", ["code", "connectionId", "error", "%63ode"])
def test_a_redirect_that_brings_an_answer_of_its_own_is_not(name: str) -> None:
    assert not is_allowed(f"{PAGE}?{name}=theirs", APP)


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (PAGE, f"{PAGE}?code=x%20%26y"),
        (f"{PAGE}?", f"{PAGE}?code=x%20%26y"),
        (f"{PAGE}?a", f"{PAGE}?a&code=x%20%26y"),
        (f"{PAGE}?b=%7e+&a=1&", f"{PAGE}?b=%7e+&a=1&code=x%20%26y"),
    ],
)
def test_what_is_added_leaves_the_rest_byte_for_byte(uri: str, expected: str) -> None:
    assert with_parameters(uri, [("code", "x &y")]) == expected
