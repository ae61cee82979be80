"""Whether the site is alive, and whether it is able: for load balancers and supervisors."""

import logging

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from widget_server import services
from widget_server.errors import StoreUnavailable

RETRY_AFTER_SECONDS = 5

health = Blueprint("health", __name__)
log = logging.getLogger(__name__)


@health.get("/healthz")
def alive() -> Response:
    """200 as long as the process answers requests: asks nothing and nobody."""
    return _answer(200, status="alive")


@health.get("/readyz")
def ready() -> Response:
    """200 when the database answers and has our tables; else 503. Visitors get the last prices even then."""
    try:
        services.current().public.version()
    except (StoreUnavailable, SQLAlchemyError) as error:
        log.warning("not ready: %s", error)
        answer = _answer(503, status="not_ready", reason="database")
        answer.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
        return answer
    return _answer(200, status="ready")


def _answer(code: int, **facts: str) -> Response:
    answer = jsonify(facts)
    answer.status_code = code
    answer.headers["Cache-Control"] = "no-store"
    return answer
