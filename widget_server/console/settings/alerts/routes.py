"""The page on which the operator says whom alerts reach, and tries it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from widget_server import services
from widget_server.alerts import trial
from widget_server.alerts.channels import SHOWN
from widget_server.alerts.messages import Trial
from widget_server.alerts.trial import Outcome
from widget_server.alerts.troubles import TITLES
from widget_server.config import Settings
from widget_server.console.moments import Moments
from widget_server.console.settings import fields
from widget_server.console.settings.alerts import chat_form, mail_form
from widget_server.console.settings.alerts.chat_form import ChatForm
from widget_server.console.settings.alerts.mail_form import MailForm
from widget_server.console.settings.changes import SettingsChanges
from widget_server.console.settings.fields import Field
from widget_server.store import activity, incident_history
from widget_server.web.late_form import belongs_to
from widget_server.web.login_guard import current_operator, operator_required, typed_before

alerts = Blueprint("alerts", __name__, url_prefix="/alerts")
REMEMBERED, MOST_PAST = timedelta(days=30), 20
STALE = (fields.STALE_AFTER,)
NAMES = (mail_form.URL, mail_form.TO, chat_form.URL, fields.STALE_AFTER.name)


@alerts.get("/")
@operator_required
def index() -> ResponseReturnValue:
    """Who is told, by what, and when."""
    return _page(typed_before().to_dict())


@alerts.post("/email")
@operator_required
@belongs_to(lambda: url_for("settings.alerts.index"), *MailForm().values, loses=(mail_form.PASSWORD,))
def save_email() -> ResponseReturnValue:
    """Mail server and recipient."""
    now, typed = services.current().site.current(), MailForm.from_fields(request.form)
    problems = typed.problems(now)
    if problems:
        return _page(typed.values, problems), 422
    changes = typed.changes(now)
    if changes:
        _changes().set(changes, typed.told(changes))
    return _saved(changes)


@alerts.post("/chat")
@operator_required
@belongs_to(lambda: url_for("settings.alerts.index"))
def save_chat() -> ResponseReturnValue:
    """The chat tool's address."""
    now, typed = services.current().site.current(), ChatForm.from_fields(request.form)
    problems = typed.problems(now)
    if problems:  # what was typed is a secret, so it doesn't come back
        return _page(problems=problems), 422
    changes = typed.changes(now)
    if changes:
        _changes().set(changes, typed.told)
    return _saved(changes)


@alerts.post("/when")
@operator_required
@belongs_to(lambda: url_for("settings.alerts.index"), fields.STALE_AFTER.name)
def save_when() -> ResponseReturnValue:
    """After how many hours prices count as old."""
    parts = services.current()
    texts = fields.typed(STALE, request.form, parts.site.current())
    problems = fields.problems(STALE, texts)
    if problems:
        return _page(texts, problems), 422
    flash("Saved." if _changes().save(STALE, texts) else "Nothing was changed.")
    return redirect(url_for(".index"), 303)


@alerts.post("/email/off")
@operator_required
def stop_email() -> ResponseReturnValue:
    """No more e-mails; server and password are forgotten."""
    now = services.current().site.current()
    held = {name: "" for name in (mail_form.URL, mail_form.TO) if getattr(now, name)}
    return _stopped(held, "Ended alerts by e-mail.", "Alerts by e-mail are off. Server and password are forgotten.")


@alerts.post("/chat/off")
@operator_required
def stop_chat() -> ResponseReturnValue:
    """No more messages to the chat tool; its address is forgotten."""
    held = {chat_form.URL: ""} if services.current().site.current().alert_url else {}
    return _stopped(
        held, "Ended alerts to the chat tool.", "Alerts to the chat tool are off. Its address is forgotten."
    )


@alerts.post("/test")
@operator_required
def test() -> ResponseReturnValue:
    """Really send a message to everybody whom an alert would reach, and say what came of it."""
    parts = services.current()
    now, at = parts.site.current(), parts.clock()
    outcomes = trial.send(parts.alert_channels(now), Trial(now.workspace_name, now.site_url, at), at)
    if not outcomes:
        flash("There is nobody to send it to yet.")
        return redirect(url_for(".index"), 303)
    with parts.database.write() as connection:
        activity.record(connection, at, current_operator().email, "alert_test", detail=_told(outcomes))
    return _page(outcomes=outcomes)


def _told(outcomes: Sequence[Outcome]) -> str:
    parts = [f"{SHOWN[each.channel]}: {each.problem or 'delivered.'}" for each in outcomes]
    return f"Sent a test of the alerts. {' '.join(parts)}"


def _saved(changes: Mapping[str, str]) -> ResponseReturnValue:
    flash("Saved. Send a test to see whether it arrives." if changes else "Nothing was changed.")
    return redirect(url_for(".index"), 303)


def _stopped(held: Mapping[str, str], told: str, sentence: str) -> ResponseReturnValue:
    if held:
        _changes().set(held, told)
    flash(sentence if held else "That was settled already; nothing was changed.")
    return redirect(url_for(".index"), 303)


def _changes() -> SettingsChanges:
    parts = services.current()
    return SettingsChanges(parts.database, parts.site, parts.clock, current_operator().email)


class Way(NamedTuple):
    """A channel as the page shows it: where it leads, whether it is on, and what came of a test of it."""

    name: str
    label: str
    where: str | None
    outcome: Outcome | None


def _ways(now: Settings, outcomes: Sequence[Outcome]) -> list[Way]:
    used = services.current().alert_channels(now)
    held = MailForm.held(now)
    where = {"email": f"{held.to}, through {held.host}", "webhook": chat_form.host_of(now)}
    came = {each.channel: each for each in outcomes}
    return [Way(name, label, where[name] if name in used else None, came.get(name)) for name, label in SHOWN.items()]


def _suggestion(held: MailForm) -> dict[str, str]:
    """What stands below a recipient that nobody has saved yet: the field isn't empty."""
    return {} if held.to else {mail_form.TO: "Your own address, as a suggestion: not saved yet."}


def _page(
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    outcomes: Sequence[Outcome] = (),
) -> str:
    parts = services.current()
    now, at = parts.site.current(), parts.clock()
    sources = parts.site.sources()
    with parts.database.read() as connection:
        needs_you = incident_history.open_now(connection)
        past = incident_history.past(connection, at - REMEMBERED, MOST_PAST)
    held = MailForm.held(now)
    suggested = {mail_form.TO: held.to or current_operator().email}
    return render_template(
        "console/settings/alerts.html",
        ways=_ways(now, outcomes),
        needs_you=needs_you,
        past=past,
        titles={str(trouble): title for trouble, title in TITLES.items()},
        when=Moments(at, now.locale),
        mail=mail_form,
        values=held.values | suggested | {fields.STALE_AFTER.name: str(now.stale_after_hours)} | dict(typed or {}),
        problems=problems or {},
        is_mail_on=bool(now.smtp_url),
        has_password=mail_form.has_password(now),
        chat_host=chat_form.host_of(now),
        stale_after=fields.STALE_AFTER,
        origins={name: fields.origin_of(Field(name, ""), sources[name], now) for name in NAMES} | _suggestion(held),
    )
