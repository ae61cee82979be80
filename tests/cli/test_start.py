"""Starting for real: a wrong setting stops every way of starting with one sentence and no traceback."""

import subprocess
import sys
from pathlib import Path

import pytest

from widget_server import config
from widget_server.demo.ports import free_ports
from widget_server.setting_table import SETTINGS

ROOT = Path(__file__).parents[2]
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi"]
SENTENCE = "WIDGET_CURRENCY is 'POUNDS': give a three-letter currency code such as GBP, EUR or USD"

pytestmark = pytest.mark.flow


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """This machine's environment, but none of its settings."""
    unset = {setting.name: "" for setting in SETTINGS}
    return config.environment() | unset | {"WIDGET_DATA_DIR": str(tmp_path / "var")}


def run(command: list[str], env: dict[str, str], folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=env, text=True, capture_output=True, timeout=60, check=False)


@pytest.mark.parametrize("command", [["serve"], ["worker"], ["listings", "import", "wsgi.py"], ["settings", "docs"]])
def test_a_wrong_setting_stops_every_command_in_one_sentence(env: dict[str, str], command: list[str]) -> None:
    result = run([*FLASK, *command], env | {"WIDGET_CURRENCY": "POUNDS"})
    assert result.returncode == 2
    assert result.stderr.splitlines() == [SENTENCE]
    assert result.stdout == ""


def test_the_help_lists_every_command_and_flask_s_own_see_the_whole_site(env: dict[str, str]) -> None:
    listed = run([*FLASK, "--help"], env)
    assert {"serve", "worker", "sync", "listings", "backup", "operator"} <= set(listed.stdout.split())
    assert "--workers" in run([*FLASK, "serve", "--help"], env).stdout
    assert "/console/prices/" in run([*FLASK, "routes"], env).stdout
    unknown = run([*FLASK, "surf"], env)
    assert (unknown.returncode, "No such command 'surf'" in unknown.stderr) == (2, True)


def test_a_secret_that_is_wrong_is_not_repeated(env: dict[str, str]) -> None:
    result = run([*FLASK, "serve"], env | {"WIDGET_SECRET_KEY": "hunter2"})
    assert result.returncode == 2
    assert result.stderr.startswith("WIDGET_SECRET_KEY: each key needs 32 characters or more")
    assert "hunter2" not in result.stderr


def test_a_database_that_is_away_is_named_in_one_sentence(env: dict[str, str]) -> None:
    (port,) = free_ports([0])
    result = run([*FLASK, "serve"], env | {"WIDGET_DATABASE_URL": f"postgresql://nobody:hunter2@127.0.0.1:{port}/none"})
    assert result.returncode == 2
    assert result.stderr.startswith("the database can't be used now")
    assert "Traceback" not in result.stderr
    assert "hunter2" not in result.stderr


def test_another_wsgi_server_says_the_sentence_too(env: dict[str, str]) -> None:
    (port,) = free_ports([0])
    granian = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "wsgi:app"]
    result = run(granian, env | {"WIDGET_CURRENCY": "POUNDS"})
    assert result.returncode != 0
    assert SENTENCE in result.stderr
    assert "Traceback" not in result.stderr


def test_the_env_file_is_read_and_the_environment_wins(env: dict[str, str], tmp_path: Path) -> None:
    bare = {name: value for name, value in env.items() if name != "WIDGET_CURRENCY"}
    (tmp_path / ".env").write_text("WIDGET_CURRENCY=POUNDS\n")
    command = [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), "settings", "docs"]
    wrong = run(command, bare, tmp_path)
    right = run(command, bare | {"WIDGET_CURRENCY": "GBP"}, tmp_path)
    assert (wrong.returncode, wrong.stderr.strip()) == (2, SENTENCE)
    assert right.returncode == 0
