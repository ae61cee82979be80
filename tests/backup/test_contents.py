"""Which tables a back-up holds is decided table by table."""

import tomllib
from pathlib import Path

from widget_server.backup.contents import LEFT_OUT, MERGED, REPLACED
from widget_server.store.tables import metadata
from widget_server.version import VERSION


def test_every_table_is_in_exactly_one_list() -> None:
    lists = [*REPLACED, *MERGED, *LEFT_OUT]
    assert sorted(lists) == sorted(metadata.tables), "say in contents.py what becomes of each table"


def test_the_version_is_the_project_s() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["version"] == VERSION
