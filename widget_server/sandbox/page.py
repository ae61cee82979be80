"""The hub's own web page: add the integration, change things, switch failures on, see what was sent."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from widget_server.sandbox import changes, connect
from widget_server.sandbox.announce import announce_all
from widget_server.sandbox.errors import SandboxError
from widget_server.sandbox.failures import DEFAULTS
from widget_server.sandbox.hub import Hub, the_hub
from widget_server.sandbox.wording import FAILURE_WORDS, outcome
from widget_server.sandbox.workspace import RESOURCE_TYPES, Location, read_amount

blueprint = Blueprint("page", __name__)


@dataclass(frozen=True)
class DeliveryLine:
    """A line of the delivery log."""

    time: str
    connection: int
    about: str
    outcome: str
    failed: bool
    tries: int


@blueprint.get("/")
def index() -> str:
    """Everything on one page."""
    hub = the_hub()
    with hub.lock:
        return render_template(
            "sandbox/index.html",
            notice=dict(hub.notices).get(request.args.get("notice", "")),
            connections=hub.connections.all(),
            locations=hub.workspace.locations,
            state_of={id_: _state_of(hub, id_) for id_ in _ids(hub.workspace.locations)},
            types=RESOURCE_TYPES,
            failures=[(name, FAILURE_WORDS[name], value) for name, value in hub.failures.as_json().items()],
            deliveries=[_line(entry) for entry in reversed(hub.outbox.log()[-50:])],
            waiting=hub.outbox.waiting(),
            site=hub.config.platform_url,
        )


@blueprint.post("/integrations")
def add_integration() -> Response:
    """Off to the site's consent page; `connectionId` connects one again that was lost."""
    return redirect(connect.begin(the_hub(), request.form.get("connectionId")), 302)


@blueprint.get("/connection")
def come_back() -> str | tuple[str, int]:
    """Where the site sends the operator after Approve or Cancel."""
    hub, connection_id = the_hub(), request.args.get("connectionId", "")
    try:
        if "error" in request.args:
            connect.cancel(hub, connection_id)
            return _message("Not connected", "You didn't approve the connection. Nothing was changed.")
        finished = connect.finish(hub, connection_id, request.args.get("code", ""))
    except connect.ConnectFailed as error:
        return _message("The connection wasn't made", str(error)), 400
    return render_template("sandbox/connected.html", finished=finished)


@blueprint.post("/change/price")
def change_price() -> Response:
    """A new price for a rate; an empty field means on application."""
    text = request.form.get("amount", "").strip()
    rate = changes.set_rate(the_hub(), request.form.get("rateId", ""), read_amount(text or None))
    return _back(
        f"{rate['item'].get('name', 'The rate')} now costs {rate['amount'] or 'what is asked on application'}."
    )


@blueprint.post("/change/location")
def change_location() -> Response:
    """Open or close."""
    status = request.form.get("status")
    changes.set_open_status(the_hub(), request.form.get("locationId", ""), status)
    return _back(f"The location is {status} now.")


@blueprint.post("/change/resource")
def add_resource() -> Response:
    """A resource that the site doesn't know yet."""
    form = request.form
    resource = changes.add_resource(the_hub(), form.get("locationId", ""), form.get("name", ""), form.get("type", ""))
    return _back(f"{resource.name} was added as {resource.id}; the site hears of a new resource.")


@blueprint.post("/change/unmap")
def unmap() -> Response:
    """Stop syncing a resource."""
    told = changes.unmap(the_hub(), request.form.get("resourceId", ""))
    return _back("Unmapped: the site hides it." if told else "It wasn't mapped.")


@blueprint.post("/change/map")
def map_again() -> Response:
    """Sync it again."""
    told = changes.map_again(the_hub(), request.form.get("resourceId", ""))
    return _back("Mapped again." if told else "There was nothing to map.")


@blueprint.post("/change/rematch")
def rematch() -> Response:
    """Ask the site for its listings again."""
    hub = the_hub()
    found = sum(connect.rematch(hub, connection) for connection in hub.connections.connected())
    return _back(f"{found} more matched.")


@blueprint.post("/change/initial-set")
def initial_set() -> Response:
    """Send everything again."""
    hub = the_hub()
    with hub.lock:
        for connection in hub.connections.connected():
            announce_all(hub, connection)
    return _back("Everything is being sent again.")


@blueprint.post("/change/failure")
def switch_failure() -> Response:
    """On, with the form's value and number of times if it has them, or off."""
    hub, name = the_hub(), request.form.get("name", "")
    on = request.form.get("switch") == "on"
    hub.failures.set({name: _wanted(name) if on else False})
    hub.outbox.failures_changed()
    return _back(f"“{FAILURE_WORDS[name]}” is {'on' if on else 'off'}.")


@blueprint.errorhandler(SandboxError)
@blueprint.errorhandler(connect.ConnectFailed)
def say(error: Exception) -> Response:
    """A mistake is a sentence on the page."""
    return _back(str(error))


def _wanted(name: str) -> dict[str, object]:
    wanted: dict[str, object] = {}
    value, times = request.form.get("value", "").strip(), request.form.get("times", "").strip()
    if value:
        wanted["value"] = value if isinstance(DEFAULTS.get(name), str) else float(read_amount(value) or 0)
    if times:
        wanted["times"] = int(read_amount(times) or 0)
    return wanted


def _back(text: str) -> Response:
    """To the page with a message. Kept here and not in a cookie: cookies ignore ports, so it would reach the site."""
    key = secrets.token_urlsafe(8)
    the_hub().notices.append((key, text))
    return redirect(url_for("page.index", notice=key), 303)


def _message(title: str, text: str) -> str:
    return render_template("sandbox/message.html", title=title, text=text)


def _ids(locations: list[Location]) -> Iterator[str]:
    for location in locations:
        yield location.id
        yield from (resource.id for resource in location.resources)


def _state_of(hub: Hub, hub_id: str) -> str:
    for connection in hub.connections.connected():
        if hub_id in connection.site_ids:
            return f"synced as {connection.site_ids[hub_id]}"
        if hub_id in connection.unmapped:
            return "unmapped"
    return "not synced"


def _line(entry: dict[str, object]) -> DeliveryLine:
    body, status, tries = entry["body"], entry["status"], entry["tries"]
    assert isinstance(body, dict)
    assert isinstance(tries, int)
    assert isinstance(entry["connectionId"], int)
    meta = body.get("metaData")
    meta = meta if isinstance(meta, dict) else {}
    what = [meta.get("attributeType", body.get("webhookType")), body.get("action"), meta.get("syncOpenStatus")]
    about = " ".join(str(word) for word in what if word)
    where = meta.get("resourceId") or meta.get("syncarooId") or body.get("locationId")
    failed = not isinstance(status, int) or status >= 400
    words = outcome(status if isinstance(status, int) else None, str(entry["answer"]))
    return DeliveryLine(str(entry["time"]), entry["connectionId"], f"{about} of {where}", words, failed, tries)
