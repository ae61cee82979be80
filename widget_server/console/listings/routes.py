"""Listings over HTTP: the list, one listing's form, changing a status."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.decisions import Decisions
from widget_server.console.listings.files.routes import files
from widget_server.console.listings.judgement import entry
from widget_server.console.listings.table import SHOWN, Choice, table
from widget_server.console.moments import Moments
from widget_server.console.paging import position
from widget_server.listings.editing import ListingsEditor
from widget_server.listings.form import FIELDS, ListingForm
from widget_server.model import RESOURCE_TYPES, ListingKind, ListingStatus
from widget_server.store import listing_names
from widget_server.store import listings as rows
from widget_server.store.listing_facts import ListingFact, listing_fact, listing_facts
from widget_server.store.listing_names import PlaceChoices
from widget_server.web import status_undo
from widget_server.web.late_form import belongs_to
from widget_server.web.local_path import local_path
from widget_server.web.login_guard import current_operator, operator_required, typed_before

listings = Blueprint("listings", __name__, url_prefix="/console/listings")
listings.register_blueprint(files)


@dataclass(frozen=True)
class Named:
    """The listing that a request names."""

    kind: ListingKind
    id: str


@listings.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Locations with their resources: how each is, and what it is matched with."""
    parts = services.current()
    choice = Choice.from_query(request.args)
    with parts.database.read() as connection:
        facts = listing_facts(connection)
        places = listing_names.location_choices(connection, choice.place)
    back = url_for(".index", **choice.query(page=choice.page))
    return render_template(
        "console/listings/index.html",
        table=table(facts, choice),
        choice=choice,
        places=places,
        shown=SHOWN,
        has_any=bool(facts),
        has_locations=any(fact.listing.kind is ListingKind.LOCATION for fact in facts),
        undo=status_undo.offered(back),
        back=back,
        when=_moments(),
    )


@listings.get("/new")
@operator_required
def new() -> ResponseReturnValue:
    """The empty form for a location or a resource."""
    begun = typed_before() or {"status": "active", "location_id": request.args.get("location", "")}
    return _form_page(ListingForm.from_fields(_kind(request.args), begun), {})


@listings.post("/new")
@operator_required
@belongs_to(lambda: url_for("listings.new", **_address_of_form("kind")), *FIELDS)
def create() -> ResponseReturnValue:
    """Add a listing, or show the form as it was filled in with what is wrong."""
    form = ListingForm.from_fields(_kind(request.form), request.form)
    done = _editor().create(form, current_operator().email, position(request.form.get("begun")))
    if done.listing is None:
        return _form_page(form, done.problems), 422
    flash(f"“{done.listing.name}” is there, under the identifier {done.listing.id}.")
    return redirect(url_for(".index"), 303)


@listings.get("/edit")
@operator_required
def edit() -> ResponseReturnValue:
    """The form of a listing that is there."""
    fact = _fact(_named(request.args))
    before = typed_before()
    form = ListingForm.from_fields(fact.listing.kind, before) if before else ListingForm.of(fact.listing)
    return _form_page(form, {}, fact)


@listings.post("/edit")
@operator_required
@belongs_to(lambda: url_for("listings.edit", **_address_of_form("kind", "id")), *FIELDS)
def save() -> ResponseReturnValue:
    """Change a listing, or show the form as it was filled in with what is wrong."""
    fact = _fact(_named(request.form))
    form = ListingForm.from_fields(fact.listing.kind, request.form)
    done = _editor().edit(fact.listing, form, current_operator().email)
    if done.listing is None:
        return _form_page(form, done.problems, fact), 422
    flash(f"“{done.listing.shown_name(fact.hub_name)}” is saved.")
    return redirect(_back(), 303)


@listings.get("/delete")
@operator_required
def ask_to_delete() -> ResponseReturnValue:
    """Ask once."""
    fact = _fact(_named(request.args))
    with services.current().database.read() as connection:
        inside = rows.resources_of(connection, fact.listing.id) if fact.listing.kind is ListingKind.LOCATION else []
    seen = [one for one in inside if one.status is ListingStatus.ACTIVE]
    return render_template("console/listings/delete.html", fact=fact, inside=len(seen), back=_back())


@listings.post("/status")
@operator_required
def set_status() -> ResponseReturnValue:
    """Change a status; the page that follows offers to undo it."""
    named, status = _named(request.form), request.form.get("status", "")
    if status not in list(ListingStatus):
        abort(400)
    undone = request.form.get(status_undo.UNDOING)
    only_from = ListingStatus(undone) if undone in list(ListingStatus) else None
    done = _editor().set_status(named.kind, named.id, ListingStatus(status), current_operator().email, only_from)
    if done is None:
        flash("It was changed or removed meanwhile; nothing was changed now.")
        return redirect(_back(), 303)
    before, name = done
    flash(f"“{name}” is {'waiting for approval' if status == ListingStatus.PENDING else status} now.")
    if before.status != status and undone is None:
        status_undo.offer(named.kind, named.id, before.status, ListingStatus(status))
    return redirect(_back(), 303)


@listings.post("/approval")
@operator_required
def approve() -> ResponseReturnValue:
    """Make active what the hub reported as new."""
    named, parts = _named(request.form), services.current()
    name = Decisions(parts.database, parts.clock, current_operator().email).approve(named.kind, named.id)
    flash("That was settled already; nothing was changed." if name is None else f"“{name}” is public now.")
    if name is not None:
        status_undo.offer(named.kind, named.id, ListingStatus.PENDING, ListingStatus.ACTIVE)
    return redirect(_back(), 303)


def _form_page(form: ListingForm, problems: Mapping[str, str], fact: ListingFact | None = None) -> str:
    with services.current().database.read() as connection:
        found = listing_names.location_choices(connection, form.values.get("location_id"))
    return render_template(
        "console/listings/form.html",
        form=form,
        begun=_editor().begin(),
        problems=problems,
        fact=fact,
        entry=entry(fact, None) if fact else None,
        places=PlaceChoices(tuple((id, f"{name} ({id})") for id, name in found.offered), found.are_all),
        statuses=list(ListingStatus),
        types=RESOURCE_TYPES,
        back=_back(),
        when=_moments(),
    )


def _kind(fields: Mapping[str, str]) -> ListingKind:
    found = fields.get("kind", "")
    if found not in list(ListingKind):
        abort(400)
    return ListingKind(found)


def _named(fields: Mapping[str, str]) -> Named:
    listing_id = fields.get("id", "")
    if not listing_id or not listing_id.isprintable():
        abort(400)
    return Named(_kind(fields), listing_id)


def _fact(named: Named) -> ListingFact:
    with services.current().database.read() as connection:
        found = listing_fact(connection, named.kind, named.id)
    return found or abort(404)


def _back() -> str:
    """Where the operator came from: somewhere on the list, or the overview."""
    wanted = local_path(request.values.get("back")) or ""
    is_ours = wanted.startswith(f"{url_for('.index')}?") or wanted == url_for("console.overview")
    return wanted if is_ours else url_for(".index")


def _address_of_form(*names: str) -> dict[str, Any]:
    """The parameters of the page that the present form was sent from."""
    return {name: request.form.get(name) for name in (*names, "back")}


def _editor() -> ListingsEditor:
    parts = services.current()
    return ListingsEditor(parts.database, parts.clock)


def _moments() -> Moments:
    parts = services.current()
    return Moments(parts.clock(), parts.site.current().locale)
