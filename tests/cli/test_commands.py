"""The commands that do one thing and end, against the application in this process."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner

from widget_server import config, create_app, services
from widget_server.config_manual import manual
from widget_server.setting_table import SECTIONS
from widget_server.store import listings

GOOD = "kind;id;name;status;type;location_id\nlocation;1198;London;active;;\nresource;7843;Room;active;office;1198\n"
WRONG = "kind,id,name,status,type,location_id\nlocation,1198,London,actve,,\nresource,,Room,active,office,1198\n"


@pytest.fixture
def flask(site: Flask) -> FlaskCliRunner:
    return site.test_cli_runner()


def run(flask: FlaskCliRunner, *arguments: str, stdin: str | None = None) -> Result:
    return flask.invoke(args=list(arguments), input=stdin)


def stored(site: Flask) -> list[str]:
    with site.app_context(), services.current().database.read() as connection:
        return [listing.id for listing in listings.all_locations(connection) + listings.all_resources(connection)]


def test_listings_are_imported_from_a_file(flask: FlaskCliRunner, site: Flask, tmp_path: Path) -> None:
    file = tmp_path / "listings.csv"
    file.write_text(GOOD)
    assert run(flask, "listings", "import", str(file)).output == "2 new, 0 changed, 0 unchanged.\n"
    assert run(flask, "listings", "import", str(file)).output == "0 new, 0 changed, 2 unchanged.\n"
    assert stored(site) == ["1198", "7843"]


def test_listings_are_imported_from_standard_input(flask: FlaskCliRunner, site: Flask) -> None:
    assert run(flask, "listings", "import", "-", stdin=GOOD).exit_code == 0
    assert stored(site) == ["1198", "7843"]


def test_a_wrong_file_changes_nothing_and_every_problem_is_told(flask: FlaskCliRunner, site: Flask) -> None:
    result = run(flask, "listings", "import", "-", stdin=WRONG)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        "row 2, status: 'actve' is not one of active, draft, private, pending, deleted",
        "row 3, id: is missing",
        "Nothing was imported from -.",
    ]
    assert stored(site) == []


def test_a_file_that_isn_t_there_is_named(flask: FlaskCliRunner) -> None:
    result = run(flask, "listings", "import", "none.csv")
    assert result.exit_code == 2
    assert "none.csv" in result.stderr


def test_the_help_says_what_becomes_of_listings_that_the_file_lacks(flask: FlaskCliRunner) -> None:
    text = " ".join(run(flask, "listings", "import", "--help").output.split())
    assert "Listings that the file doesn't name stay as they are" in text


def test_the_operator_s_link_is_the_site_s_and_opens(flask: FlaskCliRunner, site: Flask) -> None:
    link = run(flask, "operator", "link").output.strip()
    assert link.startswith("http://127.0.0.1:8000/setup/")
    with site.app_context():
        assert services.current().operators.link_is_open(link.rpartition("/")[2])


def test_without_a_site_url_the_link_says_so(site_env: dict[str, str]) -> None:
    flask = create_app(config.load(site_env | {"WIDGET_SITE_URL": ""})).test_cli_runner()
    assert "WIDGET_SITE_URL isn't set" in run(flask, "operator", "link").stderr


def test_syncing_when_nothing_is_due_says_so(flask: FlaskCliRunner) -> None:
    result = run(flask, "sync", "--all")
    assert (result.exit_code, result.stdout) == (0, "Nothing was due.\n")


def test_syncing_tells_what_came_of_each_fetch(site: Flask) -> None:
    class Fetched:
        def sync_now(self, *, everything: bool) -> Iterator[tuple[int, int, str]]:
            yield 1, 2, "https://a.example/v1: 1 changed [all]."
            yield 2, 2, f"https://b.example/v1: everything is {everything}."

    parts = site.extensions[services.EXTENSION]
    services.install(site, replace(parts, worker=Fetched()))
    result = run(site.test_cli_runner(), "sync", "--all")
    assert result.stdout == "Fetched 2.\n"
    assert result.stderr == "https://a.example/v1: 1 changed [all].\nhttps://b.example/v1: everything is True.\n"


def test_the_manual_of_the_settings_is_printed(flask: FlaskCliRunner) -> None:
    assert run(flask, "settings", "docs").output == manual(SECTIONS)


def test_a_back_up_is_written_for_its_owner_only_and_never_over_a_file(flask: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "site.backup.gz"
    assert run(flask, "backup", str(file)).output.startswith("Written: ")
    assert file.stat().st_mode & 0o777 == 0o600
    kept = file.read_bytes()
    again = run(flask, "backup", str(file))
    assert (again.exit_code, "is there already" in again.stderr, file.read_bytes()) == (2, True, kept)


def test_a_back_up_is_restored_once_it_was_confirmed(flask: FlaskCliRunner, site: Flask, tmp_path: Path) -> None:
    file = tmp_path / "site.backup.gz"
    run(flask, "listings", "import", "-", stdin=GOOD)
    run(flask, "backup", str(file))
    run(flask, "listings", "import", "-", stdin=GOOD.replace("7843", "7844"))
    assert run(flask, "restore", str(file), stdin="n\n").exit_code == 1
    assert stored(site) == ["1198", "7843", "7844"]
    result = run(flask, "restore", str(file), "--yes")
    assert "Resources: 1 (here now: 2)" in result.output
    assert "made with this site's key" in result.output
    assert stored(site) == ["1198", "7843"]
    copy = result.output.strip().rpartition(" ")[2]
    assert run(flask, "restore", copy, stdin="y\n").exit_code == 0
    assert stored(site) == ["1198", "7843", "7844"]


def test_what_is_no_back_up_is_refused_in_a_sentence(flask: FlaskCliRunner, tmp_path: Path) -> None:
    file = tmp_path / "site.backup.gz"
    file.write_text(GOOD)
    result = run(flask, "restore", str(file), "--yes")
    assert (result.exit_code, result.stderr) == (
        1,
        "This isn't a back-up of a pricing widget, or only a part of one.\n",
    )


def test_serving_to_the_world_without_a_site_url_is_refused(site_env: dict[str, str]) -> None:
    flask = create_app(config.load(site_env | {"WIDGET_SITE_URL": ""})).test_cli_runner()
    result = run(flask, "serve", "--host", "0.0.0.0")
    assert result.exit_code == 2
    assert result.stderr.startswith("WIDGET_SITE_URL: set it to the address at which visitors reach the site")


@pytest.mark.parametrize("port", ["0", "65536", "http"])
def test_a_port_that_can_t_be_is_refused(flask: FlaskCliRunner, port: str) -> None:
    result = run(flask, "serve", "--port", port)
    assert result.exit_code == 2
    assert "--port" in result.stderr
