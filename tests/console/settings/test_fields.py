"""What the settings' forms ask, and how they say what is wrong."""

import pytest

from widget_server.config import Settings
from widget_server.console.settings import fields
from widget_server.site_settings import EDITABLE, Source

EVERY = [field for form in fields.FORMS.values() for field in form.fields]


@pytest.mark.parametrize("field", EVERY, ids=lambda field: field.name)
def test_each_field_is_one_that_the_console_may_set_and_shows_what_holds(
    field: fields.Field, settings: Settings
) -> None:
    assert field.name in EDITABLE
    assert fields.problems((field,), {field.name: fields.shown(settings, field.name)}) == {}


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("currency", "pounds", "Give a three-letter currency code such as GBP, EUR or USD."),
        ("currency", "XXX", "Give a three-letter currency code such as GBP, EUR or USD."),
        ("currency", "xts", "Give a three-letter currency code"),
        ("currency", "XAU", "Give a three-letter currency code"),
        ("currency", "XDR", "Give a three-letter currency code"),
        ("locale", "English", "Give a language tag"),
        ("locale", "", "Fill this in."),
        ("accent", "green", "Give a colour as #rrggbb"),
        ("booking_url", "javascript:alert(1)", "Give an address such as"),
        ("booking_url", "https://x.example/{price}", "only {location}, {resource} and {rate} can be filled in"),
        ("allowed_origins", "*, https://x.example", "Give * alone"),
        ("workspace_name", "x" * 201, "Use 200 characters at most."),
        ("workspace_name", "The\x00Mill", "Type it again."),
        ("workspace_name", "\ud800", "Type it again."),
        ("workspace_name", "The \u202elliM", "Type it again."),
        ("workspace_name", "\u200b\u2060", "Nobody could see that."),
    ],
)
def test_a_wrong_value_is_told_in_a_sentence(name: str, text: str, words: str) -> None:
    field = next(each for each in EVERY if each.name == name)
    assert words in fields.problems((field,), {name: text})[name]


@pytest.mark.parametrize("code", ["GBP", "jpy", "XAF", "XOF", "XPF", "XCD", "CLF"])
def test_what_prices_are_in_somewhere_is_a_currency(code: str) -> None:
    assert fields.problems((fields.CURRENCY,), {"currency": code}) == {}


def test_only_what_differs_is_a_change(settings: Settings) -> None:
    texts = fields.typed(fields.WORKSPACE.fields, {"currency": " EUR "}, settings)
    assert fields.changes(texts, settings) == {"currency": "EUR"}


def test_the_record_names_each_change(settings: Settings) -> None:
    changed = {"currency": "", "workspace_name": "The Mill"}
    told = fields.told(fields.WORKSPACE.fields, changed)
    assert told == "Changed settings. Currency: nothing; Name of your workspace: The Mill."


def test_each_value_says_where_it_comes_from(settings: Settings) -> None:
    told = [fields.origin_of(fields.CURRENCY, source, settings) for source in Source]
    assert told == [
        "The default, until you change it.",
        "Set by WIDGET_CURRENCY in the environment, until you change it here.",
        "Set here instead of WIDGET_CURRENCY's value in the environment.",
    ]
