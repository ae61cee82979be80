"""The commands: `flask serve`, `worker`, `sync`, `listings import`, `backup`, `restore`, `operator link`,
`settings docs`.

Whatever is our own error ends with one sentence on stderr, never a traceback: status 2 when a setting is wrong, else 1.
"""

import logging
import sys
import threading
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext

from widget_server import services
from widget_server.backup.folder import create
from widget_server.backup.reading import AT_HAND
from widget_server.backup.words import in_words
from widget_server.config_manual import manual
from widget_server.errors import ListingsInvalid
from widget_server.listings.importing import MAX_FILE_BYTES
from widget_server.serving.command import plainly, serve
from widget_server.serving.signals import StopSignals
from widget_server.setting_table import SECTIONS

WORKER_STOPS_WITHIN_SECONDS = 9.0
"""A little more than the worker itself takes; then the process ends anyhow, and its leases run out."""
AT_THE_SHELL = "The shell"
"""Who did it, where nobody is logged in."""
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command("worker")
@with_appcontext
@plainly
def worker() -> None:
    """The background worker alone: fetches what webhooks announced and publishes it.

    `flask serve` runs one already. Start more on further machines; they share the work through the database.
    """
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stop = threading.Event()
    working = threading.Thread(target=services.current().worker.run, args=(stop,), name="worker", daemon=True)
    with StopSignals() as signals:
        working.start()
        while working.is_alive() and not signals.asked:
            signals.wait_for(working, seconds=60)
        asked = signals.asked > 0
        stop.set()
        working.join(WORKER_STOPS_WITHIN_SECONDS)
    sys.exit(0 if asked else 1)


@click.command("sync")
@click.option("--all", "everything", is_flag=True, help="Fetch everything known, not only what is due.")
@with_appcontext
@plainly
def sync(everything: bool) -> None:
    """Fetch now what is due, and publish it."""
    from rich.console import Console  # noqa: PLC0415 -- the one command that draws: the servers live without it
    from rich.progress import Progress  # noqa: PLC0415 -- the same

    console = Console(stderr=True)
    fetched = 0
    with Progress(console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("Fetching", total=None)
        for done, total, sentence in services.current().worker.sync_now(everything=everything):
            progress.update(task, completed=done, total=total)
            console.print(sentence, markup=False, highlight=False, soft_wrap=True)
            fetched = done
    click.echo("Nothing was due." if not fetched else f"Fetched {fetched}.")


listings = AppGroup("listings", help="Locations and resources under your own identifiers.")


@listings.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@plainly
def import_listings(file: Path) -> None:
    """Create and update listings from FILE, CSV or JSON; "-" reads standard input.

    CSV has the columns kind (location or resource), id, name, status (active, draft, private, pending or deleted), type
    and location_id (both for resources), in any order. JSON is the shape of check_connection's "locations".

    All or nothing: when something is wrong, every problem is told and nothing changes. Listings that the file doesn't
    name stay as they are: set their status to "deleted" to take them away. Running it twice is the same as once.
    """
    with click.open_file(str(file), "rb") as source:
        body = source.read(MAX_FILE_BYTES + 1)
    try:
        result = services.current().listings.run_file(body)
    except ListingsInvalid as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        click.echo(f"Nothing was imported from {click.format_filename(file)}.", err=True)
        sys.exit(1)
    click.echo(f"{result.created} new, {result.updated} changed, {result.unchanged} unchanged.")


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@with_appcontext
@plainly
def backup(file: Path) -> None:
    """Write a back-up of the whole site to FILE, which must not be there yet.

    It holds everything but the secret key: keep WIDGET_SECRET_KEY, or the file secret.key in the data directory, too.
    Any site of this version or a newer one restores it, on SQLite and on PostgreSQL.
    """
    try:
        with create(file) as out:
            manifest = services.current().backups.write(out, AT_THE_SHELL)
    except FileExistsError:
        raise click.BadParameter(f"{click.format_filename(file)} is there already.", param_hint="FILE") from None
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    rows = sum(part.rows for part in manifest.parts.values())
    click.echo(f"Written: {rows} rows. The secret key isn't in it; keep that, too.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Don't ask.")
@with_appcontext
@plainly
def restore(file: Path, yes: bool) -> None:
    """Put the back-up in FILE in the place of what is on this site; all or nothing.

    Before, it says what is in it and asks. What was there is copied to the folder backups of the data directory, from
    where it can be restored. The operator's log-in stays the one that is there, and all sessions end.
    """
    backups = services.current().backups
    with file.open("rb") as source:
        token = backups.stage(source, AT_HAND)
    try:
        click.echo(in_words(backups.preview(token)))
        if not yes:
            click.confirm("Replace everything on this site with it?", abort=True)
        done = backups.restore(token, AT_THE_SHELL)
    finally:
        backups.folder.discard(token)
    if done is not None:
        click.echo(f"Restored. What was there before is in {backups.folder.path / done.copy}")


operator = AppGroup("operator", help="The operator's account.")


@operator.command("link")
@plainly
def operator_link() -> None:
    """Print a one-time link to set the operator's e-mail address and password."""
    parts = services.current()
    click.echo(parts.operators.setup_link(parts.settings.site_url))
    if not parts.settings.site_url_is_set:
        click.echo("WIDGET_SITE_URL isn't set: if the site is reached elsewhere, put that in front.", err=True)


settings = AppGroup("settings", help="The settings of this site.")


@settings.command("docs")
def settings_docs() -> None:
    """Print docs/configuration.md."""
    click.echo(manual(SECTIONS), nl=False)


def install(app: Flask) -> None:
    """Make the commands part of `flask` for `app`."""
    for command in (serve, worker, sync, listings, backup, restore, operator, settings):
        app.cli.add_command(command)
