"""Back-ups over HTTP: downloaded, looked into, restored once confirmed, undone."""

import gzip
import io
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from tests import seeding
from tests.backup import full
from tests.conftest import Browser, FakeClock
from widget_server import config, create_app, services
from widget_server.backup.reading import UPLOADED
from widget_server.store import activity
from widget_server.store.tables import listings
from widget_server.web.uploads import FORM_AROUND_BYTES

PATH = "/console/settings/back-up/"
PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def rows(site: Flask, clock: FakeClock) -> None:
    seeding.add_listings(parts(site).database, clock)


def parts(site: Flask) -> services.Services:
    found: services.Services = site.extensions[services.EXTENSION]
    return found


def rename(site: Flask, name: str | None) -> None:
    with parts(site).database.write() as connection:
        connection.execute(update(listings).values(own_name=name))


def names(site: Flask) -> set[str | None]:
    with parts(site).database.read() as connection:
        return set(connection.execute(listings.select().with_only_columns(listings.c.own_name)).scalars())


def kinds(site: Flask) -> list[str]:
    with parts(site).database.read() as connection:
        return [deed.kind for deed in activity.latest(connection, 50)]


def upload(browser: Browser, file: bytes, name: str = "site.backup.gz") -> str:
    """Where it leads."""
    answer = browser.client.post(PATH + "upload", data=form(browser, file, name))
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def form(browser: Browser, file: bytes, name: str = "site.backup.gz") -> dict[str, object]:
    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(PATH).text)
    assert token
    return {"csrf_token": token[1], "file": (io.BytesIO(file), name)}


def downloaded(browser: Browser) -> bytes:
    return bytes(browser.submit(PATH, PATH + "download", password=PASSWORD).data)


def test_a_download_is_a_whole_file_that_nobody_keeps_and_is_written_down(
    site: Flask, operator_browser: Browser
) -> None:
    answer = operator_browser.submit(PATH, PATH + "download", password=PASSWORD)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="127.0.0.1-8000-2026-03-01-1200.backup.gz"'
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert answer.headers["Cache-Control"] == "no-store"
    manifest = json.loads(gzip.decompress(answer.data).splitlines()[0])
    assert manifest["tables"]["listings"]["rows"] > 0
    assert kinds(site)[0] == "backup"
    assert "The last one was made" in operator_browser.get(PATH).text


def test_the_page_says_where_the_key_is_and_never_the_key(
    operator_browser: Browser, site_env: dict[str, str], clock: FakeClock
) -> None:
    page = operator_browser.get(PATH).text
    assert "The secret key isn't in it." in page
    assert "<code>WIDGET_SECRET_KEY</code>" in page
    assert "k" * 40 not in page
    other = create_app(config.load(site_env | {"WIDGET_SECRET_KEY": ""}), clock)
    there = Browser(other.test_client())
    assert there.log_in().status_code == 303
    assert "secret.key</code> on the server" in there.get(PATH).text


def test_nothing_happens_before_it_is_confirmed_then_all_of_it_and_it_can_be_undone(
    site: Flask, operator_browser: Browser
) -> None:
    file = downloaded(operator_browser)
    rename(site, "Renamed")
    preview = upload(operator_browser, file)
    page = operator_browser.get(preview).text
    assert "Nothing has changed yet." in page
    assert "made with this site's secret key" in page.replace("&#39;", "'")
    unticked = operator_browser.submit(preview)
    assert (unticked.status_code, "Tick the box" in unticked.text) == (422, True)
    assert names(site) == {"Renamed"}
    assert operator_browser.submit(preview, sure="yes", password=PASSWORD).headers["Location"] == PATH
    assert names(site) == {None}
    assert kinds(site)[0] == "restored"
    page = operator_browser.get(PATH).text
    undo = re.search(rf'action="({PATH}copies/[^"]+)"', page)
    assert "All other sessions ended" in page
    assert undo
    back = operator_browser.submit(PATH, undo[1]).headers["Location"]
    assert operator_browser.submit(back, sure="yes", password=PASSWORD).status_code == 303
    assert names(site) == {"Renamed"}


def test_whoever_restores_stays_logged_in_and_everybody_else_is_logged_out(
    site: Flask, operator_browser: Browser
) -> None:
    elsewhere = Browser(site.test_client())
    elsewhere.log_in()
    copied = site.test_client()
    old = operator_browser.client.get_cookie("widget_session")
    assert old
    copied.set_cookie("widget_session", old.value)
    preview = upload(operator_browser, downloaded(operator_browser))
    operator_browser.submit(preview, sure="yes", password=PASSWORD)
    assert operator_browser.get("/console/").status_code == 200
    assert elsewhere.get("/console/").status_code == 303
    assert copied.get("/console/").status_code == 303
    assert Browser(site.test_client()).log_in().status_code == 303, "the password is the one of now"


def test_a_preview_is_good_once(operator_browser: Browser) -> None:
    preview = upload(operator_browser, downloaded(operator_browser))
    operator_browser.submit(preview, sure="yes", password=PASSWORD)
    again = operator_browser.submit(PATH, preview, sure="yes", password=PASSWORD)
    assert again.headers["Location"] == PATH
    assert "That is over" in operator_browser.get(PATH).text
    assert operator_browser.get(preview).headers["Location"] == PATH


def test_what_was_looked_into_can_be_let_go(site: Flask, operator_browser: Browser) -> None:
    preview = upload(operator_browser, downloaded(operator_browser))
    operator_browser.submit(preview, preview + "/discard")
    assert "Nothing was changed." in operator_browser.get(PATH).text
    assert list(parts(site).backups.folder.path.iterdir()) == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"", "Choose a back-up first"),
        (b"kind,id,name", "This isn&#39;t a back-up"),
        (gzip.compress(b"[" * 300_000, mtime=0), "This isn&#39;t a back-up"),
        (b"x" * 400_000, "This isn&#39;t a back-up"),
    ],
)
def test_a_file_that_is_none_says_so_calmly(operator_browser: Browser, file: bytes, told: str) -> None:
    answer = operator_browser.client.post(PATH + "upload", data=form(operator_browser, file))
    assert (answer.status_code, told in answer.text) == (422, True)
    assert "Nothing was restored" in answer.text


def test_a_file_that_is_too_large_says_what_would_do(operator_browser: Browser) -> None:
    length = UPLOADED.packed + FORM_AROUND_BYTES + 1
    said = {"CONTENT_LENGTH": str(length), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = operator_browser.client.post(PATH + "upload", environ_overrides=said)
    assert (answer.status_code, "flask restore FILE" in answer.text) == (413, True)


def test_a_large_file_of_somebody_who_is_not_logged_in_is_not_read(site: Flask, browser: Browser) -> None:
    file = {"file": (io.BytesIO(b"x" * 300_000), "a.gz")}
    answer = browser.client.post(PATH + "upload", data=file, headers={"Origin": "http://127.0.0.1:8000"})
    assert answer.headers["Location"] == "/login?next=/console/settings/back-up/"
    assert "You had been logged out" in browser.get(answer.headers["Location"]).text
    assert list(parts(site).settings.data_dir.glob("**/*.gz")) == []


@pytest.mark.parametrize("path", [PATH + "download", "/console/listings/import"])
def test_large_bodies_are_taken_nowhere_else(operator_browser: Browser, path: str) -> None:
    file = {"file": (io.BytesIO(b"x" * 300_000), "a.gz")}
    assert operator_browser.client.post(path, data=file).status_code == 413


def test_an_upload_without_its_token_is_refused(site: Flask, operator_browser: Browser) -> None:
    file = downloaded(operator_browser)
    answer = operator_browser.client.post(PATH + "upload", data={"file": (io.BytesIO(file), "a.gz")})
    assert (answer.status_code, "This form is no longer good" in answer.text) == (400, True)
    assert not any(parts(site).backups.folder.path.iterdir())


def test_under_another_key_it_says_what_to_enter_again_before_and_after(
    operator_browser: Browser, tmp_path: Path, clock: FakeClock
) -> None:
    bare = {"WIDGET_DATA_DIR": str(tmp_path / "other"), "WIDGET_SITE_URL": "https://old.example.com"}
    other = parts(create_app(config.load(bare), clock))
    full.fill(other.database, clock, key=other.settings.secret_key[0])
    file = io.BytesIO()
    other.backups.write(file, "operator@example.com")
    other.database.close()
    preview = upload(operator_browser, file.getvalue())
    page = operator_browser.get(preview).text
    assert "It comes from another address" in page
    assert "It was made with another secret key." in page
    assert "the connection to Syncaroo (connect again)" in page
    operator_browser.submit(preview, sure="yes", password=PASSWORD)
    assert "the connection to Syncaroo (connect again)" in operator_browser.get(PATH).text
    assert "Reconnect to Syncaroo" in operator_browser.get("/console/").text


@pytest.mark.parametrize("password", ["", "wrong", "x" * 1001])
def test_a_session_alone_neither_downloads_nor_restores(site: Flask, operator_browser: Browser, password: str) -> None:
    preview = upload(operator_browser, downloaded(operator_browser))
    rename(site, "Renamed")
    refused = operator_browser.submit(PATH, PATH + "download", password=password)
    assert (refused.status_code, refused.mimetype) == (422, "text/html")
    assert "Type the password that you log in with." in refused.text
    refused = operator_browser.submit(preview, sure="yes", password=password)
    assert (refused.status_code, "Type the password" in refused.text) == (422, True)
    assert names(site) == {"Renamed"}
    assert not password or f'value="{password}"' not in refused.text


def test_guessing_the_password_is_limited_as_at_the_door(operator_browser: Browser) -> None:
    for _ in range(10):
        assert operator_browser.submit(PATH, PATH + "download", password="wrong").status_code == 422
    assert operator_browser.submit(PATH, PATH + "download", password=PASSWORD).status_code == 429
