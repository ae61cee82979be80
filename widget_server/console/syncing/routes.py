"""Sync now: the form, how far the last run is, and the same for the script that watches it."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from widget_server import services
from widget_server.console.moments import Moments
from widget_server.console.syncing.progress import Progress, progress, sentence
from widget_server.console.syncing.runs import SyncRuns
from widget_server.model import ListingKind
from widget_server.store import listing_names, sync_runs
from widget_server.store.listing_names import MOST_CHOICES, PlaceChoices
from widget_server.store.sync_runs import Run
from widget_server.web.login_guard import current_operator, operator_required

syncing = Blueprint("syncing", __name__, url_prefix="/console/sync")
EVERYTHING = ""
"""The form's value for all locations; no location has an empty identifier."""


@syncing.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """What can be fetched, and how far the run is that began last."""
    parts = services.current()
    with parts.database.read() as connection:
        known = sync_runs.known(connection)
        watched = _watched(connection)
        chosen = watched[0].location_id if watched else None
        named = listing_names.location_choices(connection, chosen)
        of = listing_names.name_of_listing(connection, ListingKind.LOCATION, chosen) if chosen else ""
    return render_template(
        "console/syncing/index.html",
        places=_places(known, named),
        chosen=chosen or "",
        total=sum(known.values()),
        watched=watched,
        of=of,
        sentence=_sentence(watched) if watched else "",
        when=Moments(parts.clock(), parts.site.current().locale),
    )


@syncing.post("/")
@operator_required
def begin() -> ResponseReturnValue:
    """Make it due; the page that follows says how far it is."""
    parts = services.current()
    location_id = request.form.get("location", EVERYTHING)
    if not location_id.isprintable() or not SyncRuns(parts.database, parts.clock, current_operator().email).begin(
        location_id or None
    ):
        flash("There is nothing to fetch there yet.")
    return redirect(url_for(".index"), 303)


@syncing.get("/progress")
@operator_required
def watch() -> ResponseReturnValue:
    """How far the last run is, as numbers and in words."""
    with services.current().database.read() as connection:
        watched = _watched(connection)
    if watched is None:
        return jsonify(run=None), 404
    run, found = watched
    return jsonify(
        run=run.id,
        done=found.done,
        total=found.total,
        over=found.over,
        sentence=_sentence(watched),
        problems=found.problems,
    )


def _places(known: dict[str, int], named: PlaceChoices) -> PlaceChoices:
    """Those that something can be fetched of, with how many requests that takes."""
    names = dict(named.offered)
    chosen = sorted(known, key=lambda place: (place not in names, names.get(place, place)))[:MOST_CHOICES]
    offered = tuple((place, f"{names.get(place, place)} ({known[place]})") for place in chosen)
    return PlaceChoices(offered, len(known) <= MOST_CHOICES)


def _watched(connection: Connection) -> tuple[Run, Progress] | None:
    run = sync_runs.latest(connection)
    if run is None:
        return None
    return run, progress(sync_runs.facts(connection, run), run.at, services.current().clock())


def _sentence(watched: tuple[Run, Progress]) -> str:
    run, found = watched
    return sentence(found, services.current().clock() - run.at)
