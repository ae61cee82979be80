"""From nothing but the set-up link to prices on a page, as a person clicks it: real processes, no variables."""

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import browser, context, page  # noqa: F401  (fixtures)
from widget_server.demo.ports import HOST
from widget_server.demo.process import Process
from widget_server.demo.stack import LISTINGS, Stack

pytestmark = pytest.mark.flow

WITHIN_SECONDS = 60.0
LONG_MS = 60_000
PASSWORD = "correct horse battery"
THEIRS = ("portal-id", "portal-secret-of-the-hub")
UNSET = {
    f"WIDGET_{name}": ""
    for name in (
        "OPERATOR_EMAIL", "OPERATOR_PASSWORD", "PLATFORM_CLIENT_ID", "PLATFORM_CLIENT_SECRET", "SYNCAROO_CLIENT_ID",
        "SYNCAROO_CLIENT_SECRET", "WORKSPACE_NAME",
    )
}  # fmt: skip


class FirstRun:
    """The site alone; hub and website start when the operator gets there."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self.folder = folder
        self.running = running
        self.stack = Stack(folder, settings=UNSET)
        running.callback(self.stack.__exit__, None, None, None)
        self.stack.start_site()

    @property
    def setup_link(self) -> str:
        """As the server printed it."""
        found = re.search(r"http://\S+/setup/\S+", self.stack.processes["site"].log.read_text(encoding="utf-8"))
        assert found
        return found[0]

    def start_hub(self, client_id: str, secret: str) -> None:
        """With our keys entered in its portal."""
        port = urlsplit(self.stack.hub_url).port
        keys = [f"--platform-client-id={client_id}", f"--platform-client-secret={secret}"]  # may begin with a dash
        theirs = ["--client-id", THEIRS[0], "--client-secret", THEIRS[1]]
        where = ["--host", HOST, "--port", str(port), "--platform-url", self.stack.site_url]
        self._start("hub", ["widget_server.sandbox", *where, *keys, *theirs], self.stack.hub_url)

    def start_website(self, snippet: str) -> None:
        """Somebody's page with the snippet in it."""
        port = urlsplit(self.stack.page_url).port
        self._start("page", ["widget_server.demo.page", str(port), snippet], self.stack.page_url)

    def _start(self, name: str, module: list[str], url: str) -> None:
        env = self.stack.site_env() | {"SANDBOX": "1"}
        process = Process(name, [sys.executable, "-m", *module], env, self.folder / f"{name}.log")
        self.running.callback(process.stop)
        process.wait_until_it_answers(url, WITHIN_SECONDS)


@pytest.fixture
def first_run(tmp_path: Path) -> Iterator[FirstRun]:
    with ExitStack() as running:
        yield FirstRun(tmp_path, running)


def test_the_set_up_link_leads_to_prices_on_a_page(first_run: FirstRun, page: Page) -> None:  # noqa: F811
    site = first_run.stack.site_url
    page.set_default_timeout(LONG_MS)
    set_up(first_run, page)
    expect(page.get_by_role("heading", name="Setting up: 0 of 5 done")).to_be_visible()
    client_id, secret = exchange_keys(page)
    first_run.start_hub(client_id, secret)

    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Go to Listings").click()
    page.get_by_role("link", name="Import").first.click()
    page.get_by_label("CSV or JSON").set_input_files(LISTINGS)
    page.get_by_role("button", name="Show what will change").click()
    page.get_by_role("button", name=re.compile("^Import ")).click()

    page.get_by_role("link", name="Overview").click()
    page.get_by_role("button", name="Connect Syncaroo").click()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("heading", name="Setting up: 2 of 5 done")).to_be_visible()
    page.goto(first_run.stack.hub_url)
    page.get_by_role("button", name="Add integration").click()
    page.get_by_role("button", name="Approve").click()
    page.wait_for_url(f"{first_run.stack.hub_url}/**")
    first_run.stack.wait_for_prices()

    page.goto(f"{site}/console/")
    expect(page.get_by_role("heading", name="Setting up: 4 of 5 done")).to_be_visible()
    snippet = page.locator("#snippet").inner_text()
    first_run.start_website(snippet)
    page.goto(first_run.stack.page_url)
    expect(page.get_by_text("Demo Meeting Room - London")).to_be_visible(timeout=LONG_MS)

    def all_done() -> bool:
        page.goto(f"{site}/console/")
        return page.get_by_role("heading", name="Setting up").count() == 0

    first_run.stack.processes["site"].wait_until("tick the last step", all_done, WITHIN_SECONDS)


def set_up(first_run: FirstRun, page: Page) -> None:  # noqa: F811
    """The one page behind the link."""
    page.goto(first_run.setup_link)
    page.get_by_label("Name of your workspace").fill("The Mill")
    page.get_by_label("Currency").fill("pounds")
    page.get_by_label("E-mail address").fill("me@example.com")
    page.get_by_label("Password, 10 characters or more").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()
    expect(page.get_by_text("Give a three-letter currency code")).to_be_visible()
    expect(page.get_by_label("Name of your workspace")).to_have_value("The Mill")
    page.get_by_label("Currency").fill("GBP")
    page.get_by_label("Password, 10 characters or more").fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Save and log in").click()


def exchange_keys(page: Page) -> tuple[str, str]:  # noqa: F811
    """Ours made, theirs entered; what goes into Syncaroo's portal."""
    page.get_by_role("link", name="Exchange keys").first.click()
    page.get_by_role("button", name="Make client id and secret").click()
    secret = page.locator("#made-secret").inner_text()
    client_id = page.locator("dt", has_text="yourClientId").locator("..").locator("code").inner_text()
    page.get_by_label("Syncaroo's client id").fill(THEIRS[0])
    page.get_by_label("Syncaroo's client secret").fill(THEIRS[1])
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("Saved.")
    expect(page.locator("body")).not_to_contain_text(secret)
    return client_id, secret
