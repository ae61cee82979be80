"""A history in words, as points to draw and as cells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from widget_server.console.prices.history import MOST_POINTS, as_csv, chart, lines, neutral
from widget_server.console.prices.wording import Wording
from widget_server.store.activity import Deed
from widget_server.store.prices import PriceChange

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ENGLISH = Wording("en-GB")


def price(amount: str | None = "45.00", **more: Any) -> dict[str, Any]:
    return {"amount": amount, "currency": "GBP", "unit": "hour", "unitCount": 1, "priceType": "exact"} | more


def changes(*prices: dict[str, Any] | None) -> list[PriceChange]:
    """One a day, the last an hour ago."""
    first = NOW - timedelta(days=len(prices) - 1, hours=1)
    olds = (None, *prices)
    return [PriceChange(first + timedelta(days=day), olds[day], new) for day, new in enumerate(prices)]


def test_lines_are_newest_first_with_what_operators_did_among_them() -> None:
    deed = Deed(1, NOW - timedelta(hours=2), "operator@example.com", "override", "price 1", "Hid it.")
    found = lines(changes(price(), price("50.00")), [deed], ENGLISH)
    assert [(line.old, line.new, line.deed) for line in found] == [
        ("£45 / hour", "£50 / hour", None),
        ("", "", "Hid it."),
        ("no price", "£45 / hour", None),
    ]


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (None, "no price"),
        (price(priceType="from"), "from £45 / hour"),
        (price(None, priceType="on_application"), "On application"),
        (price("0.00", priceType="free"), "Free"),
        (price(currency=None), "45.00 (no currency)"),
        (price(unit="day", unitCount=2), "£45 / 2 days"),
    ],
)
def test_prices_are_said_as_visitors_read_them(shown: dict[str, Any] | None, words: str) -> None:
    assert ENGLISH.price(shown) == words


def test_prices_are_said_in_the_workspaces_language() -> None:
    assert Wording("de-DE").price(price(currency="EUR")) == "45\u00a0€ / Stunde"


def test_each_currency_and_unit_has_a_line_of_its_own_and_no_price_has_none() -> None:
    found = chart(changes(price(), price("300.00", unit="day"), None, price("50.00")), NOW, ENGLISH)
    assert found is not None
    assert (found["lines"], found["currency"]) == (2, "GBP")
    assert [(point["line"], point["amount"]) for point in found["points"]] == [
        (0, "45.00"), (1, "300.00"), (None, None), (0, "50.00"),
    ]  # fmt: skip
    assert found["points"][-1]["at"] == (NOW - timedelta(hours=1)).timestamp() * 1000


def test_two_currencies_have_no_common_axis() -> None:
    found = chart(changes(price(), price(currency="EUR")), NOW, ENGLISH)
    assert found is not None
    assert found["currency"] is None


def test_without_an_amount_there_is_no_chart() -> None:
    assert chart(changes(price(None, priceType="on_application")), NOW, ENGLISH) is None
    assert chart([], NOW, ENGLISH) is None


def test_a_chart_draws_the_newest_of_very_many() -> None:
    found = chart(changes(*(price(f"{each}.00") for each in range(MOST_POINTS + 5))), NOW, ENGLISH)
    assert found is not None
    assert len(found["points"]) == MOST_POINTS
    assert found["points"][0]["amount"] == "5.00"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1+1", "＠x"])
def test_a_cell_that_a_spreadsheet_would_run_is_neutralised(text: str) -> None:
    assert neutral(text) == f"'{text}"
    assert f"'{text}" in as_csv(changes(price(unit=text)))


def test_plain_cells_stay_as_they_are() -> None:
    assert [neutral(value) for value in ("45.00", None, 2)] == ["45.00", "", "2"]
