"""Instants as the operator reads them: `3 minutes ago` lately, a date and a time before that. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from babel import Locale
from babel.dates import format_datetime, format_timedelta

RELATIVE_WITHIN = timedelta(days=7)
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Moment:
    """`iso` for machines, `words` to read, `exact` to hover over, `language` as a BCP 47 tag."""

    iso: str
    words: str
    exact: str
    language: str


@dataclass(frozen=True)
class Moments:
    """Says instants in `locale` (such as `en-GB`), as of `now`."""

    now: datetime
    locale: str

    def __call__(self, at: datetime) -> Moment:
        """`at`, aware, in the past or in the future."""
        locale = Locale.parse(self.locale, sep="-")
        exact = f"{format_datetime(at.astimezone(UTC), 'medium', locale=locale)} UTC"
        span = at - self.now
        words = exact
        if abs(span) < RELATIVE_WITHIN:
            # Nothing is "in 0 seconds", and a clock a moment ahead doesn't make the past the future.
            span = span if abs(span) >= SECOND else -SECOND
            words = format_timedelta(span, threshold=1, add_direction=True, locale=locale)
        return Moment(at.astimezone(UTC).isoformat(timespec="seconds"), words, exact, self.locale)
