"""Back-ups through real processes: a large upload passes the server without filling its memory, a running worker and
web processes notice a restore at once, and prices go on arriving."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.flow.conftest import Road

pytestmark = pytest.mark.flow

PATH = "/console/settings/back-up/"
LARGE_BYTES = 48 * 1024 * 1024
GROWTH_KIB = 40 * 1024
"""Less than the upload; sessions, pages and the reading of it may take some."""


class Console:
    """The operator at the console, with files to send."""

    def __init__(self, road: Road) -> None:
        self.url = road.stack.site_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.password = {"password": road.stack.operator_password}
        login = {"email": road.stack.operator_email} | self.password
        assert self.post("/login", "/login", data=login).status_code == 200

    def post(self, page: str, path: str, data: dict[str, str], file: Path | None = None) -> requests.Response:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.session.get(self.url + page, timeout=20).text)
        assert token
        files = None if file is None else {"file": (file.name, file.read_bytes())}
        data = data | {"csrf_token": token[1]}
        return self.session.post(self.url + path, data=data, files=files, timeout=120)


@pytest.fixture
def console(road: Road) -> Iterator[Console]:
    found = Console(road)
    yield found
    found.session.close()


def test_a_restore_is_seen_at_once_and_prices_go_on_arriving(road: Road, console: Console, tmp_path: Path) -> None:
    file = tmp_path / "site.backup.gz"
    file.write_bytes(console.post(PATH, PATH + "download", console.password).content)
    before = road.stack.widget()["version"]
    road.hub.set_price("rate-5001", "77.77")
    road.wait_for("the new price", lambda: "77.77" in road.get("/widget.json").text)
    preview = console.post(PATH, PATH + "upload", {}, file)
    assert "What the back-up holds" in preview.text
    path = preview.url.removeprefix(console.url)
    assert "Restored" in console.post(path, path, {"sure": "yes"} | console.password).text
    after = road.stack.widget()["version"]
    assert after.partition(".")[0] != before.partition(".")[0]
    road.wait_for("the hub's price, fetched again", lambda: "77.77" in road.get("/widget.json").text)
    road.hub.set_price("rate-5001", "78.78")
    road.wait_for("the next price", lambda: "78.78" in road.get("/widget.json").text)


def test_a_large_upload_passes_without_filling_the_memory(road: Road, console: Console, tmp_path: Path) -> None:
    file = tmp_path / "large.gz"
    file.write_bytes(b"\x1f\x8b\x08\x00" + os.urandom(LARGE_BYTES))
    before = most_memory(road)
    answer = console.post(PATH, PATH + "upload", {}, file)
    assert (answer.status_code, "Nothing was restored" in answer.text) == (422, True)
    assert most_memory(road) - before < GROWTH_KIB


def most_memory(road: Road) -> int:
    """The most that a process of the site has ever had, in KiB."""
    found, seen = [road.stack.processes["site"].pid], list[int]()
    while found:
        pid = found.pop()
        seen.append(int(re.findall(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())[0]))
        found += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return max(seen)
