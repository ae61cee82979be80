"""Websites on which the widget was seen, on both databases."""

from tests.conftest import FakeClock
from widget_server.store import sightings
from widget_server.store.engine import Database


def test_a_website_is_kept_once_and_newest_comes_first(database: Database, clock: FakeClock) -> None:
    for origin in ("https://a.example", "https://b.example", "https://a.example"):
        sightings.keep(database, clock, [origin])
        clock.advance(hours=1)
    with database.read() as connection:
        assert sightings.latest(connection, 5) == ["https://a.example", "https://b.example"]


def test_made_up_ones_are_bounded_and_forgotten(database: Database, clock: FakeClock) -> None:
    sightings.keep(database, clock, [f"https://{number}.example" for number in range(sightings.MOST + 50)])
    with database.read() as connection:
        assert len(sightings.latest(connection, 1000)) == sightings.MOST
    clock.advance(days=31)
    sightings.keep(database, clock, ["https://real.example"])
    with database.read() as connection:
        assert sightings.latest(connection, 5) == ["https://real.example"]
