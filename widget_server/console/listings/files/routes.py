"""Files with listings: in, with a preview of what would change, and out."""

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from widget_server import services
from widget_server.console.listings.sealed import Seal
from widget_server.errors import ListingsInvalid, StoreUnavailable
from widget_server.listings.export import as_csv, as_json
from widget_server.listings.plan import Plan
from widget_server.store import listings as rows
from widget_server.web import error_pages
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, signed_in_operator

files = Blueprint("files", __name__)
MAX_UPLOAD_BYTES = 180_000
"""A file goes back and forth in a form, where it takes a third more: forms end at 256 KiB."""
TOO_LARGE = f"The file is larger than {MAX_UPLOAD_BYTES // 1000} kB. Split it, or import it by the command below."
LONGEST_PREVIEW = 200
"""Changes that a preview tells one by one."""


@files.get("/import")
@operator_required
def choose_file() -> ResponseReturnValue:
    """Where a file is chosen."""
    return _import_page([])


@files.post("/import")
@operator_required
@belongs_to(lambda: url_for("listings.files.choose_file"))
def preview() -> ResponseReturnValue:
    """What the file would change, or all that is wrong with it. Nothing is changed yet."""
    upload = request.files.get("file")
    body = upload.read(MAX_UPLOAD_BYTES + 1) if upload else b""
    if not body:
        return _import_page(["Choose a CSV or JSON file first; this one is empty or missing."]), 422
    if len(body) > MAX_UPLOAD_BYTES:
        return _import_page([TOO_LARGE]), 413
    return _preview_page(body)


@files.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    """A file that no form takes. It wasn't read, nor was its form's token: nothing is done but to show this page."""
    try:
        if signed_in_operator() is None:
            return redirect(url_for("operator.login", next=url_for("listings.files.choose_file")), 303)
    except StoreUnavailable as error:
        return error_pages.unavailable(error)
    return _import_page([TOO_LARGE]), 413


@files.post("/import/confirm")
@operator_required
@belongs_to(lambda: url_for("listings.files.choose_file"))
def confirm() -> ResponseReturnValue:
    """Carry out what the preview told; when it would be something else by now, show the preview again."""
    found = _seal().open(request.form.get("sealed", ""))
    if found is None:
        abort(400)
    text, fingerprint = found
    try:
        done = services.current().listings.run_previewed(text.encode(), fingerprint, current_operator().email)
    except ListingsInvalid as error:
        return _import_page(error.problems), 422
    if done is None:
        flash("Listings have changed since you looked. Look once more: this is what the file would change now.")
        return _preview_page(text.encode())
    flash(f"Imported: {done.created} new, {done.updated} changed, {done.unchanged} unchanged.")
    return redirect(url_for("listings.index"), 303)


@files.get("/export")
@operator_required
def export() -> ResponseReturnValue:
    """All listings as a file that the import takes back."""
    with services.current().database.read() as connection:
        found = rows.all_locations(connection) + rows.all_resources(connection)
    if request.args.get("format") == "json":
        return _download(as_json(found), "application/json", "listings.json")
    return _download(as_csv(found), "text/csv; charset=utf-8", "listings.csv")


def _import_page(problems: list[str]) -> str:
    return render_template("console/listings/import.html", problems=problems, largest=MAX_UPLOAD_BYTES // 1000)


def _preview_page(body: bytes) -> ResponseReturnValue:
    try:
        plan: Plan = services.current().listings.preview(body)
    except ListingsInvalid as error:
        return _import_page(error.problems), 422
    return render_template(
        "console/listings/preview.html",
        plan=plan,
        told=plan.differing[:LONGEST_PREVIEW],
        untold=max(0, len(plan.differing) - LONGEST_PREVIEW),
        sealed=_seal().close(body.decode(), plan.fingerprint),
    )


def _download(body: bytes, kind: str, name: str) -> Response:
    return Response(body, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _seal() -> Seal:
    return Seal(services.current().settings.secret_key)
