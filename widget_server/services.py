"""The wiring: builds every part once and hands it out. The only place that names `current_app`.

Fakes enter by argument: `build(settings, clock=…)`. Routes say `services.current().part`.
"""

from dataclasses import dataclass

from flask import Flask, current_app

from widget_server.clock import Clock, system_clock
from widget_server.config import Settings
from widget_server.connect import client
from widget_server.connect.server import PlatformServer
from widget_server.console.account import OperatorAccounts
from widget_server.console.login_limit import LoginLimit
from widget_server.inbox.receive import HashRules, Inbox
from widget_server.listings.service import ListingsImport
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database

EXTENSION = "pricing-widget"


@dataclass(frozen=True)
class Services:
    """All parts of one site, in the order in which they build on each other."""

    settings: Settings
    clock: Clock
    database: Database
    cipher: Cipher
    operators: OperatorAccounts
    login_limit: LoginLimit
    inbox: Inbox
    platform: PlatformServer
    listings: ListingsImport


def build(settings: Settings, clock: Clock = system_clock) -> Services:
    """Parts for `settings`. Touches no network; the database is opened but not migrated."""
    database = Database(settings.database_url)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        cipher=Cipher(settings.secret_key),
        operators=OperatorAccounts(database, clock, settings.secret_key),
        login_limit=LoginLimit(database, clock),
        inbox=Inbox(database, _hash_rules(settings), clock),
        platform=PlatformServer(database, clock, client.from_settings(settings), settings.site_url),
        listings=ListingsImport(database, clock),
    )


def _hash_rules(settings: Settings) -> HashRules:
    return HashRules(settings.syncaroo_hash_mode, settings.hash_secret, settings.syncaroo_hash_algorithm)


def install(app: Flask, services: Services) -> None:
    """Make `services` what `current()` answers inside of `app`."""
    app.extensions[EXTENSION] = services


def current() -> Services:
    """The services of the app that handles the present request or command."""
    found: Services = current_app.extensions[EXTENSION]
    return found
