"""CSRF protection of every form. Blueprints of APIs, which carry credentials of their own, are exempted by name.

`csrf` holds no state of an app: `create_app` says `csrf.exempt(blueprint)` for each API.
"""

from flask import Flask
from flask_wtf.csrf import CSRFProtect

csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Check the `csrf_token` field of every POST. A token is good as long as the session that it belongs to."""
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    # The token is proof enough; a referrer is compared with the Host header, which proxies rewrite.
    app.config["WTF_CSRF_SSL_STRICT"] = False
    csrf.init_app(app)
