"""The hosted page as HTML: what stands in its head, its filters, and what outside texts can't do to it."""

import re
from datetime import date
from typing import Any

import pytest

from tests.publish import samples
from tests.publish.samples import NOW, location, public, rate, resource
from widget_server.model import ExtraData, LocationData, ResourceData
from widget_server.publish.compose import Document, compose
from widget_server.publish.documents import Edition
from widget_server.publish.opening_hours import folded
from widget_server.publish.page import PageFiles, Pages
from widget_server.publish.query import Kind, Wanted, wanted

SITE = "https://prices.example.com"
PAGES = Pages(SITE, PageFiles("/static/widget.css?v=1", "/static/widget-page.js?v=1"))
DEMO = compose(samples.demo(), now=NOW)


def page(query: str = "", document: Document = DEMO) -> str:
    choices = Edition("41", document, None).choices
    return PAGES.render(document, wanted(Kind.PAGE, query, choices))


def meta(html: str, name: str) -> str:
    found = re.search(rf'<meta (?:name|property)="{name}" content="([^"]*)">', html)
    assert found, name
    return found[1]


def chips(html: str) -> list[tuple[str, list[str]]]:
    """The filters: each row's label and its texts, the chosen ones in brackets."""
    rows = re.findall(r'<ul class="chips" aria-label="([^"]+)">(.*?)</ul>', html, re.DOTALL)
    found = []
    for label, row in rows:
        links = re.findall(r"<a href=\"[^\"]*\"( aria-current)?[^>]*><bdi>(.*?)</bdi>", row)
        found.append((label, [f"[{text}]" if chosen else text for chosen, text in links]))
    return found


def test_a_page_has_a_title_and_a_description_of_its_own() -> None:
    html = page("location=1198&type=meeting-room")
    title = "Meeting rooms · Prices at Demo Workspace – London"
    assert f"<title>{title}</title>" in html
    said = f"{title}: Boardroom £45 / hour, Snug £18.50 / hour"
    assert meta(html, "description") == meta(html, "og:description") == said
    assert meta(html, "og:title") == title
    assert meta(html, "og:site_name") == "Demo Workspace"
    assert meta(page("locale=de-AT"), "og:locale") == "de_AT"


def test_several_types_are_named_in_the_title_and_not_in_the_heading() -> None:
    html = page("type=office,meeting-room")
    assert "<title>Meeting rooms and offices · Prices at Demo Workspace</title>" in html
    assert "<h1>Prices at Demo Workspace</h1>" in html
    assert "Boardroom" in html
    assert "Office 4.2" in html
    assert "Hot desk" not in html.split("</nav>")[1]


def test_the_description_is_as_long_as_search_engines_show() -> None:
    assert 100 < len(meta(page(), "description")) <= 200


def test_what_only_dresses_the_prices_is_not_in_the_canonical_address() -> None:
    html = page("theme=dark&locale=de&type=office,hot-desk&location=1198&period=month&utm_source=x")
    canonical = f"{SITE}/widget?location=1198&amp;type=hot-desk,office"
    assert f'<link rel="canonical" href="{canonical}">' in html
    assert meta(html, "og:url") == canonical


def test_a_page_about_nothing_is_not_for_search_engines_nor_for_embedding() -> None:
    html = page("location=7")
    assert meta(html, "robots") == "noindex"
    assert "oembed" not in html
    assert "ld+json" not in html
    assert 'name="robots"' not in page()


def test_filters_are_shown_where_they_leave_a_choice() -> None:
    everything = ["All locations", "Demo Workspace – Berlin", "Demo Workspace – London"]
    types = ["[All]", "Meeting rooms", "Hot desks", "Dedicated desks", "Offices", "Floors"]
    assert chips(page()) == [
        ("Location", ["[All locations]", *everything[1:]]),
        ("Type", types),
        ("Period", ["[All]", "Hour", "Half day", "Day", "Month"]),
    ]
    assert chips(page("location=1198&type=hot-desk&period=month")) == [
        ("Location", [*everything[:2], "[Demo Workspace – London]"]),
        ("Type", ["All", "Meeting rooms", "[Hot desks]", "Dedicated desks", "Offices", "Floors"]),
        ("Period", ["All", "Day", "[Month]"]),
    ]
    assert chips(page("type=office,meeting-room"))[1] == (
        "Type", ["All", "[Meeting rooms]", "Hot desks", "Dedicated desks", "[Offices]", "Floors"]
    )  # fmt: skip
    assert 'href="/widget?type=office"' in page("type=office,meeting-room")
    alone = compose(public(location("1", "L", resource("2", "R", "office", rate("r")))), now=NOW)
    assert chips(page("", alone)) == []


def test_a_period_filters_rates_and_never_converts_them() -> None:
    html = page("period=month")
    assert "£180" in html
    assert "£2,450" in html
    assert "Boardroom" not in html.split("</head>")[1]
    assert "£25" not in html.split("</head>")[1]


@pytest.mark.parametrize("query", ["period=fortnight", "period=", "period=hour%00", "period=use"])
def test_a_period_that_nobody_charges_by_does_not_filter(query: str) -> None:
    assert page(query) == page()


def test_blanks_that_were_pasted_around_an_identifier_do_not_count() -> None:
    assert page("location=+1198%20") == page("location=1198")
    assert page("location=+") == page()


def test_types_and_periods_that_do_not_meet_are_an_honest_empty_state() -> None:
    html = page("type=office&period=hour")
    assert "Nothing of this kind right now" in html
    assert '<a class="book" href="/widget">See all prices</a>' in html


def test_links_lead_out_of_a_frame() -> None:
    links = re.findall(r'<a class="(?:book|link)" href="[a-z]+:[^>]*>', page())
    assert links
    assert all('target="_top" rel="noopener"' in link for link in links)


def test_seven_equal_days_are_one_line() -> None:
    week = [f"{day} 09:00–17:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")]
    assert folded([*week, "Saturday 10:00–14:00", "Sunday closed"]) == [
        "Monday–Friday 09:00–17:00", "Saturday 10:00–14:00", "Sunday closed",
    ]  # fmt: skip
    assert folded(["Monday 9–5", "Wednesday 9–5", "Tuesday 9–5"]) == ["Monday 9–5", "Wednesday 9–5", "Tuesday 9–5"]
    assert folded(["Mon–Fri 08:00–20:00", "Mon–Fri 08:00–20:00", "Monday", "Tuesday", ""]) == [
        "Mon–Fri 08:00–20:00", "Mon–Fri 08:00–20:00", "Monday", "Tuesday", "",
    ]  # fmt: skip


HOSTILE = "\"'><img src=x onerror=alert(1)></title></script><script>alert(2)</script>{{ 7*7 }}\u202edrawkcab"


def hostile(**more: Any) -> Document:
    room = resource(
        "2", HOSTILE, HOSTILE, rate("r", unit=HOSTILE, name=HOSTILE, min_term=HOSTILE), data=ResourceData(**more)
    )
    data = LocationData(description=HOSTILE, address=(HOSTILE,), hours=(HOSTILE,), open_status=HOSTILE)
    return compose(public(location('1" onload="x', HOSTILE, room, data=data), name=HOSTILE), now=NOW)


def test_markup_from_outside_stays_text_everywhere() -> None:
    document = hostile(description=HOSTILE)
    for html in (page("", document), page("location=1%22+onload%3D%22x&locale=ar", document)):
        assert "<img" not in html
        assert html.count("<script") == html.count("</script>") == 2
        assert html.count("</title>") == 1
        assert "49" not in html
        assert ' onload="x' not in html


def test_texts_that_no_markup_can_isolate_carry_no_direction_overrides() -> None:
    head = page("", hostile()).split("</head>")[0]
    assert "drawkcab" in head
    assert "\u202e" not in head


def test_whatever_is_not_known_leaves_the_page_whole() -> None:
    nothing = rate("r", None, None, currency=None, extras=(ExtraData(), ExtraData("x", "Cleaning"), ExtraData("y")))
    data = public(location("1", "L", resource("2", "R", "", nothing)), currency=None, accent=None)
    html = page("", compose(data, now=NOW))
    assert "<li><bdi>Cleaning</bdi></li>" in html
    assert "Ask us for a price" in html


def test_an_override_in_a_term_ends_with_it() -> None:
    room = resource("2", "R", "office", rate("r", min_term="\u202ehtnom", valid_to=date(2026, 12, 31)))
    html = page("", compose(public(location("1", "L", room)), now=NOW))
    assert "Minimum term \u2068\u202ehtnom\u2069 · Until 31 December 2026" in html


def test_a_very_long_description_is_folded_and_whole() -> None:
    text = "word " * 2_000
    html = page("", hostile(description=text))
    (folded_text,) = re.findall(
        r'<details class="desc long"><summary><bdi>(.*?) …</bdi></summary><bdi>(.*?)</bdi>', html
    )
    assert len(folded_text[0]) <= 280
    assert " ".join(folded_text) == text.strip() or " ".join(folded_text) == text
    assert 'class="desc long"' not in page("", hostile(description="short"))


def test_a_very_long_name_shortens_the_title_only() -> None:
    name = "x" * 10_000
    document = compose(public(location("1", name, resource("2", name, "office")), name=name), now=NOW)
    html = page("location=1", document)
    assert len(html.split("<title>")[1].split("</title>")[0]) < 200
    assert len(meta(html, "description")) <= 350
    assert Wanted(Kind.PAGE, "1").href == "/widget?location=1"
