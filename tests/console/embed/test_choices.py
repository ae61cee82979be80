"""What is chosen for a widget: only what there is, and the snippet says exactly that."""

from werkzeug.datastructures import MultiDict

from tests.publish import samples
from widget_server.console import snippets
from widget_server.console.embed import choices
from widget_server.publish.compose import Document, compose
from widget_server.publish.public_files import PinnedScript
from widget_server.publish.query import Kind, Wanted

SITE = "https://prices.example.com"


def document() -> Document:
    return compose(samples.demo(), now=samples.NOW)


def test_what_there_is_can_be_chosen() -> None:
    fields = {"location": "1198", "type": "meeting-room", "theme": "dark", "locale": "de-AT"}
    assert choices.chosen(fields, document()) == Wanted(Kind.PAGE, "1198", "meeting-room", "de-AT", "dark")


def test_what_there_is_not_is_left_out() -> None:
    fields = {"location": "nowhere", "type": "castle", "theme": "pink", "locale": '"><script>', "period": "day"}
    assert choices.chosen(MultiDict(fields), document()) == Wanted(Kind.PAGE)


def test_the_form_offers_it_in_words_and_stands_at_the_choice() -> None:
    fields = {each.name: each for each in choices.form(Wanted(Kind.PAGE, locale="de-AT"), document())}
    assert list(fields) == ["location", "type", "theme", "locale"]
    assert [each.text for each in fields["locale"].options if each.chosen] == ["German (Austria)"]
    assert [each.value for each in fields["location"].options if each.chosen] == [""]
    assert ("meeting-room", "Meeting rooms") in [(each.value, each.text) for each in fields["type"].options]


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


def test_an_identifier_from_outside_stays_inside_of_its_attribute() -> None:
    html = snippets.usual(SITE, 500, Wanted(Kind.PAGE, 'x" onload="{site}'))
    assert 'data-location="x&quot; onload=&quot;{site}"' in html
    assert '/widget?location=x%22+onload%3D%22%7Bsite%7D"' in html


def pinned() -> PinnedScript:
    return PinnedScript("/embed.0123456789abcdef.js", "sha384-abc")
