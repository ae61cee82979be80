"""The composition root: settings → services → blueprints → layers around them."""

from functools import partial

from flask import Flask

from widget_server import cli, config, services
from widget_server.clock import Clock, system_clock
from widget_server.connect import routes as connect_routes
from widget_server.console.account import PASSWORD_METHOD
from widget_server.console.activity.routes import activity
from widget_server.console.deliveries.routes import deliveries
from widget_server.console.embed.routes import embed
from widget_server.console.listings.routes import listings
from widget_server.console.prices.routes import prices
from widget_server.console.routes import console
from widget_server.console.settings.routes import settings as settings_pages
from widget_server.console.syncing.routes import syncing
from widget_server.inbox import routes as inbox_routes
from widget_server.programs.routes import programs
from widget_server.serve.hotpath import HotPath
from widget_server.serve.metrics import metrics
from widget_server.serve.oembed import oembed
from widget_server.serve.routes import health
from widget_server.serve.sightings import Sightings
from widget_server.store import sightings
from widget_server.web import document_cache, site
from widget_server.web.bodies import Bodies
from widget_server.web.csrf import csrf


def create_app(
    settings: config.Settings | None = None, clock: Clock = system_clock, password_method: str = PASSWORD_METHOD
) -> Flask:
    """The site, migrated and ready to serve. `settings` default to the environment's.

    Raises `ConfigError` when a setting is wrong.
    """
    settings = settings or config.load(config.environment())
    app = Flask(__name__, static_folder="../static", static_url_path="/static")
    parts = services.build(settings, document_cache.install(app, settings), clock, password_method)
    parts.database.migrate()
    parts.site.seed()
    parts.operators.ensure_from_settings(settings)
    services.install(app, parts)
    site.install(app, settings)
    app.register_blueprint(console)
    app.register_blueprint(listings)
    app.register_blueprint(prices)
    app.register_blueprint(embed)
    app.register_blueprint(settings_pages)
    app.register_blueprint(activity)
    app.register_blueprint(deliveries)
    app.register_blueprint(syncing)
    csrf.exempt(inbox_routes.blueprint)
    app.register_blueprint(inbox_routes.blueprint)
    csrf.exempt(connect_routes.api)
    app.register_blueprint(connect_routes.api)
    app.register_blueprint(connect_routes.pages)
    app.register_blueprint(programs)
    app.register_blueprint(health)
    app.register_blueprint(metrics)
    app.register_blueprint(oembed)
    cli.install(app)
    hot_path = HotPath(
        app.wsgi_app,
        parts.documents,
        parts.public.version,
        parts.files,
        frame_ancestors=lambda: " ".join(parts.site.newest().allowed_origins),
        note=Sightings(settings.site_url, partial(sightings.keep, parts.database, clock)).note,
    )
    app.wsgi_app = Bodies(hot_path)  # type: ignore[method-assign]  # Flask's own way of adding a layer
    return app
