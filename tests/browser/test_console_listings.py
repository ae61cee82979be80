"""The listings in a real browser: an import that is wrong, mended and confirmed; statuses by keyboard; phones."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from playwright.sync_api import Browser, FilePayload, Page, expect

from tests.browser.test_console import SIZES, log_in, too_small
from tests.console import scene
from tests.console.listings.scene import add_every_kind
from tests.serve.site import served
from widget_server import config, create_app, services
from widget_server.clock import system_clock

pytestmark = pytest.mark.browser

LIST = "/console/listings/"
GOOD = "kind,id,name,status,type,location_id\nlocation,1198,London,private,,\nlocation,55,Paris,draft,,\n"


@pytest.fixture
def console(site_env: dict[str, str]) -> Flask:
    """A whole site with listings in every state."""
    made = create_app(config.load(site_env), system_clock)
    parts: services.Services = made.extensions[services.EXTENSION]
    now = datetime.now(UTC)
    with parts.database.write() as connection:
        add_every_kind(connection, now)
        name = "A room with a very long and unbreakable_name_" + "x" * 60
        scene.add_listing(connection, now, "x" * 64, name, status="pending", location_id="1198", type="y" * 64)
    return made


@pytest.fixture
def console_url(console: Flask) -> Iterator[str]:
    with served(console) as origin:
        yield origin


def choose(page: Page, text: str) -> None:
    file: FilePayload = {"name": "listings.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.get_by_label("CSV or JSON").set_input_files(files=[file])
    page.get_by_role("button", name="Show what will change").click()


def test_an_import_is_mended_previewed_and_confirmed(page: Page, console_url: str) -> None:
    log_in(page, console_url, LIST)
    page.get_by_role("link", name="Import").click()
    choose(page, GOOD.replace("draft", "drfat").replace("location,1198", "planet,1198"))
    expect(page.get_by_role("alert")).to_have_text("Nothing was imported: 2 things to mend")
    expect(page.get_by_role("listitem").filter(has_text="row 3, status: 'drfat' is not one of")).to_be_visible()
    choose(page, GOOD)
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import will change")
    expect(page.get_by_role("deletion").filter(has_text="active")).to_be_visible()
    expect(page.get_by_role("insertion").filter(has_text="private")).to_be_visible()
    page.get_by_role("button", name="Import 2 listings").click()
    expect(page.get_by_role("status")).to_have_text("Imported: 1 new, 1 changed, 0 unchanged.")
    expect(page.get_by_role("heading", name="Paris")).to_be_visible()


def test_a_file_that_is_far_too_large_leaves_one_on_the_page_with_what_would_do(page: Page, console_url: str) -> None:
    log_in(page, console_url, "/console/listings/import")
    choose(page, "x" * 5_000_000)
    expect(page.get_by_role("alert")).to_have_text("Nothing was imported: 1 thing to mend")
    expect(page.get_by_text("larger than 180 kB. Split it")).to_be_visible()
    expect(page.get_by_label("CSV or JSON")).to_be_visible()


def test_a_status_is_changed_by_keyboard_alone_and_undone(page: Page, console_url: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    log_in(page, console_url, f"{LIST}?q=7843")
    page.locator("summary", has_text="change the status of Room at the hub").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Make private")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("“Room at the hub” is private now.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_have_text("“Room at the hub” is active now.")
    assert complaints == []  # a refusal of the content policy would be one


def test_a_listing_is_added_after_what_was_wrong_is_mended(page: Page, console_url: str) -> None:
    log_in(page, console_url, LIST)
    page.get_by_role("link", name="Add a resource").click()
    page.get_by_label("Name").fill("The Vault")
    page.get_by_role("button", name="Add the resource").click()
    expect(page.get_by_label("Type")).to_have_accessible_description(
        "The type is missing: meeting-room, hot-desk, dedicated-desk, office, floor. "
        "Such as meeting-room, hot-desk, dedicated-desk, office or floor."
    )
    expect(page.get_by_label("Name")).to_have_value("The Vault")
    page.get_by_label("Type").fill("office")
    page.get_by_label("Location").select_option(label="Berlin (8102)")
    page.get_by_role("button", name="Add the resource").click()
    expect(page.get_by_role("heading", name="The Vault")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_nothing_is_cut_off_or_too_small_to_touch(browser: Browser, console_url: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, console_url, LIST)
    expect(page.get_by_role("heading", level=1)).to_have_text("Listings")
    for path in ("", "?show=pending", "new?kind=resource", "edit?kind=resource&id=7843", "import"):
        page.goto(console_url + LIST + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert too_small(page) == [], path
    page.goto(console_url + LIST)
    for summary in page.locator(".status-menu summary").all():
        summary.click()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator(".status-menu[open]").count() == 1
        page.keyboard.press("Escape")
        assert page.locator(".status-menu[open]").count() == 0
        expect(summary).to_be_focused()
    context.close()
