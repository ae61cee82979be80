"""The settings that forms ask for: their words, and what is wrong with an answer. Pure."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale

from widget_server.config import Settings
from widget_server.hub.cleaning import reorders
from widget_server.publish import words
from widget_server.setting_kinds import EVERY
from widget_server.site_settings import EDITABLE, Source

LONGEST_TEXT = 200
LONGEST_LIST = 2_000
"""Characters; allowed origins travel in a header of every page."""
LOCALES = ("en-GB", "en-US", "de-DE", "es-ES", "fr-FR", "ja-JP", "nl-NL", "pt-BR", "pt-PT")
CURRENCIES = ("EUR", "GBP", "USD", "AUD", "BRL", "CAD", "CHF", "DKK", "JPY", "NOK", "NZD", "PLN", "SEK", "SGD")


@dataclass(frozen=True)
class Choice:
    """One of several languages that may be ticked: `value` is its code, `direction` "ltr" or "rtl"."""

    value: str
    direction: str

    @property
    def lang(self) -> str:
        """What `text` is written in."""
        return self.value

    @property
    def text(self) -> str:
        """Its own name. Looked up when a page shows it: the names of all take a megabyte each."""
        return own_name(self.value)


@dataclass(frozen=True)
class Field:
    """One setting in a form. `name` is its attribute of `Settings`; `type` the input's; `suggestions` may be taken.

    With `choices` it is a checkbox for each, named "name.value", and an input "name" that says that it was asked.
    """

    name: str
    label: str
    hint: str = ""
    type: str = "text"
    optional: bool = False
    longest: int = LONGEST_TEXT
    suggestions: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()

    @property
    def variable(self) -> str:
        """The variable that sets it, too."""
        return EDITABLE[self.name].name

    @property
    def inputs(self) -> tuple[str, ...]:
        """The names under which it is posted."""
        return (self.name, *(f"{self.name}.{each.value}" for each in self.choices))


@dataclass(frozen=True)
class Form:
    """Fields that are saved together. `id` is its name in addresses and in the record of what was done."""

    id: str
    title: str
    intro: str
    fields: tuple[Field, ...]


def own_name(lang: str) -> str:
    """`"de"` → "Deutsch"."""
    name = Locale.parse(lang).display_name or lang
    return name[:1].upper() + name[1:]


WORKSPACE_NAME = Field("workspace_name", "Name of your workspace", "As visitors read it.")
CURRENCY = Field(
    "currency", "Currency",
    "Three letters, such as EUR, for prices that Syncaroo sends without one. Empty: such prices aren't shown.",
    optional=True, suggestions=CURRENCIES,
)  # fmt: skip
LOCALE = Field(
    "locale", "Language and region", "Where a page doesn't say its own, such as en-GB or de-DE.", suggestions=LOCALES
)
LANGUAGES = Field(
    "languages", "Languages that visitors may have",
    "A page in one of these shows the widget in it. Every other page shows it in yours, which is always among them.",
    choices=tuple(Choice(each.lang, each.direction) for each in words.LANGUAGES.values()),
)  # fmt: skip
ACCENT = Field("accent", "Accent colour", "Of the widget's buttons and chosen filters.", type="color")
BOOKING = Field(
    "booking_url", "Address of the button",
    "For prices that come without an address of their own. {location}, {resource} and {rate} are filled in with your "
    "identifiers: https://book.example.com/{location}/{resource}. Empty: such prices have no button.",
    optional=True, longest=1_000,
)  # fmt: skip
ORIGINS = Field(
    "allowed_origins", "Websites that may frame the price page",
    "* for all, or addresses such as https://www.example.com, separated by commas. The script and its widget work "
    "everywhere.",
    longest=LONGEST_LIST,
)  # fmt: skip

STALE_AFTER = Field(
    "stale_after_hours", "Hours until prices count as old",
    "When Syncaroo hasn't confirmed the prices for so long, you are told, and the data says that it is old. 1 to 720.",
    type="number", longest=3,
)  # fmt: skip

WORKSPACE = Form("workspace", "Workspace", "What visitors see.", (WORKSPACE_NAME, CURRENCY, ACCENT))
SPOKEN = Form(
    "languages", "Languages", "Of the widget's own words; names and descriptions come as they are.", (LOCALE, LANGUAGES)
)
CALL_TO_ACTION = Form("booking", "Booking button", "Where a click on a price leads.", (BOOKING,))
WEBSITES = Form("websites", "Your websites", "Who may show the hosted page in a frame.", (ORIGINS,))
FORMS = {form.id: form for form in (WORKSPACE, SPOKEN, CALL_TO_ACTION, WEBSITES)}
FIRST_RUN = (WORKSPACE_NAME, CURRENCY, LOCALE)
"""What the set-up link asks for."""


def shown(settings: Settings, name: str) -> str:
    """The value as a form shows it."""
    value = getattr(settings, name)
    return ", ".join(value) if isinstance(value, tuple) else str(value or "")


def typed(fields: tuple[Field, ...], posted: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Field → what was typed; what wasn't asked stays as it is."""
    return {field.name: _typed(field, posted, settings).strip() for field in fields}


def _typed(field: Field, posted: Mapping[str, str], settings: Settings) -> str:
    if field.name not in posted or not field.choices:
        return posted.get(field.name, shown(settings, field.name))
    ticked = [each.value for each in field.choices if f"{field.name}.{each.value}" in posted]
    return EVERY[0] if len(ticked) == len(field.choices) else ", ".join(ticked)


def problems(fields: tuple[Field, ...], texts: Mapping[str, str]) -> dict[str, str]:
    """Field → what would do, as a sentence; empty when all is well."""
    found = {field.name: _problem(field, texts[field.name]) for field in fields}
    return {name: text for name, text in found.items() if text}


def changes(texts: Mapping[str, str], settings: Settings) -> dict[str, str]:
    """Those that differ from what holds: the others keep their source."""
    return {name: text for name, text in texts.items() if text != shown(settings, name)}


def told(fields: tuple[Field, ...], changed: Mapping[str, str]) -> str:
    """The changes as a sentence for the record."""
    labels = {field.name: field.label for field in fields}
    parts = [f"{labels[name]}: {'all' if text == EVERY[0] else text or 'nothing'}" for name, text in changed.items()]
    return f"Changed settings. {'; '.join(parts)}."


def origin_of(field: Field, source: Source, settings: Settings) -> str:
    """Where the value comes from, in words."""
    if source is Source.ENVIRONMENT:
        return f"Set by {field.variable} in the environment, until you change it here."
    if source is Source.CONSOLE:
        instead = f" instead of {field.variable}'s value in the environment" if field.name in settings.given else ""
        return f"Set here{instead}."
    return "The default, until you change it." if shown(settings, field.name) else "Not set yet."


def plain_problem(text: str, longest: int) -> str | None:
    """What is wrong with any text, whatever it is for."""
    if reorders(text) or any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return "It has characters that can't be shown. Type it again."
    return f"Use {longest} characters at most." if len(text) > longest else None


def _problem(field: Field, text: str) -> str | None:
    wrong = plain_problem(text, field.longest)
    if wrong or not text:
        return wrong or (None if field.optional else "Fill this in.")
    if not any(character.isprintable() for character in text):
        return "Nobody could see that. Type it again."
    try:
        EDITABLE[field.name].kind.parse(text)
    except ValueError as error:
        told = str(error)
        return f"{told[0].upper()}{told[1:]}."
    return None
