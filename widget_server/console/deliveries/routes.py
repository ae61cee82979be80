"""Every webhook: the list, one of them in full, trying again, and those that were turned away."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from widget_server import services
from widget_server.console.deliveries import choosing, turned_away, words
from widget_server.console.deliveries.masking import masked_address, pretty
from widget_server.console.deliveries.replaying import Replays
from widget_server.console.moments import Moments
from widget_server.console.paging import ROW_ID, position
from widget_server.store import authorizations, listing_names, refusals
from widget_server.store import deliveries as rows
from widget_server.web.login_guard import current_operator, operator_required

deliveries = Blueprint("deliveries", __name__, url_prefix="/console/deliveries")
PAGE_LENGTH = 25


@deliveries.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """The newest first, those that the form asks for."""
    parts = services.current()
    chosen, before = choosing.wanted(request.args), position(request.args.get("before"))
    with parts.database.read() as connection:
        found = rows.page(connection, chosen, PAGE_LENGTH + 1, before)
        choices = _choices(connection, chosen)
        dead = rows.count_dead(connection)
        away = refusals.recent_count(connection, parts.clock())
    shown, fields = found[:PAGE_LENGTH], choosing.fields_of(chosen)
    return render_template(
        "console/deliveries/index.html",
        deliveries=shown,
        chosen=fields,
        choices=choices,
        dead=dead,
        away=away,
        before=before,
        newest=url_for(".index", **fields),
        older=url_for(".index", **fields, before=shown[-1].id) if len(found) > PAGE_LENGTH else None,
        words=words,
        when=_moments(),
    )


@deliveries.get("/turned-away/")
@operator_required
def refused() -> ResponseReturnValue:
    """Webhooks that were turned away before anything was stored, the newest first."""
    parts = services.current()
    chosen, before = turned_away.wanted(request.args), position(request.args.get("before"))
    with parts.database.read() as connection:
        found = refusals.page(connection, chosen, PAGE_LENGTH + 1, before)
        away = refusals.recent_count(connection, parts.clock())
    shown, fields = found[:PAGE_LENGTH], turned_away.fields_of(chosen)
    return render_template(
        "console/deliveries/turned_away.html",
        refusals=shown,
        chosen=fields,
        choices=turned_away.choices(),
        away=away,
        before=before,
        newest=url_for(".refused", **fields),
        older=url_for(".refused", **fields, before=shown[-1].id) if len(found) > PAGE_LENGTH else None,
        words=turned_away,
        when=_moments(),
    )


@deliveries.get(f"/<{ROW_ID}:delivery_id>")
@operator_required
def detail(delivery_id: int) -> ResponseReturnValue:
    """One delivery: what it said, how we answered, and how it stands with what it made us fetch."""
    with services.current().database.read() as connection:
        found = rows.find(connection, delivery_id)
        if found is None:
            abort(404)
        body = rows.body(connection, delivery_id)
        fetch = rows.fetch(connection, found.target_id) if found.target_id is not None else None
        changes = rows.changed_prices(connection, found)
    return render_template(
        "console/deliveries/detail.html",
        delivery=found,
        body=pretty(body),
        fetch=fetch,
        url=masked_address(fetch.url) if fetch else None,
        changes=changes,
        can_replay=fetch is not None and found.verdict is not rows.Verdict.WAITING,
        words=words,
        when=_moments(),
    )


@deliveries.post(f"/<{ROW_ID}:delivery_id>/replay")
@operator_required
def replay(delivery_id: int) -> ResponseReturnValue:
    """Fetch again what it announced, now."""
    happened = _replays().replay(delivery_id)
    flash("It is fetched again now." if happened else "It waits already, or there is nothing to fetch for it.")
    return redirect(url_for(".detail", delivery_id=delivery_id), 303)


@deliveries.post("/replay-failed")
@operator_required
def replay_failed() -> ResponseReturnValue:
    """Try all that failed for good again."""
    count = _replays().replay_failed()
    told = "1 failed webhook is tried again now." if count == 1 else f"{count} failed webhooks are tried again now."
    flash(told if count else "Nothing had failed any more; nothing was changed.")
    return redirect(url_for(".index"), 303)


def _choices(connection: Connection, chosen: rows.Wanted) -> dict[str, dict[str, str]]:
    """What each list of the form offers, value → label; a value that came by an address stays to be seen."""
    places = dict(listing_names.location_choices(connection, chosen.location_id).offered)
    known = {each: f"Connection {each}" for each in authorizations.connected_since(connection)}
    return {
        "verdict": {verdict.value: label for verdict, label in words.LABELS.items()},
        "kind": _with(chosen.kind, words.KINDS),
        "connection": _with(chosen.connection_id, known),
        "location": _with(chosen.location_id, places),
    }


def _with(value: str | None, known: dict[str, str]) -> dict[str, str]:
    return known if value is None or value in known else known | {value: value}


def _replays() -> Replays:
    parts = services.current()
    return Replays(parts.database, parts.clock, current_operator().email)


def _moments() -> Moments:
    parts = services.current()
    return Moments(parts.clock(), parts.site.current().locale)
