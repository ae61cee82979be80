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


def test_in_the_sites_language() -> None:
    moment = Moments(NOW, "de-DE")(NOW - timedelta(minutes=3))
    assert (moment.words, moment.language) == ("vor 3 Minuten", "de-DE")
