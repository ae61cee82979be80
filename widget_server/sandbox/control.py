"""Working the hub by JSON, for tests and the demo: everything under /sandbox/."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from widget_server.sandbox import changes
from widget_server.sandbox.announce import announce_all
from widget_server.sandbox.connect import ConnectFailed, rematch
from widget_server.sandbox.connections import Connection
from widget_server.sandbox.custom import send_custom
from widget_server.sandbox.errors import BadInput, SandboxError
from widget_server.sandbox.hub import the_hub
from widget_server.sandbox.platform import PlatformError
from widget_server.sandbox.workspace import read_amount

blueprint = Blueprint("control", __name__, url_prefix="/sandbox")


@blueprint.errorhandler(SandboxError)
def refused(error: SandboxError) -> tuple[Response, int]:
    """Errors as JSON."""
    return jsonify(error=str(error)), error.status


@blueprint.errorhandler(ConnectFailed)
@blueprint.errorhandler(PlatformError)
def site_failed(error: Exception) -> tuple[Response, int]:
    """The site couldn't be reached or didn't answer as the guide says."""
    return jsonify(error=str(error)), 502


@blueprint.get("/state")
def state() -> Response:
    """Everything that the hub knows, but for secrets."""
    hub = the_hub()
    with hub.lock:
        return jsonify(
            connections=[_connection_json(connection) for connection in hub.connections.all()],
            workspace=hub.workspace.as_json(),
            failures=hub.failures.as_json(),
            deliveries=hub.outbox.log(),
            waiting=hub.outbox.waiting(),
            tokenCalls=hub.token_calls,
            apiCalls=hub.api_calls,
            apiRequests=list(hub.api_requests),
        )


@blueprint.get("/counts")
def counts() -> Response:
    """What `/state` counts, without what it lists: answers at once, however large the workspace is."""
    hub = the_hub()
    with hub.lock:
        sent, refused = hub.outbox.sent, hub.outbox.refused
        return jsonify(waiting=hub.outbox.waiting(), sent=sent, refused=refused, apiCalls=hub.api_calls)


@blueprint.post("/rates")
def set_amounts() -> Response:
    """`{"amounts": [["rate-5001", "52.50"], …]}`: change many prices, in this order."""
    given = _given().get("amounts")
    if not isinstance(given, list) or not all(isinstance(each, list) and len(each) == 2 for each in given):
        raise BadInput("amounts must be a list of pairs: a rate's id and its amount.")
    changes.set_amounts(the_hub(), [(str(rate_id), read_amount(amount)) for rate_id, amount in given])
    return jsonify(changed=len(given))


@blueprint.post("/rates/<rate_id>")
def set_rate(rate_id: str) -> Response:
    """`{"amount": "52.50"}` (null: on application) and, or, `{"item": {raw fields}}`."""
    given = _given()
    if "amount" not in given and "item" not in given:
        raise BadInput("Say the amount, the item, or both.")
    amount = read_amount(given["amount"]) if "amount" in given else changes.UNSET
    rate = changes.set_rate(the_hub(), rate_id, amount, _item(given))
    return jsonify(rateId=rate_id, **rate)


@blueprint.delete("/rates/<rate_id>")
def remove_rate(rate_id: str) -> Response:
    """Take a rate away."""
    changes.remove_rate(the_hub(), rate_id)
    return jsonify(rateId=rate_id, removed=True)


@blueprint.post("/resources/<resource_id>/rates")
def add_rate(resource_id: str) -> Response:
    """`{"amount": "9", "item": {"name": "Hourly", "unit": "hour", "currency": "GBP"}}`: a new rate."""
    given = _given()
    rate = changes.add_rate(the_hub(), resource_id, _item(given), read_amount(given.get("amount")))
    return jsonify(rateId=rate["id"], **rate)


@blueprint.post("/locations/<location_id>/status")
def set_open_status(location_id: str) -> Response:
    """`{"status": "open"}` or closed."""
    status = _given().get("status")
    changes.set_open_status(the_hub(), location_id, status)
    return jsonify(locationId=location_id, status=status)


@blueprint.post("/locations/<location_id>")
def edit_location(location_id: str) -> Response:
    """`{"item": {raw fields}}`: change a location."""
    changes.edit_location(the_hub(), location_id, _item(_given()))
    return jsonify(locationId=location_id)


@blueprint.post("/resources")
def add_resource() -> Response:
    """`{"locationId", "name", "type"}`: a resource that the site doesn't know yet."""
    given = _given()
    resource = changes.add_resource(
        the_hub(), str(given.get("locationId")), str(given.get("name", "")), str(given.get("type"))
    )
    return jsonify(resourceId=resource.id, item=resource.item)


@blueprint.post("/resources/<resource_id>")
def edit_resource(resource_id: str) -> Response:
    """`{"item": {raw fields}}`: change a resource."""
    changes.edit_resource(the_hub(), resource_id, _item(_given()))
    return jsonify(resourceId=resource_id)


@blueprint.delete("/resources/<resource_id>")
def remove_resource(resource_id: str) -> Response:
    """Take a resource away."""
    changes.remove_resource(the_hub(), resource_id)
    return jsonify(resourceId=resource_id, removed=True)


@blueprint.post("/resources/<resource_id>/unmap")
def unmap(resource_id: str) -> Response:
    """Stop syncing a resource."""
    return jsonify(resourceId=resource_id, told=changes.unmap(the_hub(), resource_id))


@blueprint.post("/resources/<resource_id>/map")
def map_again(resource_id: str) -> Response:
    """Sync a resource again that was unmapped."""
    return jsonify(resourceId=resource_id, told=changes.map_again(the_hub(), resource_id))


@blueprint.post("/failures")
def set_failures() -> Response:
    """Switch failures on and off; answers all of them."""
    hub = the_hub()
    hub.failures.set(_given())
    hub.outbox.failures_changed()
    return jsonify(hub.failures.as_json())


@blueprint.post("/webhooks")
def send_webhook() -> Response:
    """Send a made-up webhook now; see `custom`."""
    answer = send_custom(the_hub(), _given())
    return jsonify(status=answer.status, body=answer.body)


@blueprint.post("/initial-set")
def initial_set() -> Response:
    """Send the initial set again, for every connection."""
    hub = the_hub()
    with hub.lock:
        connected = hub.connections.connected()
        for connection in connected:
            announce_all(hub, connection)
    return jsonify(connections=[connection.id for connection in connected])


@blueprint.post("/rematch")
def match_again() -> Response:
    """Ask the site for its listings again, for every connection; tells how many items were newly matched."""
    hub = the_hub()
    return jsonify(matched=sum(rematch(hub, connection) for connection in hub.connections.connected()))


@blueprint.post("/expire-token")
def expire_token() -> Response:
    """The access tokens given to the site expire now."""
    the_hub().tokens.expire_access_tokens()
    return jsonify(expired=True)


@blueprint.post("/revoke")
def revoke() -> Response:
    """The site's refresh token is refused from now on."""
    the_hub().tokens.revoke_refresh_tokens()
    return jsonify(revoked=True)


def _given() -> dict[str, Any]:
    given = request.get_json(force=True, silent=True)
    if not isinstance(given, dict):
        raise BadInput("The body must be a JSON object.")
    return given


def _item(given: dict[str, Any]) -> dict[str, Any]:
    item = given.get("item", {})
    if not isinstance(item, dict) or "ID" in item:
        raise BadInput("item must be an object of raw fields, without the ID.")
    return item


def _connection_json(connection: Connection) -> dict[str, object]:
    return {
        "connectionId": connection.id,
        "connected": connection.connected,
        "siteIds": dict(connection.site_ids),
        "unmapped": dict(connection.unmapped),
        "problem": connection.problem,
    }
