"""Intervals as workspace systems write them."""

from typing import Any

import pytest

from widget_server.hub.fields import Fields, RowRefused
from widget_server.hub.units import Unit, read_unit, unit_of


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("hour", Unit("hour")),
        ("Hourly", Unit("hour")),
        ("per hour", Unit("hour")),
        ("PER_HOUR", Unit("hour")),
        ("perHour", Unit("hour")),
        ("/hour", Unit("hour")),
        ("h", Unit("hour")),
        ("2 hours", Unit("hour", 2)),
        ("minutes", Unit("minute")),
        ("PT30M", Unit("minute", 30)),
        ("half day", Unit("half_day")),
        ("HALF_DAY", Unit("half_day")),
        ("half-day", Unit("half_day")),
        ("half a day", Unit("half_day")),
        ("day(s)", Unit("day")),
        ("daily", Unit("day")),
        ("week", Unit("week")),
        ("4 weeks", Unit("four_weeks")),
        ("four weeks", Unit("four_weeks")),
        ("four-weekly", Unit("four_weeks")),
        ("28 days", Unit("four_weeks")),
        ("P4W", Unit("four_weeks")),
        ("fortnightly", Unit("week", 2)),
        ("month(s)", Unit("month")),
        ("monthly", Unit("month")),
        ("per calendar month", Unit("month")),
        ("PCM", Unit("month")),
        ("P1M", Unit("month")),
        ("3 months", Unit("month", 3)),
        ("P3M", Unit("month", 3)),
        ("quarterly", Unit("quarter")),
        ("per annum", Unit("year")),
        ("Annually", Unit("year")),
        ("P1Y", Unit("year")),
        ("per use", Unit("use")),
        ("one-off", Unit("one_off")),
        ("ONE_TIME", Unit("one_off")),
        ("once", Unit("one_off")),
        ("per desk", Unit("per desk")),
        ("per person per hour", Unit("hour", per="person")),
        ("person / hour", Unit("hour", per="person")),
        ("month per desk", Unit("month", per="desk")),
        ("desk and month", Unit("month", per="desk")),
        ("per room, per half day", Unit("half_day", per="room")),
        ("per person per 2 hours", Unit("hour", 2, per="person")),
        ("month, excl. VAT", Unit("month, excl. VAT")),
        ("desk per room", Unit("desk per room")),
        ("m", Unit("m")),
        ("Tag\x00", Unit("Tag")),
        ("P1Y6M", Unit("P1Y6M")),
        ("0 hours", Unit("0 hours")),
        ("  ", Unit(None)),
    ],
)
def test_a_text_is_a_known_unit_or_stays_as_it_is(text: str, unit: Unit) -> None:
    assert unit_of(text) == unit


@pytest.mark.parametrize(
    "key", ["unit", "period", "interval", "intervalLength", "charge_period", "frequency", "BillingPeriod"]
)
def test_the_unit_is_found_under_every_name(key: str) -> None:
    assert read_unit(Fields({key: "monthly"})) == Unit("month")


@pytest.mark.parametrize(
    ("item", "unit"),
    [
        ({"unit": "hour", "quantity": 2}, Unit("hour", 2)),
        ({"unit": "hour", "unitCount": "4"}, Unit("hour", 4)),
        ({"period": "month", "cycle_duration": 6}, Unit("month", 6)),
        ({"interval": "month", "intervalLength": 3}, Unit("month", 3)),
        ({"unit": "week", "quantity": 4}, Unit("four_weeks")),
        ({"unit": "day", "quantity": "0.5"}, Unit("half_day")),
        ({"unit": "hour", "quantity": 1.5}, Unit("minute", 90)),
        ({"unit": "seat", "quantity": 2}, Unit("seat", 2)),
        ({"unit": "hour", "quantity": 0}, Unit("hour")),
        ({"unit": "hour", "quantity": None}, Unit("hour")),
        ({"unit": "3 months", "quantity": 3}, Unit("month", 3)),
        ({"unit": {"value": 2, "unit": "hours"}}, Unit("hour", 2)),
        ({"cycleDuration": "P1M"}, Unit("month")),
        ({"unit": "hour", "billingPeriod": "month"}, Unit("hour")),
        ({"chargePeriod": 3}, Unit()),
        ({}, Unit()),
        ({"unit": []}, Unit()),
        ({"unit": "desk", "interval": "month"}, Unit("month", per="desk")),
        ({"unit": "Desks", "frequency": "monthly"}, Unit("month", per="desk")),
        ({"unit": "hour", "per": "person"}, Unit("hour", per="person")),
        ({"unit": "hour", "per": "people"}, Unit("hour", per="person")),
        ({"per": "per person", "interval": "month", "quantity": 3}, Unit("month", 3, per="person")),
        ({"per": "room", "unit": {"value": 2, "unit": "hours"}}, Unit("hour", 2, per="room")),
        ({"unit": "seat", "interval": "month"}, Unit("month", per="seat")),
        ({"unit": "person", "interval": "once"}, Unit("one_off", per="person")),
        ({"unit": "desk"}, Unit("desk")),
        ({"per": "person"}, Unit("person")),
        # Words that say nothing of what the price is for.
        ({"unit": "hour", "unitType": "time"}, Unit("hour")),
        ({"unit": "hour", "frequency": "recurring"}, Unit("hour")),
        ({"unit": "hour", "priceUnit": "GBP"}, Unit("hour")),
        ({"per": "unit", "interval": "month"}, Unit("month")),
        ({"unit": "hour", "per": "hour"}, Unit("hour")),
    ],
)
def test_a_unit_and_its_number_are_read_together(item: dict[str, Any], unit: Unit) -> None:
    assert read_unit(Fields(item)) == unit


@pytest.mark.parametrize(
    "item",
    [
        {"unit": "hour", "quantity": "some"},
        {"unit": "hour", "quantity": -1},
        {"unit": "hour", "quantity": 10**6},
        {"unit": "hour", "quantity": True},
        {"unit": "2 hours", "quantity": 3},
        {"unit": "4 weeks", "quantity": 4},
    ],
)
def test_a_number_of_units_that_cannot_be_believed_refuses_the_row(item: dict[str, Any]) -> None:
    with pytest.raises(RowRefused):
        read_unit(Fields(item))
