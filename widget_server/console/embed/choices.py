"""What the operator can choose for a widget, and what the snippet's attributes become of it. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from babel import Locale

from widget_server.publish.compose import Document, types_in
from widget_server.publish.phrases import Phrases
from widget_server.publish.query import THEMES, Kind, Wanted, known_types, types_asked_for
from widget_server.publish.words import LANGUAGES, speech

NAMES = ("location", "type", "theme", "locale", "accent")
CONSOLE_LANGUAGE = "en"
FROM_THE_PAGE = {"theme": "As the page around it", "locale": "As the page around it"}


@dataclass(frozen=True)
class Option:
    """One `<option>` or checkbox; an empty value leaves the attribute out."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Field:
    """One `<select>`."""

    name: str
    label: str
    options: tuple[Option, ...]


def chosen(fields: Mapping[str, str], types: Iterable[str], document: Document) -> Wanted:
    """What `fields` (of an address or a form) choose of what there is in the whole `document`; else nothing. `types`
    are all values of the field "type"."""
    kept = {
        name: value
        for name, choices in _offered(document).items()
        if (value := fields.get(name, "")) in {each for each, _ in choices}
    }
    return Wanted(Kind.PAGE, types=known_types(types_asked_for(types), types_in(document)), **kept)


def types(shown: Wanted, document: Document) -> list[Option]:
    """A checkbox for each type that occurs; none is ticked where all are shown."""
    return [Option(each, _say().type(each, many=True), each in shown.types) for each in types_in(document)]


def form(shown: Wanted, document: Document) -> list[Field]:
    """The other fields to choose with, set to `shown`."""
    first = {"location": "All locations", **FROM_THE_PAGE}
    labels = {"location": "Location", "theme": "Light or dark", "locale": "Language"}
    held = shown.fields
    return [
        Field(name, labels[name], tuple(_options([("", first[name]), *choices], held.get(name, ""))))
        for name, choices in _offered(document).items()
    ]


def _options(choices: Iterable[tuple[str, str]], value: str) -> Iterable[Option]:
    return (Option(each, text, each == value) for each, text in choices)


def _offered(document: Document) -> dict[str, list[tuple[str, str]]]:
    """Field → values with what they are called."""
    return {
        "location": [(each["id"], each["name"]) for each in document["locations"]],
        "theme": [(theme, theme.capitalize()) for theme in THEMES],
        "locale": sorted(_languages(document), key=lambda each: each[1]),
    }


def _say() -> Phrases:
    return Phrases(speech(CONSOLE_LANGUAGE, CONSOLE_LANGUAGE))


def _languages(document: Document) -> list[tuple[str, str]]:
    """`("de", "German")`, `("de-AT", "German (Austria)")`: those that the widget speaks and visitors may have."""
    offered = [LANGUAGES[lang] for lang in document["workspace"].get("languages", LANGUAGES)]
    tags = [tag for language in offered for tag in (language.lang, *language.locales)]
    return [(tag, Locale.parse(tag, sep="-").get_display_name(CONSOLE_LANGUAGE) or tag) for tag in dict.fromkeys(tags)]
