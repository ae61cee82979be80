"""The pricing widget's server: `create_app` builds the Flask application from settings."""

from flask import Flask

from widget_server import config, services
from widget_server.clock import Clock, system_clock


def create_app(settings: config.Settings | None = None, clock: Clock = system_clock) -> Flask:
    """The site, migrated and ready to serve. `settings` default to the environment's.

    Raises `ConfigError` when a setting is wrong.
    """
    settings = settings or config.load(config.environment())
    app = Flask(__name__, static_folder="../static", static_url_path="/static")
    parts = services.build(settings, clock)
    parts.database.migrate()
    services.install(app, parts)
    return app
