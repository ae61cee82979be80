"""What is chosen for a widget: only what there is, and the snippet says exactly that."""

import pytest

from tests.publish import samples
from widget_server.console import snippets
from widget_server.console.embed import accent, choices
from widget_server.publish.compose import Document, compose
from widget_server.publish.public_files import PinnedScript
from widget_server.publish.query import Kind, Wanted

SITE = "https://prices.example.com"


def document() -> Document:
    return compose(samples.demo(), now=samples.NOW)


def test_what_there_is_can_be_chosen() -> None:
    fields = {"location": "1198", "theme": "dark", "locale": "de-AT"}
    both = ("meeting-room", "office")
    assert choices.chosen(fields, ["office", "meeting-room"], document()) == Wanted(
        Kind.PAGE, "1198", both, "de-AT", "dark"
    )
    assert choices.chosen({}, ["office,meeting-room"], document()).types == both


def test_what_there_is_not_is_left_out() -> None:
    fields = {"location": "nowhere", "theme": "pink", "locale": '"><script>', "period": "day"}
    assert choices.chosen(fields, ["castle", "<b>"], document()) == Wanted(Kind.PAGE)


def test_the_form_offers_it_in_words_and_stands_at_the_choice() -> None:
    fields = {each.name: each for each in choices.form(Wanted(Kind.PAGE, locale="de-AT"), document())}
    assert list(fields) == ["location", "theme", "locale"]
    assert [each.text for each in fields["locale"].options if each.chosen] == ["German (Austria)"]
    assert [each.value for each in fields["location"].options if each.chosen] == [""]
    types = choices.types(Wanted(Kind.PAGE, types=("office",)), document())
    assert [each.text for each in types] == ["Meeting rooms", "Hot desks", "Dedicated desks", "Offices", "Floors"]
    assert [each.value for each in types if each.chosen] == ["office"]


def test_the_snippets_say_what_was_chosen() -> None:
    shown = Wanted(Kind.PAGE, "1198", theme="dark")
    assert snippets.usual(SITE, 500, shown).startswith(
        '<div data-pricing-widget data-location="1198" data-theme="dark" style="min-height:500px">'
        f'<a href="{SITE}/widget?location=1198&amp;theme=dark">See our prices</a></div>'
    )
    html = {each.id: each.html for each in snippets.variants(SITE, 500, pinned(), shown)}
    assert html["snippet-element"].startswith('<pricing-widget location="1198" theme="dark" style=')
    assert f'src="{SITE}/widget?location=1198&amp;theme=dark"' in html["snippet-frame"]
    assert html["snippet-address"] == f"{SITE}/widget?location=1198&theme=dark"


def test_the_types_are_one_attribute_and_readable_in_the_address() -> None:
    shown = Wanted(Kind.PAGE, types=("meeting-room", "office"))
    assert snippets.usual(SITE, 500, shown).startswith(
        '<div data-pricing-widget data-type="meeting-room,office" style="min-height:500px">'
        f'<a href="{SITE}/widget?type=meeting-room,office">'
    )


def test_an_accent_colour_is_in_every_snippet_that_can_have_one_and_the_others_say_so() -> None:
    assert 'style="min-height:500px;--pricing-accent:#7a3cc2"' in snippets.usual(SITE, 500, accent="#7a3cc2")
    plain = {each.id: each for each in snippets.variants(SITE, 500, pinned())}
    found = {each.id: each for each in snippets.variants(SITE, 500, pinned(), accent="#7a3cc2")}
    assert ".our-prices { min-height: 500px; --pricing-accent: #7a3cc2; }" in found["snippet-class"].html
    with_it = {id for id, each in found.items() if "#7a3cc2" in each.html}
    assert with_it == {"snippet-element", "snippet-class", "snippet-pinned"}
    for id, each in found.items():
        assert each.note == plain[id].note + ("" if id in with_it else f" {snippets.WITHOUT_ACCENT}")


@pytest.mark.parametrize(
    ("typed", "colour"),
    [("#7A3cC2", "#7a3cc2"), (" 7a3cc2 ", "#7a3cc2"), ("#abc", "#aabbcc"), ("", None), ("  ", None)],
)
def test_a_colour_is_read_as_people_write_it(typed: str, colour: str | None) -> None:
    assert (accent.read(typed).colour, accent.read(typed).problem) == (colour, None)


@pytest.mark.parametrize(
    "typed", ["purple", "#12345", "#1234567", "red;}*{color:blue", "＃abcdef", "#٣٣٣٣٣٣", "x" * 999]
)
def test_what_is_no_colour_stays_in_the_field_and_says_what_would_do(typed: str) -> None:
    found = accent.read(typed)
    assert (found.colour, found.typed) == (None, typed[:40])
    assert "#0b6e4f" in str(found.problem)


def test_an_identifier_from_outside_stays_inside_of_its_attribute() -> None:
    html = snippets.usual(SITE, 500, Wanted(Kind.PAGE, 'x" onload="{site}'))
    assert 'data-location="x&quot; onload=&quot;{site}"' in html
    assert '/widget?location=x%22+onload%3D%22%7Bsite%7D"' in html


def pinned() -> PinnedScript:
    return PinnedScript("/embed.0123456789abcdef.js", "sha384-abc")
