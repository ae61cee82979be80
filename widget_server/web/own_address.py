"""The site's own scheme and host for whatever is behind it: absolute addresses come from the settings (PROTOCOL §6)."""

from collections.abc import Iterable
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


class OwnAddress:
    """A WSGI layer that puts the host and the scheme of `site_url` in the place of what the request says.

    A redirect to the right spelling of a path (`/console` → `/console/`) is absolute and would lead to whatever host a
    Host header names; a Host header that is no host at all (`..`) would be an error before any route is found.
    """

    def __init__(self, app: WSGIApplication, site_url: str) -> None:
        self._app = app
        parts = urlsplit(site_url)
        self._own = {"HTTP_HOST": parts.netloc, "wsgi.url_scheme": parts.scheme}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ.update(self._own)
        return self._app(environ, start_response)
