"""Values in a reader's words."""

import json
from pathlib import Path
from typing import Any

import pytest
from babel import Locale

from widget_server import setting_kinds
from widget_server.publish.phrases import Phrases
from widget_server.publish.words import LANGUAGES, speech

GOLDEN = json.loads((Path(__file__).parents[1] / "fixtures" / "golden_money.json").read_text(encoding="utf-8"))
"""What money looks like, byte by byte; tests/browser/test_widget_golden.py holds `Intl` to the same."""


def keys(value: Any, path: str = "") -> set[str]:
    if not isinstance(value, dict) or "other" in value:
        return {path}
    return {key for name, each in value.items() for key in keys(each, f"{path}.{name}")}


def spoken(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200f", "")


def saying(locale: str) -> Phrases:
    return Phrases(speech(locale, "en-GB"))


def test_every_language_has_every_word() -> None:
    expected = keys(LANGUAGES["en"].words)
    assert {lang: keys(each.words) ^ expected for lang, each in LANGUAGES.items()} == {
        lang: set() for lang in LANGUAGES
    }
    assert set(LANGUAGES) >= {"en", "de", "fr", "es", "nl", "pt", "ja", "ar"}


def test_regions_change_words_that_their_language_has() -> None:
    for language in LANGUAGES.values():
        assert set(language.regions) <= set(language.locales)
        for tag in language.regions:
            assert keys(speech(tag, tag).words) == keys(language.words)
            assert speech(tag, tag).words != language.words


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("en", "+ 20% VAT"), ("en-GB", "+ 20% VAT"), ("en-US", "+ 20% tax"), ("en-AU", "+ 20% GST"),
     ("de", "zzgl. 20 % MwSt."), ("de-AT", "zzgl. 20 % USt."), ("de-CH", "exkl. 20% MWST"), ("fr", "HT, TVA 20 %"),
     ("fr-BE", "HTVA, TVA 20 %"), ("fr-CA", "taxes de 20 % en sus"), ("es-PE", "+ 20% de IGV"),
     ("pt-BR", "+ 20% de impostos"), ("pt-PT", "+ 20% de IVA"), ("nl", "excl. 20% btw"), ("ja", "税別（税率20%）")],
)  # fmt: skip
def test_the_tax_is_called_as_in_the_readers_country(locale: str, shown: str) -> None:
    rate = {"amount": "45.00", "priceType": "exact", "taxMode": "exclusive", "taxRate": "20"}
    assert spoken(saying(locale).tax(rate) or "") == shown


@pytest.mark.parametrize(
    ("locale", "desk", "people"),
    [("en", "per desk and month", "per person and 2 hours"),
     ("de", "pro Arbeitsplatz und Monat", "pro Person und 2 Stunden"),
     ("fr", "par poste et par mois", "par personne et par 2 heures"),
     ("es", "por puesto y mes", "por persona y 2 horas"),
     ("pt", "por posto e mês", "por pessoa e 2 horas"), ("nl", "per werkplek en maand", "per persoon en 2 uur"),
     ("ja", "1席・月あたり", "1名・2時間あたり"), ("ar", "لكل مكتب وشهر", "لكل شخص وساعتين")],
)  # fmt: skip
def test_a_price_for_somebody_and_a_time_names_both(locale: str, desk: str, people: str) -> None:
    rate = {"amount": "300.00", "priceType": "exact", "unit": "month", "unitCount": 1, "per": "desk"}
    assert spoken(saying(locale).unit(rate) or "") == desk
    assert spoken(saying(locale).unit(rate | {"unit": "hour", "unitCount": 2, "per": "person"}) or "") == people
    own = saying(locale).unit(rate | {"per": "{unit} seat"}) or ""
    assert "\u2068{unit} seat\u2069" in own
    assert saying(locale).unit(rate | {"unit": "one_off", "per": "person"}) == (
        f"{saying(locale).word('once')} {saying(locale).word('per', unit=saying(locale).words['pers']['person'])}"
    )


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_language_has_every_form_that_its_numbers_need(lang: str) -> None:
    """CLDR's categories for the counts that occur here: "zero" never, "many" of es, fr and pt from a million on."""
    rule = Locale.parse(lang).plural_form
    needed = {"one"} | {rule(n) for n in range(1, 10_000)}
    words = LANGUAGES[lang].words
    counted = {**words["units"], **{key: words[key] for key in ("people", "available", "showAll")}}
    assert {name: needed - set(forms) for name, forms in counted.items()} == {name: set() for name in counted}


@pytest.mark.parametrize(("lang", "n"), [(lang, n) for lang in sorted(LANGUAGES) for n in (1, 2, 3, 11, 100)])
def test_what_is_counted_says_how_many_there_are(lang: str, n: int) -> None:
    said = saying(lang).counted("people", n)
    assert str(n) in said or (lang == "ar" and n <= 2)
    assert "{" not in said


@pytest.mark.parametrize("key", ["from", "asOf", "deposit", "people", "updated", "changed", "pricesOf"])
def test_every_language_fills_in_the_same_values(key: str) -> None:
    def holes(value: Any) -> set[str]:
        text = value["other"] if isinstance(value, dict) else value
        return {part.split("}")[0] for part in text.split("{")[1:]}

    assert len({frozenset(holes(each.words[key])) for each in LANGUAGES.values()}) == 1


@pytest.mark.parametrize(
    ("wanted", "operator", "locale"),
    [("de-AT", "en-GB", "de-AT"), ("DE_at", "en-GB", "de-AT"), ("de-XX", "en-GB", "de"), ("de", "de-CH", "de-CH"),
     ("en", "en-GB", "en-GB"), ("xx", "fr-FR", "fr-FR"), (None, "fr-FR", "fr-FR"), ("", "pt-BR", "pt-BR"),
     ("", "sv-SE", "en"), ("ja", "en-GB", "ja"), ("es_mx", "en-GB", "es-MX"),
     ("zh-Hant-TW", "nonsense", "en"), ("x" * 500, "en-GB", "en-GB"), ("../../etc", "ar-EG", "ar-EG")],
)  # fmt: skip
def test_a_reader_gets_the_nearest_language(wanted: str | None, operator: str, locale: str) -> None:
    assert speech(wanted, operator).locale == locale


@pytest.mark.parametrize(
    ("wanted", "operator", "offered", "locale"),
    [("fr", "de-DE", {"de", "en"}, "de-DE"), ("en-US", "de-DE", {"de", "en"}, "en-US"),
     ("de-AT", "de-DE", {"de"}, "de-AT"), ("", "de-DE", {"de"}, "de-DE"), ("fr", "it-IT", {"en", "de"}, "en"),
     ("de", "it-IT", {"en", "de"}, "de"),
     ("it", "it-IT", {"en"}, "en")],
)  # fmt: skip
def test_a_language_that_is_not_offered_is_the_operators_own(
    wanted: str, operator: str, offered: set[str], locale: str
) -> None:
    assert speech(wanted, operator, offered).locale == locale


def test_the_setting_knows_the_languages_that_there_are_words_in() -> None:
    assert tuple(sorted(LANGUAGES)) == setting_kinds.LANGUAGES


@pytest.mark.parametrize(
    ("locale", "amount", "currency", "shown"),
    [("en-GB", "45.00", "GBP", "£45"), ("en-GB", "1234.50", "GBP", "£1,234.50"), ("en-GB", "0.125", "GBP", "£0.125"),
     ("en-GB", "12.500", "KWD", "KWD 12.500"), ("de-DE", "1234.50", "EUR", "1.234,50 €"),
     ("de-DE", "1500", "JPY", "1.500 ¥"), ("fr-FR", "1234.50", "EUR", "1 234,50 €"), ("fr-FR", "45.00", "EUR", "45 €"),
     ("ar", "12.500", "KWD", "12.500 د.ك.")],
)  # fmt: skip
def test_money_is_never_rounded_and_has_no_empty_decimals(locale: str, amount: str, currency: str, shown: str) -> None:
    assert spoken(saying(locale).money(amount, currency)) == shown


@pytest.mark.parametrize(
    "golden", GOLDEN, ids=lambda golden: f"{golden['locale']} {golden['amount']} {golden['currency']}"
)
def test_money_is_written_as_the_golden_values_are(golden: dict[str, str]) -> None:
    assert saying(golden["locale"]).money(golden["amount"], golden["currency"]) == golden["shown"]


@pytest.mark.parametrize(
    ("locale", "amount", "shown"),
    [("es-ES", "1234.50", "1234,50 €"), ("es-ES", "12345.00", "12.345 €"), ("pt-PT", "1234.50", "1234,50 €"),
     ("pt-BR", "1234.50", "€ 1.234,50"), ("nl-NL", "1234.50", "€ 1.234,50"), ("ja-JP", "1234.50", "€1,234.50")],
)  # fmt: skip
def test_four_digits_stand_together_where_that_is_customary(locale: str, amount: str, shown: str) -> None:
    assert spoken(saying(locale).money(amount, "EUR")) == shown


@pytest.mark.parametrize(
    ("unit", "count", "locale", "shown"),
    [("hour", 1, "en", "/ hour"), ("hour", 2, "en", "/ 2 hours"), ("four_weeks", 1, "en", "/ 4 weeks"),
     ("one_off", 1, "en", "one-off"), ("per moon", 1, "en", "/ per moon"), ("moon", 3, "en", "/ 3 × moon"),
     ("hour", 2, "ar", "/ ساعتين"), ("hour", 3, "ar", "/ 3 ساعات"), ("hour", 11, "ar", "/ 11 ساعة"),
     ("day", 11, "ar", "/ 11 يومًا"), ("day", 100, "ar", "/ 100 يوم"), ("month", 3, "ja", "/ 3か月"),
     ("day", 2, "nl", "/ 2 dagen"), ("half_day", 2, "es", "/ 2 medias jornadas"), ("month", 2, "pt", "/ 2 meses")],
)  # fmt: skip
def test_units_are_said_in_their_number(unit: str, count: int, locale: str, shown: str) -> None:
    rate = {"amount": "45.00", "currency": "GBP", "priceType": "exact", "unit": unit, "unitCount": count}
    assert saying(locale).unit(rate) == shown


def test_tax_is_said_only_when_it_is_known() -> None:
    rate = {"amount": "45.00", "priceType": "exact"}
    say = saying("en-GB")
    assert say.tax(rate) is None
    assert say.tax(rate | {"taxMode": "exclusive"}) == "+ VAT"
    assert say.tax(rate | {"taxMode": "inclusive", "taxRate": "7.5"}) == "incl. 7.5% VAT"
    assert say.tax({"priceType": "on_application", "taxMode": "exclusive"}) is None


def test_prices_that_are_not_amounts_are_words() -> None:
    say = saying("en-GB")
    assert say.price({"priceType": "from", "amount": "180.00", "currency": "GBP"}) == ("from ", "£180", "")
    assert say.price({"priceType": "free", "amount": "0.00", "currency": "GBP"}) == ("", "Free", "")
    assert say.price({"priceType": "on_application"}) == ("", "On application", "")
    assert say.price({"priceType": "exact"}) == ("", "Ask us for a price", "")


@pytest.mark.parametrize(
    ("locale", "shown"),
    [
        ("en-GB", "Meeting rooms, offices and podcast studio"),
        ("de", "Besprechungsräume, Büros und Podcast studio"),
        ("ja", "会議室、オフィス、podcast studio"),
    ],
)
def test_several_types_are_said_as_one_list(locale: str, shown: str) -> None:
    assert saying(locale).types(("meeting-room", "office", "podcast-studio")) == shown
    assert saying(locale).types(()) == ""


def test_space_is_in_feet_where_it_is_let_by_the_foot() -> None:
    assert [saying(tag).area(5200) for tag in ("en-GB", "de-DE")] == ["5,200 sq ft", "483 m²"]


def test_a_moment_without_a_time_zone_says_that_it_is_utc() -> None:
    say = saying("en-GB")
    assert say.moment("2026-07-01T11:57:00Z") == "1 July 2026, 11:57 UTC"
    assert say.moment("2026-07-01T11:57:00Z", "Europe/Berlin") == "1 July 2026, 13:57"


def test_values_are_never_read_as_patterns() -> None:
    assert saying("en-GB").word("pricesOf", name="{name} \\1 {0}") == "Prices at {name} \\1 {0}"
