"""What the operator types is taken exactly, or not at all and said why."""

from decimal import Decimal

import pytest

from widget_server.console.prices.correction import NOTE_CHARACTERS, Typed, read

POUNDS = Decimal("45.00")


@pytest.mark.parametrize(
    ("text", "currency", "hubs", "amount"),
    [
        ("40", "GBP", POUNDS, "40.00"),
        ("£40.50", "GBP", POUNDS, "40.50"),
        ("40,5", "EUR", POUNDS, "40.50"),
        ("1.234,50", "EUR", POUNDS, "1234.50"),
        ("0", "GBP", POUNDS, "0.00"),
        ("1000000000", "GBP", POUNDS, "1000000000.00"),
        ("0.125", "GBP", Decimal("0.115"), "0.125"),
        ("1.234", "KWD", None, "1.234"),
        ("3000", "JPY", Decimal("2500"), "3000"),
    ],
)
def test_an_amount_is_exact_and_padded(text: str, currency: str, hubs: Decimal | None, amount: str) -> None:
    decision, problems = read(Typed("correct", text), currency, hubs)
    assert problems == {}
    assert decision is not None
    assert str(decision.amount) == amount


@pytest.mark.parametrize(
    ("text", "currency", "said"),
    [
        ("", "GBP", "Type one amount"),
        ("-1", "GBP", "The amount is negative."),
        ("1000000000.01", "GBP", "The amount is over 10^9."),
        ("1.234", "GBP", "'1.234' can be read in two ways. Type one amount, such as 45.00."),
        ("1.2345", "GBP", "more decimals than prices in GBP have"),
        ("12.5", "JPY", "more decimals than prices in JPY have"),
        ("1,234", "GBP", "can be read in two ways. Type one amount, such as 45.00."),
        ("€40", "GBP", "can't be read as GBP"),
        ("1e400", "GBP", "over 10^9"),
        ("NaN", "GBP", "can't be read"),
        ("٤٥", "GBP", "can't be read"),
        ("40", None, "no currency"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_sentence(text: str, currency: str | None, said: str) -> None:
    decision, problems = read(Typed("correct", text), currency, POUNDS)
    assert decision is None
    assert said in problems["amount"]
    assert problems["amount"].endswith(".")


def test_hiding_needs_no_amount() -> None:
    decision, _ = read(Typed("hide", "nonsense", " until\x00 May\n"), None, None)
    assert decision is not None
    assert (decision.hidden, decision.amount, decision.note) == (True, None, "until May")


def test_a_choice_that_is_none_and_a_long_reason_are_told_together() -> None:
    decision, problems = read(Typed("explode", "", "x" * (NOTE_CHARACTERS + 1)), "GBP", POUNDS)
    assert decision is None
    assert set(problems) == {"act", "note"}
