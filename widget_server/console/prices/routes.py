"""Prices: the list, a page for each price, and what the operator decides there."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.moments import Moments
from widget_server.console.paging import ROW_ID, position
from widget_server.console.prices import correction, history, undoing
from widget_server.console.prices.correction import Typed
from widget_server.console.prices.deciding import Outcome, Overriding, edition, subject
from widget_server.console.prices.seen import by_place, rates_of, seen
from widget_server.console.prices.wording import Wording
from widget_server.publish.compose import Document
from widget_server.store import overrides, price_list
from widget_server.store import prices as price_rows
from widget_server.store.price_list import PriceRow, Show
from widget_server.store.types import LARGEST_ID
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

prices = Blueprint("prices", __name__, url_prefix="/console/prices")
UNDO = "prices_undo"
PAGE_LENGTH = 40
LINES_LENGTH = 50
TYPED = ("act", "amount", "note")
LONGEST_FIELD = 1_000
"""Characters of a form's field that are looked at."""


@prices.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Every rate as visitors see it, beside what the hub says."""
    parts = services.current()
    show = Show(request.args["show"]) if request.args.get("show") in list(Show) else Show.ALL
    at = min(position(request.args.get("from")) or 0, LARGEST_ID - PAGE_LENGTH)
    with parts.database.read() as connection:
        found = price_list.page(connection, show, offset=at, limit=PAGE_LENGTH + 1)
        counts = price_list.counts(connection)
    document = _document()
    wording, published = _wording(document), rates_of(document)
    return render_template(
        "console/prices/index.html",
        places=by_place(seen(row, published, wording) for row in found[:PAGE_LENGTH]),
        show=show,
        counts=counts,
        newer=None if at == 0 else max(0, at - PAGE_LENGTH),
        older=at + PAGE_LENGTH if len(found) > PAGE_LENGTH else None,
        wording=wording,
        when=_moments(document),
    )


@prices.get(f"/<{ROW_ID}:rate_id>")
@operator_required
def rate(rate_id: int) -> ResponseReturnValue:
    """One rate: now, its history, and the form to override it."""
    before = typed_before()
    return _rate_page(_found(rate_id), _typed(before) if before else None)


@prices.get(f"/<{ROW_ID}:rate_id>/history.csv")
@operator_required
def history_csv(rate_id: int) -> ResponseReturnValue:
    """The history to keep or to calculate with."""
    _found(rate_id)
    with services.current().database.read() as connection:
        text = history.as_csv(price_rows.history(connection, rate_id))
    attachment = {"Content-Disposition": f'attachment; filename="price-{rate_id}-history.csv"'}
    return Response(text, content_type="text/csv; charset=utf-8", headers=attachment | {"Cache-Control": "no-store"})


@prices.post(f"/<{ROW_ID}:rate_id>/override")
@operator_required
@belongs_to(lambda: url_for("prices.rate", **(request.view_args or {})), *TYPED)
def override(rate_id: int) -> ResponseReturnValue:
    """Hide or correct it; with something wrong the form comes back as it was filled in."""
    row, document = _found(rate_id), _document()
    typed = _typed(request.form)
    currency = seen(row, rates_of(document), _wording(document)).currency
    decision, problems = correction.read(typed, currency, row.data.amount)
    if decision is None:
        return _rate_page(row, typed, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    outcome = _overriding(document).decide(rate_id, decision, request.form.get("over", ""), current_operator().email)
    if outcome is Outcome.CHANGED:
        changed = {"form": "Syncaroo's price changed since you opened this page. Look at it again, then save."}
        return _rate_page(_found(rate_id), typed, changed), HTTPStatus.CONFLICT
    if outcome is Outcome.GONE:
        flash("Syncaroo no longer has this price; nothing was changed.")
    else:
        flash("Hidden from visitors." if decision.hidden else "Your price holds now, instead of Syncaroo's.")
    return redirect(url_for(".rate", rate_id=rate_id), HTTPStatus.SEE_OTHER)


@prices.post(f"/<{ROW_ID}:rate_id>/withdraw")
@operator_required
def withdraw(rate_id: int) -> ResponseReturnValue:
    """Let the hub's price hold again."""
    was = _overriding(_document()).withdraw(rate_id, current_operator().email)
    flash("Withdrawn: Syncaroo's price counts again." if was else "Nothing was overridden; nothing was changed.")
    if was:
        session[UNDO] = undoing.packed(rate_id, was)
    return redirect(url_for(".rate", rate_id=rate_id), HTTPStatus.SEE_OTHER)


@prices.post(f"/<{ROW_ID}:rate_id>/put-back")
@operator_required
def put_back(rate_id: int) -> ResponseReturnValue:
    """Undo the withdrawal that this session made last."""
    was = undoing.unpacked(rate_id, session.pop(UNDO, None))
    happened = was is not None and _overriding(_document()).put_back(rate_id, *was, current_operator().email)
    flash("Your override is back." if happened else "That was settled already; nothing was changed.")
    return redirect(url_for(".rate", rate_id=rate_id), HTTPStatus.SEE_OTHER)


def _typed(fields: Mapping[str, str]) -> Typed:
    return Typed(*(fields.get(name, "")[:LONGEST_FIELD] for name in TYPED))


def _rate_page(row: PriceRow, typed: Typed | None = None, problems: dict[str, str] | None = None) -> str:
    parts, document = services.current(), _document()
    wording = _wording(document)
    shown = seen(row, rates_of(document), wording)
    with parts.database.read() as connection:
        changes = price_rows.history(connection, row.id)
        deeds = overrides.deeds(connection, subject(row.id))
    lines = history.lines(changes, deeds, wording)
    at = min(position(request.args.get("from")) or 0, len(lines))
    return render_template(
        "console/prices/rate.html",
        seen=shown,
        lines=lines[at : at + LINES_LENGTH],
        newer=None if at == 0 else max(0, at - LINES_LENGTH),
        older=at + LINES_LENGTH if at + LINES_LENGTH < len(lines) else None,
        chart=history.chart(changes, parts.clock(), wording),
        typed=typed or _as_decided(row),
        problems=problems or {},
        over=edition(row.data),
        most_note=correction.NOTE_CHARACTERS,
        wording=wording,
        locale=document["workspace"]["locale"],
        can_undo=row.override is None and undoing.unpacked(row.id, session.get(UNDO)) is not None,
        when=_moments(document),
    )


def _as_decided(row: PriceRow) -> Typed:
    """The form begins with what holds."""
    if row.override is None:
        return Typed()
    held = row.override.decision
    amount = "" if held.amount is None else str(held.amount)
    return Typed(correction.HIDE if held.hidden else correction.CORRECT, amount, held.note or "")


def _found(rate_id: int) -> PriceRow:
    with services.current().database.read() as connection:
        row = price_list.one(connection, rate_id)
    return row or abort(HTTPStatus.NOT_FOUND)


def _document() -> Document:
    """What visitors are served at this moment."""
    parts = services.current()
    return parts.documents.edition(parts.public.version()).document


def _wording(document: Document) -> Wording:
    return Wording(document["workspace"]["locale"])


def _overriding(document: Document) -> Overriding:
    parts = services.current()
    return Overriding(parts.database, parts.clock, _wording(document))


def _moments(document: Document) -> Moments:
    return Moments(services.current().clock(), document["workspace"]["locale"])
