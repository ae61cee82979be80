"""A workspace of 1,000 resources and 3,000 prices in ten locations, and what to ask a page that shows it."""

from decimal import Decimal

from tests.publish.samples import location, public, rate, resource
from widget_server.model import ExtraData
from widget_server.public_model import PublicData, PublicResource

TYPES = ("meeting-room", "hot-desk", "dedicated-desk", "office")  # as they stand in a location
CARDS = "document.querySelector('[data-pricing-widget]').shadowRoot?.querySelectorAll('.card').length"
PRICES = "document.querySelector('[data-pricing-widget]').shadowRoot.querySelectorAll('.price')"
QUIET = "() => new Promise((done) => requestIdleCallback(() => requestAnimationFrame(() => requestIdleCallback(done))))"


COFFEE = ExtraData("coffee", "Coffee", Decimal("4.50"), "GBP")


def workspace(
    locations: int = 10,
    resources: int = 100,
    version: str = "1",
    first_amount: str = "45.00",
    last_amount: str = "1250.00",
    without: frozenset[int] = frozenset(),
) -> PublicData:
    """`resources` in each of the `locations`, three prices each. Only the first price of Room 0 is `first_amount`, only
    the last price of the last room is `last_amount`; the rooms with the numbers of `without` aren't there.
    """
    last = locations * resources - 1

    def room(number: int) -> PublicResource:
        kind = TYPES[number % resources * len(TYPES) // resources]
        hourly = rate("hour", first_amount if number == 0 else "45.00", "hour", name="Hourly", extras=(COFFEE,))
        daily = rate("day", f"{100 + number % 50}.00", "day" if kind == "office" else "half_day", name="Longer")
        monthly = rate(
            "month", last_amount if number == last else "1250.00", "month", name="Monthly", min_term="3 months"
        )
        return resource(str(number), f"Room {number}", kind, hourly, daily, monthly)

    return public(
        *(
            location(
                f"place-{at}",
                f"House {at}",
                *(room(n) for n in range(at * resources, (at + 1) * resources) if n not in without),
            )
            for at in range(locations)
        ),
        version=version,
    )
