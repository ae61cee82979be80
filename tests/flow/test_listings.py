"""What the hub reports as new, through real processes: approved in the console, it is on somebody's website."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import browser, context, page  # noqa: F401  (fixtures)
from tests.flow.conftest import Road

pytestmark = pytest.mark.flow


def open_listings(page: Page, road: Road, query: str) -> None:  # noqa: F811
    """As the operator, who logs in first if need be."""
    page.goto(f"{road.stack.site_url}/console/listings/{query}")
    if page.get_by_role("heading", name="Log in").is_visible():
        page.get_by_label("E-mail address").fill(road.stack.operator_email)
        page.get_by_label("Password").fill(road.stack.operator_password)
        page.get_by_role("button", name="Log in").click()


def test_an_approved_resource_is_in_the_widget_under_the_hubs_name_then_under_the_operators(
    road: Road,
    page: Page,  # noqa: F811
) -> None:
    before = road.resource_ids()
    road.hub.post("/sandbox/resources", {"locationId": "loc-301", "name": "The Attic", "type": "meeting-room"})

    def is_named() -> bool:
        open_listings(page, road, "?show=pending")
        return page.get_by_role("heading", name="The Attic").is_visible()

    road.wait_for("the console to show the hub's name", is_named)
    assert road.resource_ids() == before
    page.get_by_role("button", name="Approve The Attic").click()
    expect(page.get_by_role("status")).to_have_text("“The Attic” is public now.")
    road.wait_for("it to be public", lambda: road.resource_ids() > before)
    (listing_id,) = road.resource_ids() - before
    page.goto(road.stack.page_url)
    page.get_by_role("button", name="Show all").click()  # what is beyond the widget's reserve waits behind it
    expect(page.get_by_text("The Attic")).to_be_visible()

    open_listings(page, road, "?q=attic")
    page.get_by_role("link", name="Edit The Attic").click()
    page.get_by_label("Your name for it").fill("The Observatory")
    page.get_by_role("button", name="Save").click()
    road.wait_for("the operator's name", lambda: "The Observatory" in road.get("/widget.json").text)
    assert "The Attic" not in road.get("/widget.json").text

    open_listings(page, road, "?q=observatory")
    page.locator("summary", has_text="change the status of The Observatory").click()
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    road.wait_for("it to be gone", lambda: listing_id not in road.resource_ids())
    page.get_by_role("button", name="Undo").click()
    road.wait_for("it to be back", lambda: listing_id in road.resource_ids())
    page.goto(f"{road.stack.site_url}/console/listings/delete?kind=resource&id={listing_id}")
    page.get_by_role("button", name="Delete").click()
    road.wait_for("it to be gone for good", lambda: road.resource_ids() == before)
