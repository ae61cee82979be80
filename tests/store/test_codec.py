"""What columns keep of the model's data is what comes out again; whether a moment was a day or an instant, too."""

import json
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.model import LocationData, RateData, ResourceData
from widget_server.publish.validity import is_valid
from widget_server.store import codec

MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def through_a_column(data: Any) -> Any:
    """As a JSON column has it, by way of text."""
    return codec.decoded(type(data), json.loads(json.dumps(codec.encoded(data))))


@pytest.mark.parametrize(
    "moment",
    [
        date(2026, 3, 1),
        MIDNIGHT,
        datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        datetime(2026, 3, 1, 0, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=timezone(timedelta(hours=9))),
        datetime(2026, 3, 1),  # noqa: DTZ001 -- a local time in the location's zone
        date.max,
    ],
)
def test_a_day_stays_a_day_and_an_instant_an_instant(moment: date) -> None:
    rate = through_a_column(RateData("7", "7", valid_from=moment, valid_to=moment))
    resource = through_a_column(ResourceData(available_from=moment))
    for found in (rate.valid_from, rate.valid_to, resource.available_from):
        assert (type(found), found) == (type(moment), moment)
        if isinstance(moment, datetime):
            assert (found.tzinfo is None, found.utcoffset()) == (moment.tzinfo is None, moment.utcoffset())


def test_of_two_rates_that_relieve_each_other_at_midnight_exactly_one_is_valid_at_any_instant() -> None:
    old = through_a_column(RateData("old", "old", valid_to=MIDNIGHT))
    new = through_a_column(RateData("new", "new", valid_from=MIDNIGHT))
    for hours in (-10, -9, -1, 0, 1, 9, 23, 25):
        now = MIDNIGHT + timedelta(hours=hours)
        valid = [rate.source_id for rate in (old, new) if is_valid(rate, TOKYO, now)]
        assert valid == (["old"] if hours < 0 else ["new"])


def test_a_moment_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):
        codec.decoded(RateData, {"source_id": "7", "item_id": "7", "valid_to": "next week"})


def test_every_field_that_may_be_a_day_or_an_instant_is_known() -> None:
    for kind in (LocationData, ResourceData, RateData):
        hints = get_type_hints(kind)
        assert {each.name for each in fields(kind) if "datetime" in str(hints[each.name])} == codec.moments_of(kind)


_zones = st.one_of(st.just(UTC), st.integers(-14 * 60, 14 * 60).map(lambda m: timezone(timedelta(minutes=m))))
_moments = st.one_of(st.none(), st.dates(), st.datetimes(timezones=_zones), st.datetimes(), st.just(MIDNIGHT))
_amounts = st.one_of(st.none(), st.decimals(min_value=0, max_value=10**9, places=3), st.just(Decimal("0.00")))
_own: dict[Any, Any] = {
    date | datetime | None: _moments,
    Decimal | None: _amounts,
    str | None: st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=20)),
}


def _any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(kind, **{name: _own[hint] for name, hint in hints.items() if hint in _own})


@settings(max_examples=80, deadline=None)
@given(st.one_of(_any_of(LocationData), _any_of(ResourceData), _any_of(RateData)))
def test_whatever_is_stored_comes_out_as_it_was(data: Any) -> None:
    found = through_a_column(data)
    assert found == data
    assert {name: type(value) for name, value in vars(found).items()} == {
        name: type(value) for name, value in vars(data).items()
    }
    assert codec.encoded(found) == codec.encoded(data)
