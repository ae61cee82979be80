"""The data API that the site fetches from (PROTOCOL §4): bearer token, strict Accept, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, jsonify, request

from widget_server.sandbox import misbehaviour
from widget_server.sandbox.errors import NotKnown
from widget_server.sandbox.hub import Hub, the_hub
from widget_server.sandbox.workspace import Location, Rate, Resource

PAGE_SIZE = 3
"""Small, so that the demo workspace already has collections of several pages."""

LONGEST_AVAILABILITY = 366
"""Days in one question."""

RESOURCE = "/locations/<location_id>/resources/<resource_id>"

blueprint = Blueprint("api", __name__, url_prefix="/v1")


class ApiRefused(Exception):
    """A request that the API refuses, with its status."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


@blueprint.before_request
def guard() -> Response | None:
    """Failures first, as a broken server wouldn't look at the token; then the token; then Accept."""
    hub = the_hub()
    failing = misbehaviour.instead_of_answer(hub)
    if failing is not None:
        return failing
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not hub.tokens.accepts(token):
        raise ApiRefused(401, "The access token is missing, unknown or expired.")
    if not any(kind == "application/json" for kind, _ in request.accept_mimetypes):
        raise ApiRefused(406, "Accept must be application/json.")
    return None


@blueprint.after_request
def spoil(response: Response) -> Response:
    """Failures that let the answer begin and then spoil it."""
    return misbehaviour.spoiled(the_hub(), response)


@blueprint.errorhandler(ApiRefused)
def refused(error: ApiRefused) -> Response:
    """Errors are JSON as well."""
    return _error(error.status, str(error))


@blueprint.errorhandler(NotKnown)
def not_known(error: NotKnown) -> Response:
    """An id that the hub doesn't have."""
    return _error(404, str(error))


@blueprint.get("/locations")
def locations() -> Response:
    """Every location."""
    return _collection(lambda: [location.item for location in the_hub().workspace.locations])


@blueprint.get("/locations/<location_id>")
def location(location_id: str) -> Response:
    """One location."""
    return _collection(lambda: [_location(location_id).item])


@blueprint.get("/locations/<location_id>/resources")
def resources(location_id: str) -> Response:
    """A location's resources."""
    return _collection(lambda: [resource.item for resource in _location(location_id).resources])


@blueprint.get(RESOURCE)
def resource(location_id: str, resource_id: str) -> Response:
    """One resource."""
    return _collection(lambda: [_resource(location_id, resource_id).item])


@blueprint.get(f"{RESOURCE}/rates")
def rates(location_id: str, resource_id: str) -> Response:
    """A resource's rates."""
    return _collection(lambda: [rate.item for rate in _resource(location_id, resource_id).rates])


@blueprint.get(f"{RESOURCE}/rates/<rate_id>")
def rate(location_id: str, resource_id: str, rate_id: str) -> Response:
    """One rate."""
    return _collection(lambda: [_rate(location_id, resource_id, rate_id).item])


@blueprint.get(f"{RESOURCE}/rates/<rate_id>/extras")
def extras(location_id: str, resource_id: str, rate_id: str) -> Response:
    """What can be added to a rate."""
    return _collection(lambda: _rate(location_id, resource_id, rate_id).extras)


@blueprint.get(f"{RESOURCE}/availability")
def availability(location_id: str, resource_id: str) -> Response:
    """Which days a resource is free: Monday to Friday, in this demo."""
    _resource(location_id, resource_id)
    first, last = _day("start"), _day("end")
    if not 0 <= (last - first).days < LONGEST_AVAILABILITY:
        raise ApiRefused(400, "end must be a day after start, within a year.")
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return _collection(lambda: [{"date": day.isoformat(), "available": day.weekday() < 5} for day in days])


@blueprint.route("/", defaults={"rest": ""})
@blueprint.route("/<path:rest>")
def nothing(rest: str) -> Response:
    """Any other path is JSON too, with the same checks before it."""
    raise ApiRefused(404, f"There is no /v1/{rest}.")


def record(response: Response) -> Response:
    """Count a request of the API and keep what was asked and answered."""
    hub = the_hub()
    entry = {"path": request.path, "query": request.query_string.decode("latin-1"), "status": response.status_code}
    with hub.lock:
        hub.api_calls += 1
        hub.api_requests.append(entry)
    return response


def _location(location_id: str) -> Location:
    return the_hub().workspace.location(location_id)


def _resource(location_id: str, resource_id: str) -> Resource:
    location, resource = the_hub().workspace.resource(resource_id)
    if location.id != location_id:
        raise NotKnown("resource", resource_id)
    return resource


def _rate(location_id: str, resource_id: str, rate_id: str) -> Rate:
    for rate in _resource(location_id, resource_id).rates:
        if rate.id == rate_id:
            return rate
    raise NotKnown("rate", rate_id)


def _day(name: str) -> date:
    text = request.args.get(name, "")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ApiRefused(400, f"{name} must be a day such as 2026-05-01.") from None
    if day.isoformat() != text:  # fromisoformat also takes 20260501 and 2026-W18-5
        raise ApiRefused(400, f"{name} must be written like {day.isoformat()}.")
    return day


def _collection(read: Callable[[], Sequence[object]]) -> Response:
    """One page of items, or the one item asked for, in the guide's envelope; `read` is called under the lock."""
    hub = the_hub()
    with hub.lock:
        items = read()
        shown = [] if hub.failures.take("api_empty") else items
        number, count = _page_number(), max(1, -(-len(shown) // PAGE_SIZE))
        if number > count:
            raise ApiRefused(404, f"There is no page {number}.")
        g.page = number
        page = shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
        return jsonify(data=page, pages=misbehaviour.wrong_links(hub, _links(hub, number, count)))


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdecimal() and int(text[:9]) > 0):
        raise ApiRefused(400, "page must be a whole number from 1.")
    return int(text[:9])


def _links(hub: Hub, number: int, count: int) -> dict[str, Any]:
    """The `pages` object: what doesn't exist is "" before the first page and null after the last, as APIs do."""
    return {
        "count": count,
        "current": number,
        "first": _link(hub, 1),
        "next": _link(hub, number + 1) if number < count else None,
        "prev": _link(hub, number - 1) if number > 1 else "",
        "last": _link(hub, count),
    }


def _link(hub: Hub, number: int) -> str:
    query = urlencode([*((k, v) for k, v in request.args.items() if k != "page"), ("page", number)])
    return f"{hub.config.url}{request.path}?{query}"


def _error(status: int, text: str) -> Response:
    answer = jsonify(error=text)
    answer.status_code = status
    if status == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer
