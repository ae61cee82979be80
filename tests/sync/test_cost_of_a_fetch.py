"""What one page of the hub's costs the store: the same for three prices and three hundred, in any workspace."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests import large
from tests.conftest import FakeClock
from tests.counting import statements
from tests.sync.conftest import FakeHub, FakeTokens
from widget_server.store import prices, targets
from widget_server.store.engine import Database
from widget_server.store.tables import price_changes
from widget_server.store.targets import TargetKey
from widget_server.sync.jobs import Jobs

PLACE = "https://api.syncaroo.com/v1/locations/s-p0"
RATES = TargetKey(f"{PLACE}/resources/s-r0-0/rates", large.CONNECTION, "p0", "r0-0", "rates")
RESOURCES = TargetKey(f"{PLACE}/resources", large.CONNECTION, "p0", None, "resources")
FEW, MANY = 3, 300


class Site:
    """A workspace with `others` resources, whose hub says what a test makes it say."""

    def __init__(self, database: Database, clock: FakeClock, others: int) -> None:
        self.database, self.clock, self.hub = database, clock, FakeHub()
        with database.write() as connection:
            large.fill(connection, large.Large(places=1, rooms=others), clock())
        self.jobs = Jobs(database, self.hub, FakeTokens(), clock, currency=lambda: "GBP", sweep=timedelta(hours=6))

    def brings(self, key: TargetKey, items: Sequence[Any]) -> int:
        """The hub has `items` there now; how many statements it takes from the claim to the end."""
        self.hub.answers[key.url] = list(items)
        self.clock.advance(seconds=1)
        with self.database.write() as connection:
            targets.hint(connection, key, self.clock())
        with statements() as given:
            (job,) = self.jobs.claim("worker")
            self.jobs.run(job)
        return len(given)

    def amounts(self) -> set[str]:
        with self.database.read() as connection:
            return {str(row.data.amount) for row in prices.of_resource(connection, "r0-0") if not row.gone}

    def lines_of_history(self) -> int:
        with self.database.read() as connection:
            return connection.execute(select(func.count()).select_from(price_changes)).scalar_one()


def hourly(number: int, amount: int = 45) -> dict[str, Any]:
    return {"ID": f"rate-{number}", "price": amount, "unit": "hour"}


def costs_of_rates(site: Site, count: int) -> dict[str, int]:
    """Statements for a page of `count` prices that is new, unchanged, with one price changed, and empty of one."""
    page = [hourly(number) for number in range(count)]
    costs = {"new": site.brings(RATES, page), "unchanged": site.brings(RATES, page)}
    before = site.lines_of_history()
    page[0] = hourly(0, 46)
    costs["one changed"] = site.brings(RATES, page)
    assert site.lines_of_history() == before + 1
    costs["all changed"] = site.brings(RATES, [hourly(number, 50) for number in range(count)])
    costs["all but one gone"] = site.brings(RATES, [hourly(0, 50)])
    assert site.amounts() == {"50.00"}
    return costs


@pytest.fixture
def site(database: Database, clock: FakeClock, request: pytest.FixtureRequest) -> Site:
    found = Site(database, clock, request.param)
    found.brings(RATES, [hourly(0, 50)])  # from here on the hub's state is known as of a moment
    return found


@pytest.mark.parametrize("site", [10], indirect=True)
def test_a_page_of_many_prices_takes_as_many_statements_as_one_of_few(site: Site) -> None:
    few = costs_of_rates(site, FEW)
    assert costs_of_rates(site, MANY) == few


@pytest.mark.parametrize("site", [10, 1_000], indirect=True)
def test_a_page_takes_the_same_statements_in_a_workspace_of_any_size(site: Site, database: Database) -> None:
    costs = costs_of_rates(site, FEW)
    turn = 0 if database.is_sqlite else 1  # a transaction that takes its turn has to say so
    expected = {"new": 23, "unchanged": 16, "one changed": 22, "all changed": 21, "all but one gone": 22}
    assert costs == {page: count + turn for page, count in expected.items()}


@pytest.mark.parametrize("site", [10], indirect=True)
def test_a_set_of_many_resources_takes_as_many_statements_as_one_of_few(site: Site) -> None:
    def costs(count: int) -> list[int]:
        rooms = [{"ID": f"s-{count}-{number}", "name": f"Studio {number}"} for number in range(count)]
        renamed = [{**room, "name": "Room"} for room in rooms]
        return [site.brings(RESOURCES, some) for some in (rooms, rooms, renamed, renamed[:1])]

    assert costs(MANY) == costs(FEW)
