"""Adding the integration and finishing the connection (PROTOCOL §1, the hub's part)."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from widget_server.sandbox.announce import announce_all
from widget_server.sandbox.answers import AnswerRefused, SiteLocation
from widget_server.sandbox.connections import Connection
from widget_server.sandbox.errors import NotKnown
from widget_server.sandbox.hub import Hub
from widget_server.sandbox.platform import PlatformError


class ConnectFailed(Exception):
    """The connection wasn't made; the text is for the person who tried."""


@dataclass(frozen=True)
class Match:
    """A line of the result page: a listing of the site and the hub item that it was matched with, if any."""

    listing: str
    status: str
    hub_id: str | None


@dataclass(frozen=True)
class Finished:
    """A connection that was just made, and what was matched."""

    connection: Connection
    matches: list[Match]


def begin(hub: Hub, again: str | None = None) -> str:
    """The site's authorize address for a new connection, or for one that is to be connected again."""
    with hub.lock:
        connection = hub.connections.get(again) if again else hub.connections.begin()
        connection.awaiting = True
    query = {
        "connectionId": str(connection.id),
        "clientId": hub.config.platform_client_id,
        "redirectUri": f"{hub.config.url}/connection",
        "response_type": "code",
    }
    return f"{hub.config.platform_url}/api/oauth/authorize?{urlencode(query)}"


def cancel(hub: Hub, connection_id: str) -> Connection:
    """The operator refused: the connection no longer waits. Raises ConnectFailed for a connection nobody began."""
    connection = _awaiting(hub, connection_id)
    connection.awaiting = False
    return connection


def finish(hub: Hub, connection_id: str, code: str) -> Finished:
    """Exchange the code, check the connection, match, and queue the initial set. Raises ConnectFailed."""
    connection = _awaiting(hub, connection_id)
    try:
        tokens = hub.platform.exchange(code)
        listings = hub.platform.check_connection(connection.id, tokens.access)
    except (PlatformError, AnswerRefused) as error:
        connection.problem = str(error)
        raise ConnectFailed(str(error)) from error
    with hub.lock:
        connection.awaiting = False
        connection.tokens = tokens
        connection.problem = ""
        connection.match(hub.workspace, listings)
        announce_all(hub, connection)
        return Finished(connection, _matches(connection, listings))


def rematch(hub: Hub, connection: Connection) -> int:
    """Ask the site for its listings again and announce what is matched now and wasn't before; returns how many.

    Raises ConnectFailed.
    """
    try:
        listings = hub.platform.check_connection(connection.id, hub.sender.access_token(connection))
    except (PlatformError, AnswerRefused) as error:
        raise ConnectFailed(str(error)) from error
    with hub.lock:
        found = connection.match(hub.workspace, listings)
        announce_all(hub, connection, only=found)
    return len(found)


def _awaiting(hub: Hub, connection_id: str) -> Connection:
    with hub.lock:
        try:
            connection = hub.connections.get(connection_id)
        except NotKnown as error:
            raise ConnectFailed(str(error)) from error
        if not connection.awaiting:
            # A code that nobody here asked for may be somebody else's.
            raise ConnectFailed(f"Connection {connection.id} isn't waiting for an approval.")
        return connection


def _matches(connection: Connection, listings: tuple[SiteLocation, ...]) -> list[Match]:
    hub_ids = {site_id: hub_id for hub_id, site_id in connection.site_ids.items()}
    lines: list[Match] = []
    for location in listings:
        lines.append(Match(location.name, location.status, hub_ids.get(location.id)))
        lines += [Match(item.name, item.status, hub_ids.get(item.id)) for item in location.resources]
    return lines
