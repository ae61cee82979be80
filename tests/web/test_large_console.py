"""Each page of the console costs what it shows: 1,000 resources take no more statements than 30."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event

from tests import large
from tests.conftest import QUICK_HASH, Browser, FakeClock, environment_of_a_site
from tests.console import scene
from tests.large import Large
from tests.web.test_every_route import addresses
from widget_server import config, create_app, services

SMALL, LARGE = Large(places=3, rooms=10, past=100), Large(places=10, rooms=100, past=3_000)
MOST_BYTES = 250_000
MORE = (
    "/console/prices/?q=ROOM+hour",
    "/console/prices/?location=p1&show=differs",
    "/console/listings/?q=ROOM",
    "/console/listings/?location=p1",
    "/console/listings/edit?kind=resource&id=r1-1",
    "/console/listings/edit?kind=location&id=p1",
    "/console/listings/new?kind=resource",
    "/console/listings/delete?kind=location&id=p1",
    "/console/deliveries/?text=r1",
    "/api/oauth/authorize?connectionId=99&clientId=xyz1243&redirectUri=https://app.syncaroo.com/connection"
    "&response_type=code",
)
"""Pages that an address without a query doesn't lead to."""
DOWNLOADS = ("/console/listings/export", "/console/prices/1/history.csv")
"""All of something is what they are for."""


@dataclass(frozen=True)
class Cost:
    """Of one answer."""

    status: int
    statements: int
    size: int


@contextmanager
def site_of(folder: Path, size: Large) -> Iterator[tuple[Flask, Browser]]:
    """A connected site with so much in it, and its operator."""
    clock = FakeClock()
    app = create_app(config.load(environment_of_a_site(folder)), clock, QUICK_HASH)
    parts: services.Services = app.extensions[services.EXTENSION]
    with parts.database.write() as connection:
        large.fill(connection, size, clock())
        scene.connect_hub(connection, clock())
    parts.documents.edition(parts.public.version())
    browser = Browser(app.test_client())
    assert browser.log_in().status_code == 303
    yield app, browser
    parts.database.close()


def costs(folder: Path, size: Large) -> dict[str, Cost]:
    """Of each page, the least of some times: settings are looked up anew from time to time, whoever asks."""
    counted = [0]

    def count(*_: object) -> None:
        counted[0] += 1

    with site_of(folder, size) as (app, browser):
        paths = [path for path in addresses(app, "GET") if path.startswith("/console/") and path not in DOWNLOADS]
        event.listen(Engine, "before_cursor_execute", count)
        try:
            found = {}
            for path in (*paths, *MORE):
                found[path] = min((_cost(browser, path, counted) for _ in range(4)), key=lambda cost: cost.statements)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
    return found


def _cost(browser: Browser, path: str, counted: list[int]) -> Cost:
    counted[0] = 0
    answer = browser.get(path)
    return Cost(answer.status_code, counted[0], len(answer.data))


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, Cost, Cost]]:
    """Each page at either size."""
    small = costs(tmp_path_factory.mktemp("small"), SMALL)
    many = costs(tmp_path_factory.mktemp("large"), LARGE)
    return [(path, small[path], many[path]) for path in small]


def test_a_larger_workspace_takes_no_more_statements(compared: list[tuple[str, Cost, Cost]]) -> None:
    assert sum(each.status == 200 for _, each, _ in compared) > 25
    grown = {path: (few, many) for path, few, many in compared if many.statements > few.statements}
    assert grown == {}


def test_no_page_is_larger_than_one_reads(compared: list[tuple[str, Cost, Cost]]) -> None:
    assert {path: many.size for path, _, many in compared if many.size > MOST_BYTES} == {}


@pytest.mark.parametrize("path", DOWNLOADS)
def test_a_download_takes_its_rows_by_pieces_and_in_full(tmp_path: Path, path: str) -> None:
    with site_of(tmp_path, SMALL) as (_, browser):
        answer = browser.get(path)
    assert answer.data.count(b"\r\n") in (1 + 3 + 30, 1 + 100)
