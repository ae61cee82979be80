"""`flask serve`: looks whether the site can start, then becomes its supervisor."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, ParamSpec

import click

from widget_server import config
from widget_server.clock import system_clock
from widget_server.config import Settings
from widget_server.console.account import OperatorAccounts
from widget_server.errors import ConfigError, StoreUnavailable, WidgetError
from widget_server.serving.address import Address, AddressTaken
from widget_server.store.engine import Database

ROOT = Path(__file__).parents[2]
"""Where `wsgi.py` is."""
CANT_START = 2
"""The exit status when the site can't start as it is set up."""

Parameters = ParamSpec("Parameters")


def plainly(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Our own errors become one sentence and an exit status."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **named: Parameters.kwargs) -> None:
        try:
            command(*args, **named)
        except (WidgetError, AddressTaken) as error:
            click.echo(str(error), err=True)
            sys.exit(CANT_START if isinstance(error, ConfigError) else 1)

    return run


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 for all.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@plainly
def serve(host: str, port: int, workers: int) -> None:
    """The production server: web processes and the background worker, supervised as one.

    SIGTERM and Ctrl-C stop all of it within ten seconds.
    """
    env = config.environment()
    settings, address = config.load(env), Address(host, port)
    site_url = address.site_url(settings)
    address.check_free()
    try:
        _prepare(settings, site_url)
    except StoreUnavailable as error:
        click.echo(str(error), err=True)
        sys.exit(CANT_START)
    path = os.pathsep.join(filter(None, [str(ROOT), env.get("PYTHONPATH", "")]))
    _become_supervisor(address, workers, site_url, env | {"WIDGET_SITE_URL": site_url, "PYTHONPATH": path})


def _prepare(settings: Settings, site_url: str) -> None:
    """Bring the database up to date, and say how to set up the first operator if there is none."""
    database = Database(settings.database_url)
    try:
        database.migrate()
        operators = OperatorAccounts(database, system_clock, settings.secret_key)
        if settings.operator_email is None and not operators.exists():
            click.echo(f"There is no operator yet. Set one up: {operators.setup_link(site_url)}")
    finally:
        database.close()


def _become_supervisor(address: Address, workers: int, site_url: str, env: dict[str, str]) -> NoReturn:
    """This process goes on as another program, which needs nothing of what was imported here."""
    sys.stdout.flush()
    program = [sys.executable, "-m", "widget_server.serving.site"]
    os.execve(  # noqa: S606 -- our own program
        program[0], [*program, address.host, str(address.port), str(workers), site_url], env
    )
