"""Sending a webhook of one's own making, to see how the site takes it.

Fields of the body are given by name and replace those of an ordinary one (`metaData` is merged). Beside them:

    token     the bearer token; "" sends none that could be right; default: the connection's own, refreshed if need be
    sign      false: no hash (an explicit `hash` is sent as it is)
    without   names to leave out: ["locationId", "metaData.apiUrl"]
    raw       a text that is sent in place of the body
"""

from __future__ import annotations

from typing import Any

from widget_server.sandbox.connections import Connection
from widget_server.sandbox.errors import BadInput
from widget_server.sandbox.hub import Hub
from widget_server.sandbox.platform import Answer
from widget_server.sandbox.sender import Result
from widget_server.sandbox.webhooks import Body, data_body, encode, signed

EXAMPLE_RESOURCE = "res-401"
OPTIONS = ("token", "sign", "without", "raw")


def send_custom(hub: Hub, given: dict[str, Any]) -> Answer:
    """Send it now and tell what the site answered; raises PlatformError without an answer, BadInput unconnected."""
    connection = _connection(hub, given.get("connectionId"))
    body = _body(hub, connection, given)
    raw = given.get("raw")
    content = encode(body) if raw is None else str(raw).encode("utf-8", "surrogatepass")
    token = given.get("token")
    if token is None:
        token = hub.sender.access_token(connection)
    answer = hub.sender.send_raw(content, str(token))
    hub.outbox.record(connection, body, Result(answer.status, answer.body, 1))
    return answer


def _connection(hub: Hub, wanted: object) -> Connection:
    with hub.lock:
        connected = hub.connections.connected()
    if not connected:
        raise BadInput("Nothing is connected yet.")
    matching = [connection for connection in connected if connection.id == wanted]
    return (matching or connected)[0]


def _body(hub: Hub, connection: Connection, given: dict[str, Any]) -> Body:
    body = _example(hub, connection)
    for name, value in given.items():
        if name == "metaData" and isinstance(value, dict):
            body["metaData"] = {**body["metaData"], **value}
        elif name not in OPTIONS:
            body[name] = value
    for name in given.get("without", []):
        _leave_out(body, name)
    if given.get("sign") is False or "hash" in given:
        return body
    return signed(body, hub.config.hash_secret)


def _example(hub: Hub, connection: Connection) -> Body:
    """The rates of the guide's meeting room."""
    with hub.lock:
        locations = {resource.id: location for location, resource in hub.workspace.resources()}
        location = locations.get(EXAMPLE_RESOURCE, hub.workspace.locations[0])
        url = f"{hub.config.url}/v1/locations/{location.id}/resources/{EXAMPLE_RESOURCE}/rates"
        return data_body(
            connection.id,
            connection.site_ids.get(location.id, "1198"),
            attribute="rates",
            api_url=url,
            syncaroo_id=EXAMPLE_RESOURCE,
            resource_id=connection.site_ids.get(EXAMPLE_RESOURCE, "7843"),
            resource_type="meeting-room",
        )


def _leave_out(body: Body, name: str) -> None:
    outer, _, inner = name.partition(".")
    if inner and isinstance(body.get(outer), dict):
        body[outer].pop(inner, None)
    else:
        body.pop(name, None)
