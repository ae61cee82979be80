"""What programs ask with an access token. So far: whether it is good."""

from datetime import UTC

from flask import Blueprint, Response, jsonify, request

from widget_server import services

programs = Blueprint("programs", __name__)


@programs.get("/api/token")
def token() -> Response:
    """What the presented token is called and may read, for whoever wants to try one. Raises `ProgramRefused`."""
    found = services.current().access_tokens.authenticate(request.headers.get("Authorization"))
    made = f"{found.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    answer = jsonify(name=found.name, kinds=found.kinds, createdAt=made)
    answer.headers["Cache-Control"] = "no-store"
    return answer
