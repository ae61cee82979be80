"""The operator's pages: how things are, and the few decisions that are theirs."""

from datetime import timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.config import Settings
from widget_server.console import checklist, portal, snippets
from widget_server.console.decisions import Decisions
from widget_server.console.moments import Moments
from widget_server.console.overview import Terms, hash_rule, judge
from widget_server.console.paging import ROW_ID
from widget_server.model import ListingKind, ListingStatus
from widget_server.publish.height import reserved
from widget_server.store import activity, incident_history, sightings
from widget_server.store import overview as rows
from widget_server.web import status_undo
from widget_server.web.login_guard import REFRESH_HEADER, current_operator, operator_required

WITHOUT_ALERTS = "alerts_declined"
"""What the activity calls the decision."""
SEEN_ON = 3
"""Websites that are named."""
console = Blueprint("console", __name__, url_prefix="/console")


@console.get("/")
@operator_required
def overview() -> ResponseReturnValue:
    """How things are, at a glance, with the one thing to do on top."""
    parts = services.current()
    now = parts.clock()
    with parts.database.read() as connection:
        facts = rows.facts(connection, now)
        seen_on = sightings.latest(connection, SEEN_ON)
        needs_you = {each.trouble: each for each in incident_history.open_now(connection)}
        does_without = activity.newest_of(connection, WITHOUT_ALERTS) is not None
    height = reserved(parts.documents.edition(parts.public.version()).document)
    settings = parts.site.current()
    terms = _terms(parts, settings)
    steps = checklist.steps(facts, terms, seen_on, settings.syncaroo_app_url)
    return render_template(
        "console/overview.html",
        facts=facts,
        verdict=judge(facts, terms, now),
        steps=steps,
        needs_you=needs_you,
        hints_at_alerts=not steps and not does_without and not parts.alert_channels(settings),
        when=Moments(now, settings.locale),
        rules={connection.id: hash_rule(connection, terms) for connection in facts.connections},
        snippet=snippets.usual(settings.site_url, height),
        variants=snippets.variants(settings.site_url, height, parts.files.pinned),
        entries=portal.entries(settings),
        syncaroo_url=settings.syncaroo_app_url,
        undo=None if REFRESH_HEADER in request.headers else status_undo.offered(url_for(".overview")),
    )


@console.post("/without-alerts")
@operator_required
def go_without_alerts() -> ResponseReturnValue:
    """The operator doesn't want to be told: the overview doesn't ask again."""
    parts = services.current()
    told = "Decided to go without alerts for now."
    with parts.database.write() as connection:
        activity.record(connection, parts.clock(), current_operator().email, WITHOUT_ALERTS, detail=told)
    return _decided(True, "You find alerts under Settings whenever you want them.")


@console.post(f"/deliveries/<{ROW_ID}:delivery_id>/retry")
@operator_required
def retry(delivery_id: int) -> ResponseReturnValue:
    """Try a dead letter again, now."""
    return _decided(_decisions().retry(delivery_id), "It is tried again now.")


@console.post(f"/held/<{ROW_ID}:target_id>/remove")
@operator_required
def remove_held(target_id: int) -> ResponseReturnValue:
    """Carry the empty answer out."""
    return _decided(_decisions().remove_held(target_id), "They are removed as soon as Syncaroo confirms it once more.")


@console.post(f"/held/<{ROW_ID}:target_id>/keep")
@operator_required
def keep_held(target_id: int) -> ResponseReturnValue:
    """Leave what is there."""
    return _decided(
        _decisions().keep_held(target_id), "They stay. If Syncaroo's list is still empty, you are asked again."
    )


@console.post("/listings/approve")
@operator_required
def approve() -> ResponseReturnValue:
    """Make a pending listing public. Its identifier may be anything, "." too, so it isn't part of the path."""
    kind, listing_id = request.form.get("kind", ""), request.form.get("id", "")
    if kind not in list(ListingKind) or not listing_id.isprintable():
        abort(400)
    name = _decisions().approve(ListingKind(kind), listing_id)
    if name is not None:
        status_undo.offer(ListingKind(kind), listing_id, ListingStatus.PENDING, ListingStatus.ACTIVE)
    return _decided(name is not None, f"“{name}” is public now.")


def _decisions() -> Decisions:
    parts = services.current()
    return Decisions(parts.database, parts.clock, current_operator().email)


def _decided(happened: bool, sentence: str) -> ResponseReturnValue:
    flash(sentence if happened else "That was settled already; nothing was changed.")
    return redirect(url_for("console.overview"), 303)


def _terms(parts: services.Services, settings: Settings) -> Terms:
    return Terms(
        can_connect=parts.hub_connect.is_set_up,
        has_platform_client=parts.platform_keys.client() is not None,
        hash_mode=settings.syncaroo_hash_mode,
        has_hash_secret=settings.hash_secret is not None,
        stale_after=timedelta(hours=settings.stale_after_hours),
    )
