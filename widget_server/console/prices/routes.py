"""Prices: the list, a page for each price, and what the operator decides there."""

from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.console.moments import Moments
from widget_server.console.paging import ROW_ID, position
from widget_server.console.prices import correction, history, undoing
from widget_server.console.prices.choosing import PAGE_LENGTH, SHOWN, Choice
from widget_server.console.prices.correction import Typed
from widget_server.console.prices.deciding import Outcome, Overriding, edition, subject
from widget_server.console.prices.seen import rates_of, seen
from widget_server.console.prices.wording import Wording
from widget_server.store import listing_names, price_history, price_list
from widget_server.store.engine import Database
from widget_server.store.price_list import PriceRow
from widget_server.store.words import LONGEST_SEARCH
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

prices = Blueprint("prices", __name__, url_prefix="/console/prices")
UNDO = "prices_undo"
LINES_LENGTH = 50
CSV_LINES = 1_000
"""Of a history that are in memory together."""
TYPED = ("act", "amount", "note")
LONGEST_FIELD = 1_000
"""Characters of a form's field that are looked at."""


@prices.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Rates as visitors see them beside what the hub says: those that were asked for, a page at a time."""
    parts = services.current()
    choice = Choice.from_query(request.args)
    with parts.database.read() as connection:
        found = price_list.page(connection, choice.wanted, offset=choice.at, limit=PAGE_LENGTH)
        places = listing_names.location_choices(connection, choice.wanted.location_id)
    published = _published([row.id for row in found.rows])
    wording = _wording()
    return render_template(
        "console/prices/index.html",
        rates=[seen(row, published, wording) for row in found.rows],
        choice=choice,
        shown=SHOWN,
        counts=found.counts,
        total=found.counts[choice.wanted.show],
        places=places,
        page_length=PAGE_LENGTH,
        longest=LONGEST_SEARCH,
        wording=wording,
        when=_moments(),
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
    database = services.current().database
    attachment = {"Content-Disposition": f'attachment; filename="price-{rate_id}-history.csv"'}
    headers = attachment | {"Cache-Control": "no-store"}
    return Response(_csv_pieces(database, rate_id), content_type="text/csv; charset=utf-8", headers=headers)


def _csv_pieces(database: Database, rate_id: int) -> Iterator[str]:
    """No transaction is open while a slow reader takes its time; what is written down never changes."""
    last, is_first = 0, True
    while True:
        with database.read() as connection:
            changes, last = price_history.after(connection, rate_id, last, CSV_LINES)
        if changes or is_first:
            yield history.as_csv(changes, with_head=is_first)
        is_first = False
        if len(changes) < CSV_LINES:
            return


@prices.post(f"/<{ROW_ID}:rate_id>/override")
@operator_required
@belongs_to(lambda: url_for("prices.rate", **(request.view_args or {})), *TYPED)
def override(rate_id: int) -> ResponseReturnValue:
    """Hide or correct it; with something wrong the form comes back as it was filled in."""
    row, typed = _found(rate_id), _typed(request.form)
    currency = seen(row, _published([rate_id]), _wording()).currency
    decision, problems = correction.read(typed, currency, row.data.amount)
    if decision is None:
        return _rate_page(row, typed, problems), HTTPStatus.UNPROCESSABLE_ENTITY
    outcome = _overriding().decide(rate_id, decision, request.form.get("over", ""), current_operator().email)
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
    was = _overriding().withdraw(rate_id, current_operator().email)
    flash("Withdrawn: Syncaroo's price counts again." if was else "Nothing was overridden; nothing was changed.")
    if was:
        session[UNDO] = undoing.packed(rate_id, was)
    return redirect(url_for(".rate", rate_id=rate_id), HTTPStatus.SEE_OTHER)


@prices.post(f"/<{ROW_ID}:rate_id>/put-back")
@operator_required
def put_back(rate_id: int) -> ResponseReturnValue:
    """Undo the withdrawal that this session made last."""
    was = undoing.unpacked(rate_id, session.pop(UNDO, None))
    happened = was is not None and _overriding().put_back(rate_id, *was, current_operator().email)
    flash("Your override is back." if happened else "That was settled already; nothing was changed.")
    return redirect(url_for(".rate", rate_id=rate_id), HTTPStatus.SEE_OTHER)


def _typed(fields: Mapping[str, str]) -> Typed:
    return Typed(*(fields.get(name, "")[:LONGEST_FIELD] for name in TYPED))


def _rate_page(row: PriceRow, typed: Typed | None = None, problems: dict[str, str] | None = None) -> str:
    parts, wording, at = services.current(), _wording(), position(request.args.get("from")) or 0
    with parts.database.read() as connection:
        total = price_history.count(connection, row.id, subject(row.id))
        at = min(at, total)
        most = max(at + LINES_LENGTH, history.MOST_POINTS)
        changes = price_history.newest(connection, row.id, most)
        deeds = price_history.newest_deeds(connection, subject(row.id), at + LINES_LENGTH)
    return render_template(
        "console/prices/rate.html",
        seen=seen(row, _published([row.id]), wording),
        lines=history.lines(changes, deeds, wording, slice(at, at + LINES_LENGTH)),
        newer=None if at == 0 else max(0, at - LINES_LENGTH),
        older=at + LINES_LENGTH if at + LINES_LENGTH < total else None,
        chart=history.chart(changes, parts.clock(), wording),
        typed=typed or _as_decided(row),
        problems=problems or {},
        over=edition(row.data),
        most_note=correction.NOTE_CHARACTERS,
        wording=wording,
        locale=parts.site.current().locale,
        can_undo=row.override is None and undoing.unpacked(row.id, session.get(UNDO)) is not None,
        when=_moments(),
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


def _published(rate_ids: Sequence[int]) -> dict[str, dict[str, Any]]:
    """Of these rates what visitors are served at this moment, by identifier; the only place that asks for it."""
    parts = services.current()
    return rates_of(parts.documents.edition(parts.public.version()).document, rate_ids)


def _wording() -> Wording:
    return Wording(services.current().site.current().locale)


def _overriding() -> Overriding:
    parts = services.current()
    return Overriding(parts.database, parts.clock, _wording())


def _moments() -> Moments:
    parts = services.current()
    return Moments(parts.clock(), parts.site.current().locale)
