"""Two spellings of a parameter, one meaning."""

from datetime import datetime, timedelta, timezone

import pytest

from tests.connect.conftest import guide
from widget_server.connect import dialect


@pytest.mark.parametrize(
    ("encoded", "values", "repeated"),
    [
        (b"clientId=a&connection_id=9", {"client_id": "a", "connection_id": "9"}, set()),
        (b"response_type=code&responseType=code", {"response_type": "code"}, set()),
        (b"response_type=code&responseType=token", {"response_type": "token"}, {"response_type"}),
        (b"code=a&code=a", {"code": "a"}, {"code"}),
        (b"code=&code=a", {}, {"code"}),
        (b"code=&state=", {"state": ""}, set()),
        (b"other=1&other=2&Code=3&clientid=4", {}, set()),
        (b"state=%ff&scope=+", {"state": "\udcff", "scope": " "}, set()),
        (b"", {}, set()),
    ],
)
def test_parameters_are_read_under_their_rfc_names(encoded: bytes, values: dict[str, str], repeated: set[str]) -> None:
    assert dialect.read(encoded) == dialect.Parameters(values, frozenset(repeated))


def test_a_flood_of_parameters_is_not_read() -> None:
    with pytest.raises(dialect.Unreadable):
        dialect.read(b"&".join([b"a=b"] * 51))


def test_tokens_are_answered_like_in_the_guide() -> None:
    summer = timezone(timedelta(hours=2))
    token = {"access_token": "a", "refresh_token": "r", "expires_at": datetime(2009, 6, 15, 15, 45, 30, tzinfo=summer)}
    answer = dialect.token_answer(token)
    assert list(answer) == list(guide("token_answer"))
    assert answer["expires"] == guide("token_answer")["expires"]
