"""The page with the keys of both directions."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services, setting_kinds
from widget_server.connect import disconnect as disconnecting
from widget_server.connect.platform_keys import MOST_AT_A_TIME, NewKeys, NotMade
from widget_server.console import portal
from widget_server.console.moments import Moments
from widget_server.console.paging import ROW_ID, position
from widget_server.console.settings import fields
from widget_server.console.settings.changes import SettingsChanges
from widget_server.console.settings.keys import form
from widget_server.console.settings.keys.form import OUR_ID, PortalKeys
from widget_server.site_settings import Source
from widget_server.store import credentials
from widget_server.store.credentials import HubState
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

keys = Blueprint("keys", __name__, url_prefix="/syncaroo")
TWO_ARE_GOOD = "Two client secrets are good already. Retire the one that Syncaroo doesn't use, then make a new one."
MADE_ALREADY = (
    "That secret was made already, and a secret is shown once. If nobody copied it, make another, and retire it."
)


@keys.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Both directions' keys, secrets masked."""
    return _page(typed=typed_before().to_dict())


@keys.post("/portal-keys")
@operator_required
@belongs_to(lambda: url_for("settings.keys.index"), form.ID, loses=(form.SECRET,))
def save_portal_keys() -> ResponseReturnValue:
    """Take over what Syncaroo's portal shows."""
    parts = services.current()
    now = parts.site.current()
    typed = PortalKeys.from_fields(request.form)
    problems = typed.problems(now)
    if problems:
        return _page(typed={form.ID: typed.client_id}, problems=problems), 422
    changes = typed.changes(now)
    if changes:
        _changes().set(changes, form.told(changes))
    flash("Saved. You can connect with them below." if changes else "Nothing was changed.")
    return redirect(url_for(".index"), 303)


@keys.post("/client-id")
@operator_required
@belongs_to(lambda: url_for("settings.keys.index"), OUR_ID.name)
def save_client_id() -> ResponseReturnValue:
    """Our own client id: the operator's choice."""
    texts = fields.typed((OUR_ID,), request.form, services.current().site.current())
    problems = fields.problems((OUR_ID,), texts)
    if problems:
        return _page(typed=texts, problems=problems), 422
    saved = _changes().save((OUR_ID,), texts)
    flash("Saved. Enter it at Syncaroo, too." if saved else "Nothing was changed.")
    return redirect(url_for(".index"), 303)


@keys.post("/secret")
@operator_required
def make_secret() -> ResponseReturnValue:
    """A new client secret: in this answer, and never again. So it is no redirect; sent once more, it makes none."""
    made = services.current().platform_keys.make(current_operator().email, position(request.form.get("after")))
    if isinstance(made, NotMade):
        flash(TWO_ARE_GOOD if made is NotMade.TOO_MANY else MADE_ALREADY)
        return redirect(url_for(".index"), 303)
    return _page(made=made)


@keys.post(f"/secret/<{ROW_ID}:secret_id>/retire")
@operator_required
def retire_secret(secret_id: int) -> ResponseReturnValue:
    """Of two secrets, one is good no more."""
    retired = services.current().platform_keys.retire(current_operator().email, secret_id)
    flash("Retired: it is good no more." if retired else "That was settled already; nothing was changed.")
    return redirect(url_for(".index"), 303)


@keys.post("/disconnect")
@operator_required
def disconnect() -> ResponseReturnValue:
    """The end of both directions. The page asked already."""
    parts = services.current()
    disconnecting.disconnect(parts.database, parts.clock, current_operator().email)
    flash("Disconnected. Remove this site's integration at Syncaroo, too: until then it keeps trying.")
    return redirect(url_for(".index"), 303)


@keys.get("/moving")
@operator_required
def moving() -> ResponseReturnValue:
    """What to change where when the site gets another address."""
    now = services.current().site.current()
    to = request.args.get("to", "").strip()
    new_url, problems = _new_address(to)
    entries = portal.entries(replace(now, site_url=new_url)) if new_url else []
    page = render_template(
        "console/settings/moving.html",
        site_url=now.site_url, to=to, new_url=new_url, problems=problems, entries=entries,
    )  # fmt: skip
    return page, 422 if problems else 200


def _new_address(text: str) -> tuple[str | None, dict[str, str]]:
    """The origin in `text`, a bare host name's with https, or what would do."""
    meant = text if "://" in text else f"https://{text}"
    try:
        return (str(setting_kinds.origin.parse(meant)) if text else None), {}
    except ValueError as error:
        return None, {"to": f"{str(error)[0].upper()}{str(error)[1:]}."}


def _changes() -> SettingsChanges:
    parts = services.current()
    return SettingsChanges(parts.database, parts.site, parts.clock, current_operator().email)


def _page(
    typed: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None, made: NewKeys | None = None
) -> str:
    parts = services.current()
    now = parts.site.current()
    sources = parts.site.sources()
    names = (form.ID, form.SECRET, OUR_ID.name)
    secrets = parts.platform_keys.made()
    with parts.database.read() as connection:
        state = credentials.read(connection).state
    return render_template(
        "console/settings/keys.html",
        typed={form.ID: now.syncaroo_client_id or "", OUR_ID.name: now.platform_client_id or ""} | dict(typed or {}),
        problems=problems or {},
        made=made,
        our_id=OUR_ID,
        secrets=secrets,
        newest=parts.platform_keys.newest(),
        can_make=len(secrets) < MOST_AT_A_TIME,
        from_environment=now.platform_client_secret is not None,
        can_connect=parts.hub_connect.is_set_up,
        is_connected=state is HubState.CONNECTED,
        has_secret=now.syncaroo_client_secret is not None,
        by_variable={name for name in names if sources[name] is Source.ENVIRONMENT},
        entries=portal.entries(now),
        syncaroo_url=now.syncaroo_app_url,
        when=Moments(parts.clock(), now.locale),
    )
