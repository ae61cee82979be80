"""What the dots and commas of one set's amounts stand for (PROTOCOL §4, "Known fields"). Pure.

"1.250" is 1250 in one set and 1.25 in another. It is decided by the digits of its currency: a currency without any has
only thousands, one with three writes them; else by the set's other texts of the same currency, if one of them shows it
and none shows the opposite. What stays in doubt is not read.

A set is read twice: the first reading gathers, the second decides.
"""

from dataclasses import dataclass, field

from babel.numbers import get_currency_precision

from widget_server.hub.numbers import Role, doubtful_mark, marks_used

ISO_MINOR_UNITS = {
    "AFN": 2, "ALL": 2, "IQD": 3, "IRR": 2, "KPW": 2, "LAK": 2, "LBP": 2, "MGA": 2, "MMK": 2, "RSD": 2, "SLL": 2,
    "SOS": 2, "SYP": 2, "YER": 2,
}  # fmt: skip
"""Where Babel's digits (CLDR: how people write prices) differ from ISO 4217's, which "in cents" goes by."""


def minor_units(currency: str) -> int:
    """How many decimals ISO 4217 gives a currency: GBP 2, JPY 0, KWD 3."""
    return ISO_MINOR_UNITS.get(currency, get_currency_precision(currency))


class Marks:
    """Gathers while a set is read for the first time, and says afterwards what was gathered."""

    def __init__(self) -> None:
        self._gathering = True
        self._used: dict[tuple[str, str], set[Role]] = {}
        self._shown: dict[tuple[str, str], set[Role]] = {}
        self._doubts = False

    def note(self, text: str, currency: str) -> None:
        """An amount in major units of `currency` is written so."""
        if not self._gathering:
            return
        self._doubts = self._doubts or doubtful_mark(text) is not None
        for mark, (role, shows) in marks_used(text).items():
            self._used.setdefault((currency, mark), set()).add(role)
            if shows:
                self._shown.setdefault((currency, mark), set()).add(role)

    def settle(self) -> bool:
        """All has been gathered; True when something was in doubt, so that it has to be read once more."""
        self._gathering = False
        return self._doubts

    def role(self, text: str, currency: str) -> Role | None:
        """How the dot or comma of a text that can be read in two ways is meant; None: in doubt, or in no need of it."""
        mark = doubtful_mark(text)
        if mark is None:
            return None
        by_digits = _role_by_digits(currency)
        if by_digits or self._gathering:
            return by_digits or "decimal"
        used = self._used.get((currency, mark), set())
        return next(iter(used)) if len(used) == 1 and used == self._shown.get((currency, mark)) else None


def settled() -> Marks:
    """Of an amount that stands alone: nothing else shows how it is meant."""
    marks = Marks()
    marks.settle()
    return marks


@dataclass(frozen=True)
class Manner:
    """How the amounts of a set are read: in `currency` where nothing names another (None: in none), with `marks`."""

    currency: str | None
    marks: Marks = field(default_factory=settled)


def _role_by_digits(currency: str) -> Role | None:
    """By ISO's digits, where people's own habits don't contradict: ISO gives the Iraqi dinar three, and nobody writes
    any."""
    digits = {minor_units(currency), get_currency_precision(currency)}
    if digits == {0}:
        return "grouping"
    return "decimal" if digits == {3} else None
