"""Prices in visitors' words. Pure; the phrases are those of the page that visitors read."""

from typing import Any

from widget_server.model import Json
from widget_server.publish.phrases import Phrases
from widget_server.publish.words import speech

NOTHING = "no price"


class Wording:
    """Says prices as the workspace's visitors in `locale` (BCP 47) read them."""

    def __init__(self, locale: str) -> None:
        spoken = speech(None, locale)
        self.language, self.direction = spoken.language.lang, spoken.language.direction
        self._phrases = Phrases(spoken)

    def rate(self, rate: dict[str, Any]) -> str:
        """A rate of the published document: "from £45 / hour + 20% VAT"."""
        said = ["".join(self._phrases.price(rate)), self._phrases.unit(rate), self._phrases.tax(rate)]
        return " ".join(filter(None, said))

    def price(self, price: Json | None) -> str:
        """A price of the history: "£45 / hour". Without a currency the bare number, since nobody knows of what."""
        if price is None:
            return NOTHING
        known = {key: value for key, value in price.items() if value is not None}
        if "amount" in known and "currency" not in known:
            return f"{known['amount']} (no currency)"
        return self.rate(known)
