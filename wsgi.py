"""`wsgi:app`: for `flask`, and for any WSGI server."""

from widget_server import create_app

app = create_app()
