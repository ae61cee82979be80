"""Instants as the operator reads them: `3 minutes ago` lately, a date and a time before that. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta

RELATIVE_WITHIN = timedelta(days=7)
SECOND = timedelta(seconds=1)
ELSEWHERE = "en-GB"
"""Day before month, hours from 0 to 23: for regions whose English nobody has written down."""


@dataclass(frozen=True)
class Moment:
    """`iso` for machines, `words` to read, `exact` to hover over, `language` as a BCP 47 tag."""

    iso: str
    words: str
    exact: str
    language: str


@dataclass(frozen=True)
class Moments:
    """Says instants as of `now` in English, as all of the console, with dates as the region of `locale` has them."""

    now: datetime
    locale: str

    def lasting(self, span: timedelta) -> str:
        """How long something took: "3 hours"."""
        return str(format_timedelta(max(span, SECOND), threshold=1, locale=english_in(self.locale)))

    def __call__(self, at: datetime) -> Moment:
        """`at`, aware, in the past or in the future."""
        locale = english_in(self.locale)
        exact = f"{format_datetime(at.astimezone(UTC), 'medium', locale=locale)} UTC"
        span = at - self.now
        words = exact
        if abs(span) < RELATIVE_WITHIN:
            # Nothing is "in 0 seconds", and a clock a moment ahead doesn't make the past the future.
            span = span if abs(span) >= SECOND else -SECOND
            words = format_timedelta(span, threshold=1, add_direction=True, locale=locale)
        return Moment(at.astimezone(UTC).isoformat(timespec="seconds"), words, exact, str(locale).replace("_", "-"))


def english_in(tag: str) -> Locale:
    """`en-US` → American English, `de-DE` → English as it is written in Germany, `ja-JP` → British."""
    territory = Locale.parse(tag, sep="-").territory
    try:
        return Locale("en", territory) if territory else Locale.parse(ELSEWHERE, sep="-")
    except UnknownLocaleError:
        return Locale.parse(ELSEWHERE, sep="-")
