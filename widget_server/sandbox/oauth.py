"""The hub's authorize page and token endpoint (PROTOCOL §2), as strict as the guide: camelCase, form-encoded."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from widget_server.sandbox.dropping import drop_connection
from widget_server.sandbox.hub import Hub, the_hub
from widget_server.sandbox.tokens import InvalidGrant

FORM = "application/x-www-form-urlencoded"

blueprint = Blueprint("oauth", __name__)


class TokenRefused(Exception):
    """A token request that fails; `error` is a name of RFC 6749 §5.2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


@blueprint.get("/api/authorize")
def ask() -> BaseResponse | str | tuple[str, int]:
    """The page that asks the operator whether the site may fetch data."""
    wrong = _wrong_with(request.args, the_hub())
    if wrong:
        return _refusal_page(wrong)
    return render_template("sandbox/authorize.html", asked=request.args)


@blueprint.post("/api/authorize")
def decide() -> BaseResponse | str | tuple[str, int]:
    """Back to the site with a code, or with `access_denied`; `state` is handed back untouched."""
    hub = the_hub()
    wrong = _wrong_with(request.form, hub)
    if wrong:
        return _refusal_page(wrong)
    target = request.form["redirectUri"]
    allowed = request.form.get("decision") == "allow"
    result = {"code": hub.tokens.issue_code(target)} if allowed else {"error": "access_denied"}
    return redirect(with_query(target, {**result, "state": request.form.get("state", "")}), 302)


@blueprint.post("/api/token")
def token() -> Response:
    """A pair of tokens for a code or a refresh token; errors are JSON as in RFC 6749 §5.2."""
    hub = the_hub()
    with hub.lock:
        hub.token_calls += 1
    failure = _failing(hub)
    if failure is not None:
        return failure
    try:
        answer = jsonify(_grant(hub))
    except TokenRefused as refused:
        answer = jsonify(error=refused.error, error_description=str(refused))
        answer.status_code = refused.status
    else:
        if hub.failures.take("token_lost_answer"):
            return drop_connection()
    answer.headers["Cache-Control"] = "no-store"
    return answer


def with_query(url: str, added: Mapping[str, str]) -> str:
    """The address with parameters appended to whatever query it has."""
    parts = urlsplit(url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *added.items()])
    return urlunsplit(parts._replace(query=query))


def _grant(hub: Hub) -> dict[str, object]:
    if request.mimetype != FORM:
        raise TokenRefused("invalid_request", f"Content-Type must be {FORM}.", 415)
    known = request.form.get("clientId") == hub.config.client_id
    if not known or not _same(request.form.get("clientSecret", ""), hub.config.client_secret):
        raise TokenRefused("invalid_client", "clientId or clientSecret is wrong.", 401)
    grant = _field("grantType")
    try:
        if grant == "authorization_code":
            return hub.tokens.redeem(_field("code"), _field("redirectUri"))
        if grant == "refresh_token":
            return hub.tokens.refresh(_field("refreshToken"))
    except InvalidGrant:
        raise TokenRefused("invalid_grant", "Unknown, expired or already used.") from None
    raise TokenRefused("unsupported_grant_type", "grantType is authorization_code or refresh_token.")


def _field(name: str) -> str:
    value = request.form.get(name, "")
    if not value:
        raise TokenRefused("invalid_request", f"{name} is missing.")
    return value


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(), expected.encode())


def _wrong_with(asked: Mapping[str, str], hub: Hub) -> str | None:
    """Why these parameters get an error page; the redirect must stay at the site, or a code would go to a stranger."""
    if asked.get("clientId") != hub.config.client_id:
        return "The application that sent you here isn't known to this hub."
    if not _at_site(asked.get("redirectUri", ""), hub.config.platform_url):
        return "The address to go back to doesn't belong to that application."
    if asked.get("responseType") != "code":
        return "The request must say responseType=code."
    return None


def _at_site(redirect_uri: str, platform_url: str) -> bool:
    if "\\" in redirect_uri or "#" in redirect_uri:
        return False
    return redirect_uri.startswith(f"{platform_url}/")


def _refusal_page(reason: str) -> tuple[str, int]:
    return render_template("sandbox/message.html", title="This link doesn't work", text=reason), 400


def _failing(hub: Hub) -> Response | None:
    """The answer of a failure that is switched on. Nothing has been rotated at this point."""
    if hub.failures.take("token_400_no_error"):
        return make_response(jsonify(message="Something went wrong"), 400)
    if hub.failures.take("token_200_empty"):
        return jsonify({})
    if (wait := hub.failures.take_number("token_429_html")) is not None:
        page = "<!doctype html><title>Too many requests</title><p>Slow down."
        return Response(page, 429, {"Retry-After": f"{wait:g}"}, mimetype="text/html")
    if (status := hub.failures.take_number("token_5xx")) is not None:
        return Response("The hub is having a bad day.", int(status), mimetype="text/plain")
    if target := hub.failures.take("token_redirect"):
        # 307, because it asks the client to send the secret again to wherever it points.
        return Response(status=307, headers={"Location": str(target)})
    return None
