"""The made-up workspaces: the hub knows every page that is counted, and the site has a listing for each item."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import workspaces
from benchmarks.workspaces import Size
from tests.sandbox.conftest import HUB_URL, Clock, SandboxActor
from tests.sandbox.site import Site
from widget_server.listings.json_rows import json_rows
from widget_server.sandbox import SandboxConfig, create_sandbox
from widget_server.sandbox.hub import EXTENSION

SITE_URL = "http://127.0.0.1:9"
NOBODY = Site({})


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    return workspaces.write(Size(3, 4), tmp_path)


@pytest.fixture
def hub(files: tuple[Path, Path]) -> Iterator[SandboxActor]:
    config = SandboxConfig(HUB_URL, SITE_URL, "our-id", "our-secret", "their-id", "their-secret", workspace=files[0])
    app = create_sandbox(config, clock=Clock())
    yield SandboxActor(app.test_client(), app.extensions[EXTENSION], Clock(), NOBODY)
    app.extensions[EXTENSION].close()


@pytest.mark.parametrize(("resources", "locations"), [(10, 1), (200, 10), (1_000, 10), (10_000, 100)])
def test_a_size_has_as_many_resources_as_asked_for(resources: int, locations: int) -> None:
    size = Size.of(resources)
    assert (size.resources, size.locations) == (resources, locations)


def test_the_hub_has_every_page_of_the_initial_set(hub: SandboxActor) -> None:
    size = Size(3, 4)
    paths = size.hub_paths()
    assert len(set(paths)) == size.pages == 3 + 2 * 12
    workspace = hub.hub.workspace
    assert {location.id for location in workspace.locations} == {size.hub_location(each) for each in range(3)}
    for location in range(3):
        for resource in range(4):
            found = workspace.resource(size.hub_resource(location, resource))[1]
            assert [rate.id for rate in found.rates] == [size.hub_rate(location, resource, each) for each in range(3)]


def test_the_site_has_a_listing_of_the_same_name_for_each_item(hub: SandboxActor, files: tuple[Path, Path]) -> None:
    rows = list(json_rows(files[1].read_text()))
    assert [row.wrong for row in rows if row.wrong] == []
    names = {location.name for location in hub.hub.workspace.locations}
    names |= {resource.name for _, resource in hub.hub.workspace.resources()}
    assert {row.values["name"] for row in rows} == names
