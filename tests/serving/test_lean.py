"""What each process imports: those beside the site stay small, and the site leaves out what it rarely needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {
    "flask",
    "sqlalchemy",
    "jinja2",
    "requests",
    "babel",
    "cryptography",
    "widget_server.app",
    "widget_server.config",
}
SELDOM = {"alembic", "mako", "redis", "rich", "pydantic"}

pytestmark = pytest.mark.flow


def imported_by(statements: str, data_dir: Path) -> set[str]:
    """The modules of a new process after `statements`, in the environment of a site that knows its data directory."""
    code = f"import json, sys; {statements}; print(json.dumps(list(sys.modules)))"
    env = {"PATH": os.defpath, "WIDGET_DATA_DIR": str(data_dir)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.mark.parametrize("module", ["site", "web"])
def test_what_watches_over_processes_knows_nothing_of_the_application(module: str, tmp_path: Path) -> None:
    assert not imported_by(f"import widget_server.serving.{module}", tmp_path) & HEAVY


def test_one_part_of_the_package_brings_no_other(tmp_path: Path) -> None:
    ours = {name for name in imported_by("import widget_server.clock", tmp_path) if name.startswith("widget_server")}
    assert ours == {"widget_server", "widget_server.clock"}


def test_a_site_whose_schema_is_up_to_date_starts_without_what_is_seldom_needed(tmp_path: Path) -> None:
    first = imported_by("import wsgi", tmp_path)
    assert first & SELDOM == {"alembic", "mako"}
    again = imported_by("import wsgi", tmp_path)
    assert not again & SELDOM
    assert again >= HEAVY


def test_the_package_still_hands_out_the_application(tmp_path: Path) -> None:
    made = "from widget_server import create_app; create_app()"
    assert "widget_server.app" in imported_by(made, tmp_path)
