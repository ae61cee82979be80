"""Every page that an operator can see, at a site where it has something to show, with what leads there.

axe judges each (`test_pages_access.py`), and the manual has pictures of each (`pictures.py`).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import FilePayload, Page, expect

from tests.browser import shown_sites
from tests.browser.test_console import log_in
from tests.serve.site import served

IMPORTED = """kind,id,name,status,type,location_id,own_name
resource,7844,Snug,private,meeting-room,1198,The Snug
location,1410,Demo Workspace – Bristol,draft,,,
resource,1411,Harbour Room,draft,meeting-room,1410,
"""
CONSENT = (
    "/api/oauth/authorize?connectionId=99&clientId=xyz1243&redirectUri=https://app.syncaroo.com/connection"
    "&response_type=code"
)
MOVING = "/console/settings/syncaroo/moving?to=https://prices.demo-workspace.example"
BACK_UP = "/console/settings/back-up/"
PASSWORD = "correct horse battery"
Act = Callable[[Page], None]


@dataclass(frozen=True)
class ConsolePage:
    """`name` is that of its pictures, `act` what is done at `path` first, `height` that of the pictures in pixels.

    `logged_in`: as the operator; else at the site's door. `leads_to`: where `act` ends, when that is another address.
    """

    name: str
    path: str
    make: shown_sites.Make = shown_sites.busy
    act: Act = lambda _: None
    height: int = 860
    logged_in: bool = True
    leads_to: str = ""


@contextmanager
def opened(shown_page: ConsolePage, page: Page, folder: Path) -> Iterator[Page]:
    """`page` at the page; the site is made below `folder` and served meanwhile. The browser keeps the site's time."""
    shown = shown_page.make(folder)
    page.clock.set_fixed_time(shown.clock())
    with served(shown.app) as origin:
        if shown_page.logged_in:
            log_in(page, origin, shown_page.path)
        else:
            page.goto(origin + shown.door)
        shown_page.act(page)
        yield page


def _set_up(page: Page) -> None:
    page.get_by_label("Name of your workspace").fill("Demo Workspace")
    page.get_by_label("Currency").fill("GBP")
    page.get_by_label("E-mail address").fill(shown_sites.OPERATOR)


def _finish_setting_up(page: Page) -> None:
    _set_up(page)
    page.get_by_label("Password, 10").fill(PASSWORD)
    page.get_by_label("The same password").fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()


def _type_address(page: Page) -> None:
    page.get_by_label("E-mail address").fill(shown_sites.OPERATOR)


def _choose_file(page: Page) -> None:
    file: FilePayload = {"name": "listings.csv", "mimeType": "text/csv", "buffer": IMPORTED.encode()}
    page.get_by_label("CSV or JSON").set_input_files(files=[file])
    page.get_by_role("button", name="Show what will change").click()
    expect(page.get_by_role("heading", name="What the import will change")).to_be_visible()


def _see_chart(page: Page) -> None:
    expect(page.locator("canvas")).to_be_visible()


def _see_bar(page: Page) -> None:
    expect(page.get_by_role("progressbar")).to_be_visible()


def _see_entries(page: Page) -> None:
    expect(page.get_by_text("siteUri")).to_be_visible()


def _see_widget(page: Page) -> None:
    page.get_by_label("Meeting rooms").check()
    page.get_by_label("Offices").check()
    expect(page.locator("#snippet")).to_contain_text("meeting-room,office")
    expect(page.frame_locator("iframe").get_by_text("Boardroom")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("Hot desks")).to_have_count(0)


def _make_token(page: Page) -> None:
    page.get_by_label("Name", exact=True).fill("Booking system")
    page.get_by_label("Listings", exact=True).check()
    page.get_by_role("button", name="Make the token").click()
    expect(page.locator("#made-token")).to_be_visible()


def _look_into_back_up(page: Page) -> None:
    page.get_by_label("Your password").fill(PASSWORD)
    with page.expect_download() as download:
        page.get_by_role("button", name="Download a back-up").click()
    page.get_by_label("Back-up, up to").set_input_files(download.value.path())
    page.get_by_role("region", name="Restore a back-up").get_by_role("button", name="Show what is in it").click()
    expect(page.get_by_role("heading", name="What restoring it means")).to_be_visible()


def _restore(page: Page) -> None:
    address = page.url
    _look_into_back_up(page)
    page.get_by_label("Replace everything").check()
    page.get_by_label("Your password").fill(PASSWORD)
    page.get_by_role("button", name="Restore", exact=True).click()
    expect(page.get_by_role("heading", name="Restored")).to_be_visible()
    page.goto(address)


def _set_up_alerts(page: Page) -> None:
    page.get_by_label("Mail server").fill("smtp.example.com")
    page.get_by_label("Send alerts to").fill(shown_sites.OPERATOR)
    page.get_by_role("button", name="Save").first.click()
    page.get_by_label("Address of the webhook").fill("https://hooks.slack.com/services/T0/B0/x")
    page.locator("#chat ~ form").get_by_role("button", name="Save").click()
    expect(page.get_by_text("To hooks.slack.com")).to_be_visible()


PAGES = (
    ConsolePage("set-up", "", shown_sites.new, _set_up, 1100, logged_in=False),
    ConsolePage("log-in", "/login", shown_sites.well, _type_address, 640, logged_in=False),
    ConsolePage("first-run", "", shown_sites.new, _finish_setting_up, logged_in=False),
    ConsolePage("overview", "/console/", shown_sites.well, height=900),
    ConsolePage("consent", CONSENT, height=1240),
    ConsolePage("listings", "/console/listings/", height=900),
    ConsolePage("listing", "/console/listings/edit?kind=resource&id=7843", height=1000),
    ConsolePage("listing-new", "/console/listings/new?kind=resource&location=1198", height=1040),
    ConsolePage("listing-delete", "/console/listings/delete?kind=location&id=1198", height=560),
    ConsolePage("import", "/console/listings/import"),
    ConsolePage("import-preview", "/console/listings/import", act=_choose_file),
    ConsolePage("price-list", "/console/prices/", height=900),
    ConsolePage("prices", "/console/prices/1", act=_see_chart, height=1080),
    ConsolePage("deliveries", "/console/deliveries/"),
    ConsolePage("turned-away", "/console/deliveries/turned-away/"),
    ConsolePage("delivery", "/console/deliveries/5", height=1500),
    ConsolePage("sync", "/console/sync/", shown_sites.syncing, _see_bar, 760),
    ConsolePage("embed", "/console/embed/", act=_see_widget, height=1160),
    ConsolePage("settings", "/console/settings/", height=1380),
    ConsolePage("keys", "/console/settings/syncaroo/", height=1040),
    ConsolePage("moving", MOVING, act=_see_entries, height=960),
    ConsolePage("tokens", "/console/settings/tokens/", act=_make_token, height=900),
    ConsolePage("backup", BACK_UP, act=_restore, height=1180),
    ConsolePage("backup-preview", BACK_UP, act=_look_into_back_up, height=1340, leads_to=f"{BACK_UP}restore/x"),
    ConsolePage("alerts", "/console/settings/alerts/", act=_set_up_alerts, height=900),
    ConsolePage("account", "/console/settings/account/", height=760),
    ConsolePage("activity", "/console/activity/", height=900),
)
