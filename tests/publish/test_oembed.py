"""oEmbed 1.0: which addresses are ours, and what is put in their place."""

import re

import pytest

from tests.publish import samples
from tests.publish.samples import NOW, location, public, resource
from widget_server.publish.compose import compose, types_in
from widget_server.publish.height import LEAST, MOST, USUAL, estimated, reserved
from widget_server.publish.oembed import page_at, rich
from widget_server.publish.query import Choices, Kind, Wanted

SITE = "https://prices.example.com"
DOCUMENT = compose(samples.demo(), now=NOW)
CHOICES = Choices(frozenset({"1198", "1301"}), types_in(DOCUMENT), "en-GB", frozenset({"hour"}))


def page(url: str) -> Wanted | None:
    return page_at(url, SITE, CHOICES)


@pytest.mark.parametrize(
    "url",
    [f"{SITE}/widget", f"{SITE}/widget/", f"{SITE}:443/widget", "HTTPS://PRICES.example.com/widget",
     f"{SITE}/widget#resource-7843", f"{SITE}/widget?utm_source=x&location=", f"{SITE}/widget#?secret=abcdefghij"],
)  # fmt: skip
def test_addresses_of_our_page_are_ours(url: str) -> None:
    assert page(url) == Wanted(Kind.PAGE)


@pytest.mark.parametrize(
    "url",
    ["", "widget", "/widget", f"{SITE}", f"{SITE}/widget.json", f"{SITE}/console/", f"{SITE}/widget/x",
     f"{SITE}:444/widget",
     "http://prices.example.com/widget", "https://prices.example.com.evil.example/widget", "https://evil.example/widget",
     "https://prices.example.com@evil.example/widget", "https://evil.example@prices.example.com/widget",
     "https://prices.example.com\\@evil.example/widget", "javascript:alert(1)//prices.example.com/widget",
     f"{SITE}/widget?location=7", f"{SITE}/wid get", f"{SITE}:port/widget", "https://[::1/widget",
     f"{SITE}/widget?{'x' * 3000}"],
)  # fmt: skip
def test_other_addresses_are_not(url: str) -> None:
    assert page(url) is None


def test_filters_are_kept_in_one_order_and_the_rest_is_dropped() -> None:
    found = page(f"{SITE}/widget?theme=dark&utm_source=x&type=Fixed+Desk&period=hour&location=1198&locale=de_AT")
    assert found is not None
    assert found.href == "/widget?location=1198&type=dedicated-desk&period=hour&locale=de-AT&theme=dark"


def test_several_types_are_framed_together() -> None:
    found = page(f"{SITE}/widget?type=Office,meeting-room")
    assert found is not None
    assert found.href == "/widget?type=meeting-room,office"
    assert rich(DOCUMENT, found, SITE)["title"] == "Meeting rooms and offices · Prices at Demo Workspace"
    alone = [rich(DOCUMENT, Wanted(Kind.PAGE, types=(each,)), SITE)["height"] for each in found.types]
    assert rich(DOCUMENT, found, SITE)["height"] > max(alone)


def test_the_answer_is_what_wordpress_takes() -> None:
    """`wp_filter_oembed_result` wants a blockquote and an iframe, and knows no other tags."""
    answer = rich(DOCUMENT, Wanted(Kind.PAGE, "1198", theme="dark"), SITE)
    assert {key: answer[key] for key in ("version", "type", "provider_name", "provider_url", "title")} == {
        "version": "1.0", "type": "rich", "provider_name": "Demo Workspace", "provider_url": SITE,
        "title": "Prices at Demo Workspace – London",
    }  # fmt: skip
    url = "https://prices.example.com/widget?location=1198&amp;theme=dark"
    assert answer["html"].startswith(
        f'<blockquote class="wp-embedded-content"><a href="{url}">Prices at Demo Workspace – London</a></blockquote>'
        f'<iframe src="{url}" width="100%" height="{answer["height"]}" '
    )
    assert answer["html"].endswith("></iframe>")
    assert set(re.findall(r"<(\w+)", answer["html"])) == {"blockquote", "a", "iframe"}
    kept = {"src", "width", "height", "title", "frameborder", "marginwidth", "marginheight"}  # by its filter
    assert set(re.findall(r' ([a-z]+)="', answer["html"].split("</blockquote>")[1])) == kept


@pytest.mark.parametrize(
    ("limits", "size"),
    [((None, None), (800, MOST)), (("500", "400"), (500, 400)), (("5000", "5000"), (800, MOST)), (("0", "1"), (1, 200)),
     (("-5", "x"), (800, MOST)), (("", "9" * 400), (800, MOST)), (("٣", "1.5"), (800, MOST))],
)  # fmt: skip
def test_size_keeps_to_the_limits(limits: tuple[str | None, str | None], size: tuple[int, int]) -> None:
    answer = rich(DOCUMENT, Wanted(Kind.PAGE), SITE, *limits)
    assert (answer["width"], answer["height"]) == size


def test_names_cannot_leave_the_attribute_or_tag_that_they_stand_in() -> None:
    hostile = '"><script>alert(1)</script></blockquote>\u202e'
    document = compose(public(location("1", hostile, resource("2", "R", "office")), name=hostile), now=NOW)
    html = rich(document, Wanted(Kind.PAGE, "1"), SITE)["html"]
    assert "<script" not in html
    assert html.count("</blockquote>") == html.count("<iframe") == 1
    assert "\u202e" not in html


def test_the_reserve_follows_the_content_between_its_bounds() -> None:
    one_room = public(location("1", "L", resource("2", "R", "office")))
    nothing, one, all_of_it = (compose(data, now=NOW) for data in (public(), one_room, samples.demo()))
    assert reserved(one) == LEAST
    assert reserved(nothing) == USUAL
    assert reserved(all_of_it) == MOST
    assert estimated(nothing) < estimated(one) * 2 < estimated(all_of_it)
    two_rooms = compose(public(location("1", "L", *samples.meeting_rooms())), now=NOW)
    assert LEAST < reserved(two_rooms) < MOST
    assert reserved(two_rooms) % 10 == 0
