"""`wsgi:app`: for `flask`, and for any WSGI server. A site that can't start says why in one sentence, with status 2."""

import sys

from widget_server import create_app
from widget_server.errors import ConfigError, StoreUnavailable

try:
    app = create_app()
except (ConfigError, StoreUnavailable) as error:
    print(error, file=sys.stderr)
    raise SystemExit(2) from None
