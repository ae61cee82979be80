"""Back-ups in a real browser: downloaded, restored after a change, undone; a file that is none; small screens."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select, update

from tests.backup import full
from tests.browser.axe import complaints
from tests.browser.test_console import SIZES, log_in, too_small
from tests.conftest import FakeClock
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock
from widget_server.store.tables import operators

pytestmark = pytest.mark.browser

PATH = "/console/settings/back-up/"
PASSWORD = "correct horse battery"


@pytest.fixture
def site_(site_env: dict[str, str], clock: FakeClock) -> Flask:
    """With listings, prices and their history."""
    kept = {name: value for name, value in site_env.items() if "_CLIENT_" not in name}
    made = create_app(config.load(kept), system_clock)
    database = made.extensions[services.EXTENSION].database
    with database.read() as connection:
        password_hash = connection.execute(select(operators.c.password_hash)).scalar_one()
    clock.now = system_clock()
    full.fill(database, clock)
    with database.write() as connection:
        connection.execute(update(operators).values(password_hash=password_hash))
    return made


@pytest.fixture
def url(site_: Flask) -> Iterator[str]:
    with served(site_) as origin:
        yield origin


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Back-up, up to").set_input_files(file)
    page.get_by_role("region", name="Restore a back-up").get_by_role("button", name="Show what is in it").click()


def restore(page: Page) -> None:
    page.get_by_label("Replace everything").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("heading", name="Restored")).to_be_visible()


def room(page: Page, url: str) -> str:
    page.goto(f"{url}/console/listings/")
    return page.locator("main").inner_text()


def name_it(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/console/listings/?q=7843")
    page.get_by_role("link", name="Edit").last.click()
    page.get_by_label("Your name for it").fill(name)
    page.get_by_role("button", name="Save").click()


def test_a_change_is_gone_after_a_restore_and_back_after_it_was_undone(page: Page, url: str, tmp_path: Path) -> None:
    refusals: list[str] = []
    page.on("console", lambda message: refusals.append(message.text))
    log_in(page, url, PATH)
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a back-up").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    assert file.name.endswith(".backup.gz")
    name_it(page, url, "The Observatory")
    assert "The Observatory" in room(page, url)
    page.goto(url + PATH)
    choose(page, file)
    expect(page.get_by_role("row", name="Prices 2 2")).to_be_visible()
    restore(page)
    assert "The Observatory" not in room(page, url)
    page.goto(url + PATH)
    page.get_by_role("region", name="Undo a restore").get_by_role("button", name="Show what is in it").click()
    restore(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="What the back-up holds")).to_be_visible()
    page.get_by_role("button", name="Change nothing").click()
    expect(page.get_by_role("status").first).to_have_text("Nothing was changed.")
    assert "The Observatory" in room(page, url)
    assert refusals == []


def test_a_file_that_is_none_and_an_unticked_box_are_told(page: Page, url: str, site_: Flask, tmp_path: Path) -> None:
    log_in(page, url, PATH)
    wrong = tmp_path / "listings.csv"
    wrong.write_text("kind,id,name")
    choose(page, wrong)
    expect(page.get_by_role("alert")).to_contain_text("This isn't a back-up of a pricing widget")
    choose(page, backed_up(site_, tmp_path))
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("Tick the box")).to_be_visible()
    page.get_by_label("Replace everything").check()
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_text("Type the password that you log in with.")).to_be_visible()
    expect(page.get_by_label("Replace everything")).to_be_checked()


def test_a_file_that_is_too_large_is_told_before_it_travels(page: Page, url: str, tmp_path: Path) -> None:
    log_in(page, url, PATH)
    page.get_by_label("Back-up, up to").evaluate("input => { input.dataset.largest = 3; }")
    large = tmp_path / "large.gz"
    large.write_text("more than three")
    page.get_by_label("Back-up, up to").set_input_files(large)
    told = page.get_by_label("Back-up, up to").evaluate("input => input.validationMessage")
    assert "flask restore FILE" in told


def test_without_scripts_it_works(browser: Browser, url: str, site_: Flask, tmp_path: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, url, PATH)
    choose(page, backed_up(site_, tmp_path))
    restore(page)
    context.close()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_too_small_or_inaccessible(
    browser: Browser, url: str, site_: Flask, tmp_path: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, url, PATH)
    choose(page, backed_up(site_, tmp_path))
    expect(page.get_by_role("heading", name="What the back-up holds")).to_be_visible()
    check(page, width)
    restore(page)
    check(page, width)
    context.close()


def check(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert too_small(page) == []
    assert complaints(page) == []


def backed_up(site: Flask, folder: Path) -> Path:
    out = io.BytesIO()
    site.extensions[services.EXTENSION].backups.write(out, "operator@example.com")
    file = folder / "site.backup.gz"
    file.write_bytes(out.getvalue())
    return file
