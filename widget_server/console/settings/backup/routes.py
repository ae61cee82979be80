"""Back-ups over HTTP. Nothing is restored that wasn't shown and confirmed."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from flask import Blueprint, Response, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.backup.folder import COPIES_KEPT
from widget_server.backup.reading import AT_HAND, MEBIBYTE, UPLOADED
from widget_server.backup.service import Restored
from widget_server.backup.words import LABELS, to_enter_again
from widget_server.config import KEY_FILE
from widget_server.console.moments import Moments
from widget_server.console.settings.account.form import LONGEST_PASSWORD
from widget_server.errors import BackupRefused
from widget_server.store import activity
from widget_server.web import sessions
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required
from widget_server.web.uploads import takes_files

backup = Blueprint("backup", __name__, url_prefix="/back-up")

LARGEST_MEBIBYTES = UPLOADED.packed // MEBIBYTE
TOO_LARGE = f"A back-up of more than {LARGEST_MEBIBYTES} MB is restored on the server: flask restore FILE"
NOTHING_CHOSEN = "Choose a back-up first: no file came, or an empty one."
OVER = "That is over: it was settled already, or waited for too long. To restore a back-up, choose it again."
NOT_TICKED = "Tick the box if everything on this site is to be replaced."
PASSWORD = "password"  # noqa: S105 -- a field's name
WRONG = "Type the password that you log in with."
CHUNK_BYTES = 64 * 1024
DONE = "backup_restored"


def home() -> str:
    """The page with all forms but one."""
    return url_for("settings.backup.index")


@backup.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Download, restore, and the copies of what a restore replaced."""
    return _page()


@backup.post("/download")
@operator_required
@belongs_to(home, loses=(PASSWORD,))
def download() -> ResponseReturnValue:
    """The whole site as a file, for whoever knows the password: there is more in it than the console shows.

    Raises `TooManyLogins` after too many wrong guesses.
    """
    if not _knows_password():
        return _page(wrong_password=WRONG), 422
    found = services.current().backups.download(current_operator().email)
    headers = {
        "Content-Disposition": f'attachment; filename="{found.name}"',
        "Content-Length": str(found.size),
    }
    answer = Response(_chunks(found.source), content_type="application/gzip", headers=headers)
    answer.call_on_close(found.source.close)
    return answer


@backup.post("/upload")
@operator_required
@belongs_to(home)
@takes_files(UPLOADED.packed, TOO_LARGE, home)
def upload() -> ResponseReturnValue:
    """Try a file out; nothing is changed."""
    found = request.files.get("file")
    if found is None or not found.stream.read(1):
        return _page(NOTHING_CHOSEN), 422
    found.stream.seek(0)
    return _staged(found.stream)


@backup.post("/copies/<name>")
@operator_required
@belongs_to(home)
def choose_copy(name: str) -> ResponseReturnValue:
    """Look into the copy of what a restore replaced."""
    file = services.current().backups.folder.copy(name)
    if file is None:
        flash("That copy is gone: only the newest are kept.")
        return redirect(url_for(".index"), 303)
    with file.open("rb") as source:
        return _staged(source, from_here=True)


@backup.get("/restore/<token>")
@operator_required
def preview(token: str) -> ResponseReturnValue:
    """What is in it, beside what is here."""
    return _preview_page(token)


@backup.post("/restore/<token>")
@operator_required
@belongs_to(lambda: request.path, loses=(PASSWORD,))
def restore(token: str) -> ResponseReturnValue:
    """Carry it out. All sessions end; whoever did it goes on in a new one. The password is asked for, since keys that
    somebody else knows may come with the file. Raises `TooManyLogins` after too many wrong guesses."""
    if "sure" not in request.form:
        return _preview_page(token, NOT_TICKED)
    if not _knows_password():
        return _preview_page(token, wrong_password=WRONG)
    parts = services.current()
    try:
        done = parts.backups.restore(token, current_operator().email)
    except BackupRefused as error:
        return _page(str(error)), 422
    account = parts.operators.account()
    if done is None or account is None:
        flash(OVER)
        return redirect(url_for(".index"), 303)
    sessions.start(account, parts.clock())
    session[DONE] = _told(done)
    return redirect(url_for(".index"), 303)


@backup.post("/restore/<token>/discard")
@operator_required
@belongs_to(home)
def discard(token: str) -> ResponseReturnValue:
    """Forget what was looked into."""
    services.current().backups.folder.discard(token)
    flash("Nothing was changed.")
    return redirect(url_for(".index"), 303)


def _staged(source: IO[bytes], *, from_here: bool = False) -> ResponseReturnValue:
    try:
        token = services.current().backups.stage(source, AT_HAND if from_here else UPLOADED)
    except BackupRefused as error:
        return _page(str(error)), 422
    return redirect(url_for(".preview", token=token), 303)


def _knows_password() -> bool:
    """Whether the form has the password of whoever is logged in. Wrong ones count as failed log-ins."""
    parts, typed = services.current(), request.form.get(PASSWORD, "")
    if not typed or len(typed) > LONGEST_PASSWORD:
        return False
    parts.login_limit.begin(request.remote_addr)
    if parts.operators.check(current_operator().email, typed) is None:
        return False
    parts.login_limit.forgive(request.remote_addr)
    return True


def _page(problem: str | None = None, wrong_password: str | None = None) -> str:
    parts = services.current()
    parts.backups.folder.tidy()
    with parts.database.read() as connection:
        last = activity.newest_of(connection, "backup")
    done, when = session.pop(DONE, None), _moments()
    from_variable = "secret_key" in parts.settings.given
    return render_template(
        "console/settings/backup.html",
        problem=problem,
        wrong_password=wrong_password,
        done=done and done | {"at": when(datetime.fromisoformat(done["made_at"]))},
        last=last,
        copies=parts.backups.copies(),
        copies_kept=COPIES_KEPT,
        key_file=None if from_variable else (parts.settings.data_dir / KEY_FILE).absolute(),
        largest=LARGEST_MEBIBYTES,
        largest_bytes=UPLOADED.packed,
        too_large=TOO_LARGE,
        when=when,
    )


def _preview_page(token: str, problem: str | None = None, wrong_password: str | None = None) -> ResponseReturnValue:
    found = services.current().backups.preview(token)
    if found is None:
        flash(OVER)
        return redirect(url_for(".index"), 303)
    page = render_template(
        "console/settings/backup_preview.html",
        found=found,
        about=found.manifest.about,
        rows=[(label, getattr(found.here, name), getattr(found.theirs, name)) for name, label in LABELS.items()],
        enter_again=to_enter_again(found.sealed),
        site_url=services.current().settings.site_url,
        problem=problem,
        wrong_password=wrong_password,
        when=_moments(),
    )
    return page, 422 if problem or wrong_password else 200


def _told(done: Restored) -> dict[str, object]:
    """What the next page says, as the session keeps it."""
    return {
        "site": done.manifest.about.site,
        "made_at": done.manifest.about.made_at.isoformat(),
        "enter_again": to_enter_again(done.sealed),
        "undo": done.copy,
    }


def _chunks(source: IO[bytes]) -> Iterator[bytes]:
    with source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def _moments() -> Moments:
    parts = services.current()
    return Moments(parts.clock(), parts.site.current().locale)
