"""The header contract behind the server that operators run."""

import pytest

from tests.flow.conftest import Road
from tests.serve.test_header_contract import CONTRACT, FOR_EVER, SCRIPT, assert_kept

pytestmark = pytest.mark.flow


def test_the_contract_holds_behind_the_real_server(road: Road) -> None:
    for path, status, content_type, cache_control in CONTRACT:
        if "{" not in path and "127.0.0.1" not in path:  # made of this site's own files and address: below
            assert_kept(road.get(path), status, content_type, cache_control)
    found = road.get(f"/oembed?url={road.stack.site_url}/widget?location=1198")
    assert_kept(found, 200, "application/json", "public, max-age=300")
    script = road.get("/widget").text.split('<script defer src="')[1].split('"')[0]
    assert_kept(road.get(script), 200, SCRIPT, FOR_EVER)
