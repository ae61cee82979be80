"""What the operator typed into the form → a decision, or what is wrong with it. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from widget_server.hub.cleaning import clean_line, storable_text
from widget_server.hub.fields import RowRefused
from widget_server.hub.marks import minor_units
from widget_server.hub.money import read_amount
from widget_server.store.overrides import Decision

NOTE_CHARACTERS = 300
CORRECT, HIDE = "correct", "hide"
HOW_TO = "Type one amount, such as 45.00."


@dataclass(frozen=True)
class Typed:
    """The form's fields as they came: `act` is `CORRECT` or `HIDE`."""

    act: str = CORRECT
    amount: str = ""
    note: str = ""


def read(typed: Typed, currency: str | None, hubs_amount: Decimal | None) -> tuple[Decision | None, dict[str, str]]:
    """The decision, or None and a sentence for each field that is wrong.

    `currency` is what visitors read the rate in; `hubs_amount` is the hub's own, which says how fine prices are.
    """
    problems, amount = {}, None
    if typed.act not in (CORRECT, HIDE):
        problems["act"] = "Choose what visitors shall see."
    if len(typed.note) > NOTE_CHARACTERS:
        problems["note"] = f"Keep the reason to {NOTE_CHARACTERS} characters; it has {len(typed.note)}."
    if typed.act == CORRECT:
        try:
            amount = _amount(typed.amount, currency, hubs_amount)
        except RowRefused as refused:
            problems["amount"] = _sentence(refused)
    if problems:
        return None, problems
    note = clean_line(storable_text(typed.note), NOTE_CHARACTERS) or None
    return Decision(typed.act == HIDE, amount, note), {}


def _amount(text: str, currency: str | None, hubs_amount: Decimal | None) -> Decimal:
    """Exact, by the rules for the hub's own amounts (`hub/money.py`), and no finer than the currency or the hub's
    price: where a dot groups thousands, "1.234" is meant as 1234."""
    if currency is None:
        raise RowRefused("this price has no currency, so an amount can't be said; it can be hidden")
    if not text.strip():
        raise RowRefused(HOW_TO)
    try:
        amount = read_amount(text, currency)
    except RowRefused as refused:
        raise RowRefused(f"{refused}. {HOW_TO}") from refused
    if amount is None:
        raise RowRefused(HOW_TO)
    finest = max(minor_units(currency), 0 if hubs_amount is None else _decimals(hubs_amount))
    if _decimals(amount) > finest:
        raise RowRefused(f"its amount has more decimals than prices in {currency} have. {HOW_TO}")
    return amount


def _decimals(amount: Decimal) -> int:
    """How many it needs: 45.50 → 1."""
    return max(0, -int(amount.normalize().as_tuple().exponent))


def _sentence(refused: RowRefused) -> str:
    """ "its amount is negative" → "The amount is negative." """
    text = str(refused).replace("its amount", "the amount", 1)
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."
