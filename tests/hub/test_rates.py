"""Rate items in every spelling of PROTOCOL §4, and what must never be shown as a price."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.hub.mapping import map_rates
from widget_server.model import ExtraData, RateData

D = Decimal


def rates(item: dict[str, Any], default: str | None = "GBP") -> list[RateData]:
    mapped = map_rates([{"ID": "7", **item}], default)
    assert mapped.quarantined == ()
    return [rate for rate, _ in mapped.items]


def rate(item: dict[str, Any], default: str | None = "GBP") -> RateData:
    (only,) = rates(item, default)
    return only


def refusal(item: dict[str, Any], default: str | None = "GBP") -> str:
    mapped = map_rates([{"ID": "7", **item}], default)
    assert mapped.items == ()
    (row,) = mapped.quarantined
    assert row.item_id == "7"
    return row.reason


@pytest.mark.parametrize(
    "key",
    [
        "price",
        "Price",
        "amount",
        "value",
        "rate",
        "cost",
        "price_per_cycle",
        "pricePerCycle",
        "unitAmount",
        "UNIT_AMOUNT",
    ],
)
def test_every_spelling_of_an_amount_is_read(key: str) -> None:
    assert str(rate({key: 45}).amount) == "45.00"
    assert str(rate({key: "45"}).amount) == "45.00"


@pytest.mark.parametrize(
    ("key", "unit"), [("pricePerHour", "hour"), ("price_per_day", "day"), ("PricePerMonth", "month")]
)
def test_a_key_that_names_the_unit_gives_the_unit(key: str, unit: str) -> None:
    found = rate({key: "45.5"})
    assert (str(found.amount), found.unit, found.source_id, found.item_id) == ("45.50", unit, f"7:{unit}", "7")


def test_what_else_a_price_by_time_is_for_stays_beside_its_unit() -> None:
    desk = rate({"price": 300, "unit": "desk", "interval": "month"})
    assert (str(desk.amount), desk.unit, desk.per) == ("300.00", "month", "desk")
    (person,) = rates({"pricePerHour": 25, "per": "person"})
    assert (person.unit, person.per) == ("hour", "person")
    (by_desk,) = rates({"pricePerMonth": 300, "unit": "desk"})
    assert (by_desk.unit, by_desk.per) == ("month", "desk")
    both = map_rates([{"price": 25, "unit": "hour"}, {"price": 5, "unit": "hour", "per": "person"}], "GBP").items
    assert [(found.amount, found.per) for found, _ in both] == [(D(25), None), (D(5), "person")]
    extra = {"name": "Lunch", "price": 12, "unit": "day", "per": "person"}
    assert rate({"price": 45, "extras": [extra]}).extras[0].unit == "person / day"


def test_one_item_with_two_units_makes_two_rates_of_one_item() -> None:
    found = rates({"pricePerHour": 45, "pricePerDay": 250, "pricePerMonth": None})
    assert [(r.source_id, r.item_id, r.unit, str(r.amount)) for r in found] == [
        ("7:hour", "7", "hour", "45.00"),
        ("7:day", "7", "day", "250.00"),
    ]


def test_a_general_price_stands_beside_prices_by_unit_and_an_equal_one_is_not_repeated() -> None:
    found = rates({"price": 45, "unit": "hour", "pricePerHour": "45.00", "dailyRate": 250})
    assert [(r.source_id, r.unit) for r in found] == [("7", "hour"), ("7:day", "day")]
    assert "per hour" in refusal({"price": 45, "unit": "hour", "pricePerHour": 46})


@pytest.mark.parametrize(
    ("raw", "currency", "amount"),
    [
        (300, "GBP", "300.00"),
        ("45.0050", "GBP", "45.005"),
        (D("45.10"), "GBP", "45.10"),
        (0.1, "GBP", "0.10"),
        (45.0, "JPY", "45"),
        ("300.00", "JPY", "300"),
        ("300.5", "JPY", "300.5"),
        (12, "KWD", "12.000"),
        ("12.3456", "KWD", "12.3456"),
        ("45.0000", "GBP", "45.00"),
        (D("3E+2"), "GBP", "300.00"),
        (10**9, "GBP", "1000000000.00"),
        ("1,234.50", "GBP", "1234.50"),
        ("1,234,567", "GBP", "1234567.00"),
        ("1.234,50", "EUR", "1234.50"),
        ("1 234,50", "EUR", "1234.50"),
        ("1'234.50", "CHF", "1234.50"),
        ("45,5", "EUR", "45.50"),
        ("£45.00", "GBP", "45.00"),
        (" £ 1,234.50 ", "GBP", "1234.50"),
        ("45 €", "EUR", "45.00"),
        ("EUR 45", "EUR", "45.00"),
        ("45.00 usd", "USD", "45.00"),
        ("$45", "USD", "45.00"),
        ("$45", "CAD", "45.00"),
        (".5", "GBP", "0.50"),
    ],
)
def test_amounts_are_exact_and_padded_to_the_minor_units(raw: Any, currency: str, amount: str) -> None:
    assert str(rate({"price": raw, "currency": currency}).amount) == amount


@pytest.mark.parametrize(
    ("raw", "currency", "amount"),
    [
        (4500, "GBP", "45.00"),
        ("4550", "GBP", "45.50"),
        (4500, "JPY", "4500"),
        (4500, "KWD", "4.500"),
        (4500, "ALL", "45.00"),
        (4500, "IQD", "4.500"),
        (D("4500.5"), "GBP", "45.005"),
        (10**11, "GBP", "1000000000.00"),
    ],
)
def test_cents_are_divided_by_the_minor_units_of_iso_4217(raw: Any, currency: str, amount: str) -> None:
    for key in ("priceInCents", "amount_in_cents", "unitAmountInCents"):
        assert str(rate({key: raw, "currency": currency}).amount) == amount
    assert str(rate({"pricePerHourInCents": raw, "currency": currency}).amount) == amount


@pytest.mark.parametrize(
    "raw",
    [
        "1,234", "1.234.56", "0x10", "12 34", "45-50", "forty", "45 per hour", "٤٥", "€45", "45 EUR", "-5", -5, "−5",
        D("-0.01"), 10**9 + 1, "1000000000.01", D("1E+999999"), D("1E-999999"), pytest.param(10**5000, id="huge"),
        True, False, [], [45], {}, {"x": 1}, float("nan"), float("inf"), D("NaN"), D("sNaN"), D("-Infinity"), "NaN",
        "Infinity", "0.0123456789012345", "9" * 400, "45" + " " * 70 + "00",
    ],
)  # fmt: skip
def test_an_amount_that_is_unreadable_or_absurd_is_quarantined(raw: Any) -> None:
    assert refusal({"price": raw, "currency": "GBP"})
    assert refusal({"pricePerHour": raw, "currency": "GBP"})


@pytest.mark.parametrize(
    ("raw", "amount"),
    [
        (19.9 * 100, "1990.00"), (D("1989.9999999999998"), "1990.00"), ("1989.9999999999998", "1990.00"),
        (0.1 + 0.2, "0.30"), (19.9 * 3, "59.70"), (D("45.00000000000000000"), "45.00"),
        ("1.9899999999999998E3", "1990.00"), (D("199.99000000000000199"), "199.99"),
        ("1 989,9999999999998", "1990.00"), (1.1 * 1.1, "1.21"),
        (D("12345.6789"), "12345.6789"), (999999999.9999, "999999999.9999"),
    ],
)  # fmt: skip
def test_what_the_arithmetic_of_floats_left_is_no_part_of_a_price(raw: Any, amount: str) -> None:
    found = rate({"price": raw, "deposit": raw, "extras": [{"name": "Van", "price": raw}]})
    assert (str(found.amount), str(found.deposit), str(found.extras[0].amount)) == (amount,) * 3


@settings(max_examples=400, deadline=None)
@given(st.integers(1, 10**7), st.integers(1, 400))
def test_a_product_of_floats_is_the_product_of_what_they_stood_for(cents: int, number: int) -> None:
    exact = D(cents) * number / 100
    assert rate({"price": cents / 100 * number}).amount == exact
    assert rate({"priceInCents": cents / 100 * number * 100}).amount == exact


def test_net_and_gross_show_gross_and_say_that_tax_is_included() -> None:
    found = rate({"price": {"net": "45.00", "gross": "54.00"}, "taxRate": 20})
    assert (str(found.amount), found.tax_mode, found.tax_rate) == ("54.00", "inclusive", D(20))
    net_only = rate({"price": {"net": 45, "gross": None}})
    assert (str(net_only.amount), net_only.tax_mode) == ("45.00", "exclusive")
    cents = rate({"amount": {"netInCents": 4500}, "currency": "KWD"})
    assert (str(cents.amount), cents.tax_mode) == ("4.500", "exclusive")
    assert rate({"net": 45, "gross": 54}).tax_mode == "inclusive"
    assert rate({"price": {"gross": 54}, "taxIncluded": False}).tax_mode is None


def test_net_is_shown_where_the_item_says_that_prices_are_without_tax() -> None:
    found = rate({"pricePerHour": {"net": 45, "gross": 54}, "taxMode": "exclusive"})
    assert (str(found.amount), found.tax_mode, found.unit) == ("45.00", "exclusive", "hour")


def test_a_price_object_may_carry_its_own_currency() -> None:
    found = rate({"price": {"amount": "45", "currency": "eur"}})
    assert (str(found.amount), found.currency) == ("45.00", "EUR")
    assert "USD" in refusal({"price": {"amount": 45, "currency": "USD"}, "currency": "EUR"})


def test_two_spellings_of_one_price_must_agree() -> None:
    assert str(rate({"price": 45, "priceInCents": 4500}).amount) == "45.00"
    assert refusal({"price": 45, "priceInCents": 4600})
    assert refusal({"price": 45, "amount": 50})


def test_a_word_under_rate_is_a_name_and_not_an_amount() -> None:
    assert str(rate({"rate": "Hourly", "price": 45}).amount) == "45.00"
    assert refusal({"rate": "Hourly"})


@pytest.mark.parametrize(
    "item", [{"price": None}, {"price": ""}, {"price": "POA"}, {"price": "On request"}, {"rate": None}]
)
def test_no_amount_under_a_known_key_is_on_application(item: dict[str, Any]) -> None:
    found = rate(item)
    assert (found.price_type, found.amount) == ("on_application", None)


def test_a_price_by_unit_that_is_null_is_on_application_for_that_unit() -> None:
    found = rate({"pricePerHour": None})
    assert (found.price_type, found.unit) == ("on_application", "hour")
    both = rate({"pricePerHour": None, "pricePerDay": None})
    assert (both.price_type, both.unit) == ("on_application", None)


def test_an_item_without_any_key_for_an_amount_is_quarantined() -> None:
    assert "no amount" in refusal({"name": "Hourly"})


@pytest.mark.parametrize(
    "item", [{"price": 0}, {"price": "0.00"}, {"price": "free"}, {"priceType": "free"}, {"price": D("-0")}]
)
def test_zero_is_free(item: dict[str, Any]) -> None:
    found = rate(item)
    assert (found.price_type, str(found.amount)) == ("free", "0.00")


@pytest.mark.parametrize(
    "item",
    [
        {"price": 45, "priceType": "from"},
        {"price": 45, "pricing_type": "starting_from"},
        {"price": 45, "from": True},
        {"price": 45, "isFrom": "yes"},
        {"from": 45},
        {"startingFrom": "45"},
        {"minPrice": 45},
        {"fromPriceInCents": 4500},
    ],
)
def test_a_lowest_price_is_from(item: dict[str, Any]) -> None:
    found = rate(item)
    assert (found.price_type, str(found.amount)) == ("from", "45.00")


def test_what_the_source_calls_on_application_shows_no_amount() -> None:
    found = rate({"price": 45, "priceType": "on_application"})
    assert (found.price_type, found.amount) == ("on_application", None)
    assert refusal({"price": 45, "priceType": "free"})


@pytest.mark.parametrize(
    ("currency", "read"), [("gbp", "GBP"), ("£", "GBP"), ({"code": "EUR"}, "EUR"), (None, "CHF"), ("", "CHF")]
)
def test_a_currency_comes_from_the_row_else_from_the_default(currency: Any, read: str) -> None:
    assert rate({"price": 45, "currency": currency}, "CHF").currency == read
    assert rate({"price": 45, "CurrencyCode": currency}, "CHF").currency == read


@pytest.mark.parametrize("currency", ["XYZ", "pounds", "$", 826, True, [], pytest.param(10**5000, id="huge")])
def test_a_currency_that_we_do_not_know_is_not_replaced_by_the_default(currency: Any) -> None:
    assert "currency" in refusal({"price": 45, "currency": currency})


def test_a_sign_in_the_amount_comes_before_the_default_currency() -> None:
    assert rate({"price": "£45"}, "EUR").currency == "GBP"
    assert refusal({"price": "$45"}, "EUR")


def test_without_any_currency_the_amount_waits_for_one_and_cents_have_none() -> None:
    found = rate({"price": "45.5"}, None)
    assert (found.currency, found.amount, found.price_type) == (None, D("45.5"), "exact")
    cents = rate({"priceInCents": 4550}, None)
    assert (cents.currency, cents.amount, cents.price_type) == (None, None, "exact")


@pytest.mark.parametrize(
    ("item", "mode", "percent"),
    [
        ({"taxRate": 20}, None, "20"),
        ({"taxRate": "20%"}, None, "20"),
        ({"taxRate": D("0.2")}, None, "20"),
        ({"tax_rate": "0.075"}, None, "7.5"),
        ({"taxRate": "0.5%"}, None, "0.5"),
        ({"taxRate": 1}, None, "1"),
        ({"taxRate": D("0.5")}, None, None),
        ({"taxRate": "0.5"}, None, None),
        ({"taxRate": 0.005}, None, None),
        ({"taxRate": "0.27"}, None, "27"),
        ({"taxRate": 0}, None, "0"),
        ({"taxRate": -1}, None, None),
        ({"taxRate": 120}, None, None),
        ({"taxRate": D("1E-999999")}, None, None),
        ({"taxRate": "lots"}, None, None),
        ({"taxIncluded": True}, "inclusive", None),
        ({"taxIncluded": "false"}, "exclusive", None),
        ({"tax_included": 1}, "inclusive", None),
        ({"taxMode": "INCLUSIVE"}, "inclusive", None),
        ({"taxMode": "excl. VAT"}, "exclusive", None),
        ({"taxMode": "reverse charge"}, None, None),
        ({"taxIncluded": True, "taxMode": "exclusive"}, None, None),
        ({"tax": {"rate": 19, "included": True}}, "inclusive", "19"),
        ({"tax": 20}, None, None),
        ({}, None, None),
    ],
)
def test_tax_is_what_the_source_says_or_unknown(item: dict[str, Any], mode: str | None, percent: str | None) -> None:
    found = rate({"price": 45, **item})
    assert found.tax_mode == mode
    assert (None if found.tax_rate is None else str(found.tax_rate)) == percent


@pytest.mark.parametrize(
    ("item", "audience"),
    [
        ({"audience": "members"}, "member"),
        ({"audience": "Non-Member"}, "non_member"),
        ({"audience": "everyone"}, "any"),
        ({"member": True}, "member"),
        ({"isMember": "false"}, "non_member"),
        ({"membersOnly": True}, "member"),
        ({"membersOnly": False}, "any"),
        ({"nonMember": True}, "non_member"),
        ({"nonMember": False}, "member"),
        ({"member": True, "nonMember": True}, "any"),
        ({"member": False, "nonMember": True}, "non_member"),
        ({}, "any"),
        ({"audience": {"x": 1}}, "any"),
    ],
)
def test_the_audience_is_read_in_every_spelling(item: dict[str, Any], audience: str) -> None:
    assert rate({"price": 45, **item}).audience == audience


def test_deposit_fees_and_lengths_are_kept() -> None:
    found = rate(
        {
            "price": 45, "deposit": "100", "setupFeeInCents": 2500, "minimumTerm": {"value": 3, "unit": "month"},
            "minLength": "PT30M", "maxDuration": 8, "maxDurationUnit": "hours",
        }
    )  # fmt: skip
    assert (str(found.deposit), str(found.setup_fee)) == ("100.00", "25.00")
    assert (found.min_term, found.min_length, found.max_length) == ("3 months", "30 minutes", "8 hours")


def test_a_deposit_in_words_is_left_out_and_an_absurd_one_refuses_the_row() -> None:
    assert rate({"price": 45, "deposit": "2 months of rent"}).deposit is None
    assert rate({"price": 45, "deposit": "one"}).deposit is None
    assert str(rate({"price": 45, "deposit": {"net": 390, "gross": "390"}}).deposit) == "390.00"
    assert refusal({"price": 45, "deposit": -1})
    assert rate({"price": 45, "sign_up_fee": 0}).setup_fee == D("0.00")


@pytest.mark.parametrize("key", ["minTerm", "minimum_term"])
def test_a_term_is_text_and_a_bare_number_is_left_out(key: str) -> None:
    assert rate({"price": 45, key: " 3 months "}).min_term == "3 months"
    assert rate({"price": 45, key: 3}).min_term is None
    assert rate({"price": 45, f"{key}Months": 1}).min_term == "1 month"


def test_validity_is_dates_or_instants_in_utc() -> None:
    found = rate({"price": 45, "validFrom": "2026-03-01", "endDate": "2026-04-01T02:00:00+02:00"})
    assert (found.valid_from, found.valid_to) == (date(2026, 3, 1), datetime(2026, 4, 1, tzinfo=UTC))
    naive = rate({"price": 45, "startDate": "2026-03-01T09:00:00.5", "validUntil": 1798761600})
    assert naive.valid_from == datetime(2026, 3, 1, 9, 0, 0, 500000, tzinfo=UTC)
    assert naive.valid_to == datetime(2027, 1, 1, tzinfo=UTC)
    nested = rate({"price": 45, "validity": {"from": "2026-03-01", "to": 1798761600000}})
    assert (nested.valid_from, nested.valid_to) == (date(2026, 3, 1), datetime(2027, 1, 1, tzinfo=UTC))
    assert rate({"price": 45, "from": "2026-03-01"}).valid_from == date(2026, 3, 1)


@pytest.mark.parametrize("limit", ["0001-01-01T00:00:00", "9999-12-31T23:59:59+14:00", "0000-00-00 00:00:00", "", None])
def test_dates_that_mean_no_limit_are_none(limit: Any) -> None:
    found = rate({"price": 45, "validFrom": limit, "validTo": limit})
    assert (found.valid_from, found.valid_to) == (None, None)


@pytest.mark.parametrize(
    "moment", ["01/02/2026", "soon", "2026-02-30", "2026-13-01T00:00:00Z", 5, True, [1], D("1E+99"), "2026-W01"]
)
def test_a_validity_that_cannot_be_read_refuses_the_row(moment: Any) -> None:
    assert "validity" in refusal({"price": 45, "validTo": moment})


def test_a_validity_that_ends_before_it_begins_refuses_the_row() -> None:
    assert "before" in refusal({"price": 45, "validFrom": "2026-03-05", "validTo": "2026-03-01"})


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://book.example/a?b=c#d", True),
        ("http://book.example", True),
        ("mailto:desk@example.com", True),
        ("tel:+44-20-1234", True),
        ("javascript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//book.example", False),
        ("https://user@book.example/", False),
        ("https://book.example\\@evil.example/", False),
        ('https://book.example/"onclick="x', False),
        ("https://", False),
        ("https://book.example/" + "a" * 2000, False),
        (5, False),
    ],
)
def test_a_booking_link_is_kept_only_if_a_visitor_may_follow_it(url: Any, kept: bool) -> None:
    assert rate({"price": 45, "bookingUrl": url}).booking_url == (url if kept else None)


def test_extras_inside_a_rate_are_read_and_a_bad_one_does_not_hide_the_price() -> None:
    item = {
        "price": 45,
        "extras": [{"ID": 1, "name": "Coffee", "price": "3.5", "unit": "per use"}, {"name": "x", "price": -1}, 7],
    }
    found = rate(item)
    assert found.extras == (ExtraData("1", "Coffee", D("3.50"), "GBP", "use", inherited=True),)
    assert str(found.amount) == "45.00"


def test_an_item_without_an_id_keeps_a_derived_one_when_its_price_changes() -> None:
    def ids(price: int) -> list[str]:
        items = [{"name": "Hourly", "unit": "hour", "price": price}, {"name": "Daily", "unit": "day", "price": price}]
        return [found.source_id for found, _ in map_rates(items, "GBP").items]

    assert ids(45) == ids(50)
    assert len(set(ids(45))) == 2


@pytest.mark.parametrize(("raw", "read"), [(7, "7"), ("7", "7"), (7.0, "7"), (D("7.0"), "7"), (" a\x00b ", "ab")])
def test_an_identifier_is_text_whatever_it_came_as(raw: Any, read: str) -> None:
    assert map_rates([{"id": raw, "price": 1}], "GBP").items[0][0].item_id == read


@settings(max_examples=150, deadline=None)
@given(st.decimals(min_value=0, max_value=10**9, places=4), st.sampled_from(["GBP", "JPY", "KWD"]))
def test_an_amount_comes_out_as_exactly_what_went_in(amount: Decimal, currency: str) -> None:
    for raw in (amount, str(amount), {"gross": amount}):
        assert rate({"price": raw, "currency": currency}).amount == amount
    assert rate({"priceInCents": amount, "currency": "JPY"}).amount == amount
