"""Instants in the operator's words."""

from datetime import UTC, datetime, timedelta

import pytest

from widget_server.console.moments import Moments

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=3), "3 minutes ago"),
        (timedelta(seconds=0), "1 second ago"),
        (timedelta(hours=-2), "in 2 hours"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=30), "30 Jan 2026, 12:00:00 UTC"),
    ],
)
def test_lately_in_words_before_that_as_a_date(ago: timedelta, words: str) -> None:
    assert Moments(NOW, "en-GB")(NOW - ago).words == words


def test_machines_and_the_curious_get_the_exact_instant() -> None:
    moment = Moments(NOW, "en-GB")(NOW - timedelta(minutes=3))
    assert moment.iso == "2026-03-01T11:57:00+00:00"
    assert moment.exact == "1 Mar 2026, 11:57:00 UTC"


@pytest.mark.parametrize(
    ("locale", "exact", "language"),
    [
        ("en-US", "Mar 1, 2026, 11:57:00\u202fAM UTC", "en-US"),
        ("de-DE", "1 Mar 2026, 11:57:00 UTC", "en-DE"),
        ("ja-JP", "1 Mar 2026, 11:57:00 UTC", "en-GB"),
        ("de", "1 Mar 2026, 11:57:00 UTC", "en-GB"),
    ],
)
def test_in_the_consoles_language_with_dates_as_the_sites_region_has_them(
    locale: str, exact: str, language: str
) -> None:
    moment = Moments(NOW, locale)(NOW - timedelta(minutes=3))
    assert (moment.words, moment.exact, moment.language) == ("3 minutes ago", exact, language)


def test_how_long_something_took_is_told_in_english_too() -> None:
    told = Moments(NOW, "de-DE").lasting
    assert [told(timedelta(hours=3)), told(timedelta(days=2)), told(timedelta())] == ["3 hours", "2 days", "1 second"]
