"""The widget's own words: one JSON file for each language, all with the same keys, and which of them a reader gets.

A file holds the language's tag, its direction, the regional locales whose way of writing numbers and dates we offer
(a closed list, so that made-up tags can't make documents), the words, and by region what is called otherwise there:
in Australia the tax is GST. `{n}`, `{price}` and the like are filled in by whoever shows them; forms by count are
CLDR's plural categories.
"""

import json
import re
from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError

DEFAULT_LANGUAGE = "en"
_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}))?(?:[-_][A-Za-z0-9]{1,8}){0,4}")


@dataclass(frozen=True)
class Language:
    """One language's words. `direction` is "ltr" or "rtl"; `locales` are BCP 47 tags such as "de-AT"; `regions` has
    those words that some of them call otherwise, by tag."""

    lang: str
    direction: str
    locales: tuple[str, ...]
    words: dict[str, Any]
    regions: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Speech:
    """A language, and the locale (BCP 47) to write numbers and dates for."""

    language: Language
    locale: str

    @property
    def tag(self) -> str:
        """Names the words: the locale where its region has some of its own ("en-AU"), else the language ("en")."""
        return self.locale if self.locale in self.language.regions else self.language.lang

    @property
    def words(self) -> dict[str, Any]:
        """The language's, with the region's own in their places."""
        return _changed(self.language.words, self.language.regions.get(self.locale, {}))

    def published(self) -> dict[str, Any]:
        """What `widget.json?locale=` carries as `words`."""
        return {"lang": self.language.lang, "dir": self.language.direction} | self.words


def _changed(words: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    inner = {key: words[key] | value if isinstance(value, dict) else value for key, value in changes.items()}
    return words | inner


def _read(file: Path) -> Language:
    found = json.loads(file.read_text(encoding="utf-8"))
    regions = {tag: words for tags, words in found.get("regions", {}).items() for tag in tags.split()}
    return Language(found["lang"], found["dir"], tuple(found["locales"]), found["words"], regions)


LANGUAGES = {file.stem: _read(file) for file in sorted(Path(__file__).parent.glob("*.json"))}


def speech(wanted: str | None, operator: str, offered: Container[str] | None = None) -> Speech:
    """What to speak to a reader who wants the tag `wanted`, at an operator whose locale is `operator` and who offers
    the languages `offered` (None: all).

    A language that we have: with the wanted region if it is listed, else the operator's if it is the same language,
    else none. Any other wish: the operator's own locale, and English where we don't have its language either. Numbers
    and dates are written as in the language that is spoken: the script can't mix two.
    """
    return _offered(wanted or "", operator, offered) or _own(operator)


def is_spoken(tag: str) -> bool:
    """Whether we have the language of the tag."""
    match = _TAG.fullmatch(tag)
    return match is not None and match[1].lower() in LANGUAGES


def _offered(wanted: str, operator: str, offered: Container[str] | None) -> Speech | None:
    match = _TAG.fullmatch(wanted)
    language = LANGUAGES.get(match[1].lower()) if match else None
    if match is None or language is None or (offered is not None and language.lang not in offered):
        return None
    exact = f"{language.lang}-{match[2].upper()}" if match[2] else language.lang
    if exact in language.locales:
        return Speech(language, exact)
    own = _own(operator)
    return own if own.language is language else Speech(language, language.lang)


def _own(operator: str) -> Speech:
    try:
        locale = Locale.parse(operator, sep="-")
    except (ValueError, UnknownLocaleError):
        return Speech(LANGUAGES[DEFAULT_LANGUAGE], DEFAULT_LANGUAGE)
    language = LANGUAGES.get(locale.language)
    if language is None:
        return Speech(LANGUAGES[DEFAULT_LANGUAGE], DEFAULT_LANGUAGE)
    return Speech(language, str(locale).replace("_", "-"))
