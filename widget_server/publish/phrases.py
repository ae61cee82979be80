"""A document's values in a reader's words: money, units, dates, sizes. Pure; the hosted page's template speaks it.

The script in visitors' browsers says the same with `Intl`. Numbers use Western digits in every language: Babel mixes
digits in locales with their own, and prices must be the same on the page and in the script.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent

from widget_server.publish.validity import known_zone
from widget_server.publish.words import Speech

SQUARE_METRES_PER_SQUARE_FOOT = Decimal("0.09290304")
SQUARE_FEET_REGIONS = frozenset({"US", "GB", "CA", "IN", "IE", "SG", "AE"})
"""Where office space is let by the square foot."""
CAPITAL_NOUNS = frozenset({"de"})
"""Languages whose nouns have a capital wherever they stand."""
UNGROUPED_BELOW = 10_000
UNGROUPED_LOCALES = frozenset({"es", "es-ES", "pt-PT"})
"""Where four digits stand together: "1234,50 €" (CLDR's minimumGroupingDigits, which Babel doesn't know)."""
_FEES = ("deposit", "setupFee")
NO_BREAK_SPACE = "\u00a0"
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
"""Around a source's own words within ours: they may run the other way, and their overrides end with them (UAX #9)."""

_FRACTION = re.compile(r"\.0+")
_CODE_AGAINST_DIGIT = re.compile(r"(?<=[A-Z])(?=\d)")


class Phrases:
    """Says things in one language for one region."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech
        self.words = speech.words
        self._locale = Locale.parse(speech.locale, sep="-")

    def word(self, key: str, **values: str) -> str:
        """The phrase `key` with its `{…}` filled in; values are put in as they are, never read as patterns."""
        return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], ""), self.words[key])

    def counted(self, key: str, n: int) -> str:
        """`("people", 8)` → "8 people"."""
        return self._in_number(self.words[key], n)

    def type(self, type: str | None, *, many: bool = False) -> str:
        """A resource type's name; an unknown one as the source wrote it, readable: "Podcast studio"."""
        known: str | None = self.words["typesMany" if many else "types"].get(type)
        return known or (type or "").replace("-", " ").capitalize()

    def types(self, types: Iterable[str]) -> str:
        """Several of them: "Meeting rooms and offices"; "" for none."""
        first, *others = [self.type(each, many=True) for each in types] or [""]
        if self.speech.language.lang not in CAPITAL_NOUNS:
            others = [each[:1].lower() + each[1:] for each in others]
        return str(format_list([first, *others], locale=self._locale))

    def money(self, amount: str, currency: str) -> str:
        """`("45.00", "GBP")` → "£45", `("12.50", "GBP")` → "£12.50": never rounded, no empty decimals."""
        number = Decimal(amount)
        pattern = str(self._locale.currency_formats["standard"].pattern)
        whole = number == number.to_integral_value()
        text = format_currency(
            number,
            currency,
            format=_FRACTION.sub("", pattern) if whole else pattern,
            locale=self._locale,
            currency_digits=not whole,
            decimal_quantization=False,
            group_separator=self._is_grouped(number),
        )
        return _CODE_AGAINST_DIGIT.sub(NO_BREAK_SPACE, text)

    def price(self, rate: dict[str, Any]) -> tuple[str, str, str]:
        """What stands before the price, the price, what stands after: `("from ", "£180", "")`."""
        if rate["priceType"] in ("free", "on_application"):
            return "", self.word("free" if rate["priceType"] == "free" else "onApplication"), ""
        if "amount" not in rate:
            return "", self.word("noPrices"), ""
        money = self.money(rate["amount"], rate["currency"])
        if rate["priceType"] != "from":
            return "", money, ""
        before, _, after = str(self.words["from"]).partition("{price}")
        return before, money, after

    def unit(self, rate: dict[str, Any]) -> str | None:
        """What a rate's amount buys: "/ hour", "/ 2 days", "per desk and month", "one-off", or the source's own text;
        None if unknown."""
        unit, count = rate.get("unit"), rate.get("unitCount", 1)
        if unit is None or "amount" not in rate or rate["priceType"] == "free":
            return None
        per = rate.get("per")
        who = per and self.words["pers"].get(per, f"{FIRST_STRONG_ISOLATE}{per}{POP_ISOLATE}")
        if unit == "one_off":
            return " ".join([self.word("once"), *([self.word("per", unit=who)] if who else [])])
        forms = self.words["units"].get(unit)
        own = unit if count == 1 else f"{count} × {unit}"
        said = self._in_number(forms, count) if forms else own
        return self.word("perBoth", per=who, unit=said) if who else self.word("per", unit=said)

    def period(self, unit: str) -> str:
        """`"half_day"` → "Half day": a unit of ours as a choice."""
        name: str = self.word("once") if unit == "one_off" else self.words["units"][unit]["one"]
        return name[:1].upper() + name[1:]

    def tax(self, rate: dict[str, Any]) -> str | None:
        """ "+ 20% VAT", "incl. VAT"; None when it isn't known or there is nothing to tax."""
        mode = rate.get("taxMode")
        if mode is None or "amount" not in rate or rate["priceType"] == "free":
            return None
        key = "taxInclusive" if mode == "inclusive" else "taxExclusive"
        if "taxRate" not in rate:
            return self.word(key)
        return self.word(f"{key}Rate", rate=self._percent(Decimal(rate["taxRate"])))

    def facts(self, resource: dict[str, Any]) -> list[str]:
        """What can be said in a few words: for how many, how large, how many of them, from when."""
        found = []
        if resource.get("capacity"):
            found.append(self.counted("people", resource["capacity"]))
        if resource.get("areaSqft"):
            found.append(self.area(resource["areaSqft"]))
        if resource.get("units", 0) > 1:
            found.append(self.counted("available", resource["units"]))
        if "availableFrom" in resource:
            found.append(self.word("availableFrom", date=self.date(resource["availableFrom"])))
        return found

    def fine_print(self, rate: dict[str, Any]) -> list[str]:
        """What else a rate costs and asks for: deposit, set-up fee, shortest term, last day."""
        found = [self.word(key, price=self.money(rate[key], rate["currency"])) for key in _FEES if key in rate]
        if "minTerm" in rate:
            found.append(self.word("minTerm", term=f"{FIRST_STRONG_ISOLATE}{rate['minTerm']}{POP_ISOLATE}"))
        if "validTo" in rate:
            found.append(self.word("validTo", date=self.date(rate["validTo"])))
        return found

    def area(self, square_feet: int) -> str:
        """`240` → "240 sq ft" or, where space is let in metres, "22 m²"."""
        if self._locale.territory in SQUARE_FEET_REGIONS:
            return self.word("sqft", n=self.number(square_feet))
        metres = (square_feet * SQUARE_METRES_PER_SQUARE_FOOT).quantize(Decimal(1), ROUND_HALF_UP)
        return self.word("sqm", n=self.number(int(metres)))

    def number(self, n: int) -> str:
        """`5200` → "5,200"."""
        return str(format_decimal(n, locale=self._locale, group_separator=self._is_grouped(n)))

    def date(self, moment: str) -> str:
        """An RFC 3339 date or instant as a day: "1 April 2026"."""
        day = date.fromisoformat(moment[:10])
        return str(format_date(day, format="long", locale=self._locale))

    def moment(self, moment: str, zone: str | None = None) -> str:
        """An RFC 3339 instant in the time zone `zone`: "1 March 2026, 11:57"; without one in UTC, and says so."""
        when = datetime.fromisoformat(moment)
        day = format_date(when.astimezone(known_zone(zone or "UTC")), format="long", locale=self._locale)
        time = format_time(when, format="short", tzinfo=known_zone(zone or "UTC"), locale=self._locale)
        text = str(self._locale.datetime_formats["medium"]).replace("{1}", day).replace("{0}", time)
        return text if zone else f"{text} UTC"

    def _is_grouped(self, number: Decimal | int) -> bool:
        return number >= UNGROUPED_BELOW or self.speech.locale not in UNGROUPED_LOCALES

    def _in_number(self, forms: dict[str, str], n: int) -> str:
        form = forms.get("one" if n == 1 else self._locale.plural_form(n)) or forms["other"]
        return form.replace("{n}", self.number(n))

    def _percent(self, rate: Decimal) -> str:
        return str(format_percent(rate / 100, locale=self._locale, decimal_quantization=False))
