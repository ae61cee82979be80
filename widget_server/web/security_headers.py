"""What each answer tells the browser not to do. A page that brings a policy of its own keeps it."""

from functools import partial

from flask import Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from widget_server.config import Settings
from widget_server.web.own_address import OwnAddress

HSTS = "max-age=31536000"
"""A year, for this host only: its siblings are somebody else's decision."""
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_policy(form_target: str) -> str:
    """The Content-Security-Policy of our own pages: nothing but our own files, in nobody's frame.

    `form_target`: the hub's origin. `form-action` also covers where a POST is redirected to, so without it Approve
    and Connect would end in nothing.
    """
    return "; ".join((
        "default-src 'none'", "style-src 'self'", "script-src 'self'", "img-src 'self' data:", "font-src 'self'",
        "connect-src 'self'", "base-uri 'none'", "frame-ancestors 'none'", f"form-action 'self' {form_target}",
    ))  # fmt: skip


def page_headers(settings: Settings) -> dict[str, str]:
    """Header → value for every answer that doesn't say otherwise."""
    headers = {
        "Content-Security-Policy": content_policy(settings.syncaroo_app_url),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "strict-origin-when-cross-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
    }
    if settings.site_url.startswith("https:"):
        headers["Strict-Transport-Security"] = HSTS
    return headers


def install(app: Flask, settings: Settings) -> None:
    """Set the headers on each answer; believe as many proxies as the settings say, and no Host header."""
    app.after_request(partial(_protected, page_headers(settings)))
    app.wsgi_app = OwnAddress(app.wsgi_app, settings.site_url)  # type: ignore[method-assign]  # Flask's own way
    proxies = settings.trusted_proxies
    if proxies:  # never for the host: absolute URLs come from the settings
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]


def _protected(headers: dict[str, str], response: Response) -> Response:
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    return response
