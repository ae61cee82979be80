"""The wiring: builds every part once and hands it out. The only place that names `current_app`.

Fakes enter by argument: `build(settings, clock=…)`. Routes say `services.current().part`.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from flask import Flask, current_app

from widget_server import setting_kinds as kinds
from widget_server.alerts.channels import Channels, configured
from widget_server.alerts.watch import AlertWatch, Aside
from widget_server.backup.service import Backups
from widget_server.clock import Clock, system_clock
from widget_server.config import Settings
from widget_server.connect import bearer
from widget_server.connect.bearer import Glances
from widget_server.connect.platform_keys import PlatformKeys
from widget_server.connect.server import PlatformServer
from widget_server.connect.syncaroo import SyncarooConnect
from widget_server.console.account import PASSWORD_METHOD, OperatorAccounts
from widget_server.console.embed.fetching import PageFetcher
from widget_server.console.login_limit import LoginLimit
from widget_server.hub.client import HubClient
from widget_server.hub.tokens import HubTokenKeeper
from widget_server.inbox.receive import HashRules, Inbox
from widget_server.inbox.refusals import Refusals
from widget_server.listings.service import ListingsImport
from widget_server.programs.tokens import AccessTokens
from widget_server.public_model import PublicWorkspace
from widget_server.publish.assets import Assets
from widget_server.publish.documents import DocumentStore, TextCache
from widget_server.publish.page import Pages
from widget_server.publish.public_files import PublicFiles
from widget_server.site_settings import SiteSettings
from widget_server.store import refusals
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database
from widget_server.sync.jobs import Jobs
from widget_server.sync.publisher import PublicStore, publish
from widget_server.sync.worker import Worker

if TYPE_CHECKING:
    from widget_server.store.shared_login_failures import SharedLoginFailures

EXTENSION = "pricing-widget"


@dataclass(frozen=True)
class Services:
    """All parts of one site, in the order in which they build on each other."""

    settings: Settings
    clock: Clock
    database: Database
    cipher: Cipher
    site: SiteSettings
    public: PublicStore
    files: PublicFiles
    documents: DocumentStore
    operators: OperatorAccounts
    login_limit: LoginLimit
    glances: Glances
    inbox: Inbox
    refusals: Refusals
    platform_keys: PlatformKeys
    platform: PlatformServer
    hub: HubClient
    hub_tokens: HubTokenKeeper
    hub_connect: SyncarooConnect
    listings: ListingsImport
    access_tokens: AccessTokens
    backups: Backups
    worker: Worker
    alert_channels: Channels = configured
    page_fetcher: PageFetcher = field(default_factory=PageFetcher)


def build(
    settings: Settings, cache: TextCache, clock: Clock = system_clock, password_method: str = PASSWORD_METHOD
) -> Services:
    """Parts for `settings`. Touches no network; the database is opened but not migrated."""
    database = Database(settings.database_url)
    cipher = Cipher(settings.secret_key)
    site = SiteSettings(database, cipher, settings, clock)
    public = PublicStore(database, lambda connection: _terms(site.as_of(connection)))
    files = PublicFiles(Assets())
    pages = Pages(settings.site_url, files.page)
    hub = _hub_client(settings, site, clock)
    hub_tokens = HubTokenKeeper(database, cipher, hub, clock)
    platform_keys = PlatformKeys(database, site, clock)
    documents = DocumentStore(cache, public.load, clock, pages)
    sweep = timedelta(hours=settings.sweep_hours)
    jobs = Jobs(database, hub, hub_tokens, clock, currency=lambda: site.current().currency, sweep=sweep)
    return Services(
        settings=settings,
        clock=clock,
        database=database,
        cipher=cipher,
        site=site,
        public=public,
        files=files,
        documents=documents,
        operators=OperatorAccounts(database, clock, settings.secret_key, password_method),
        login_limit=LoginLimit(database, clock, _shared_login_failures(settings)),
        glances=Glances(database, clock),
        inbox=Inbox(database, lambda: _hash_rules(site.current()), partial(bearer.admit, clock), clock),
        refusals=Refusals(partial(refusals.keep, database), clock),
        platform_keys=platform_keys,
        platform=PlatformServer(database, clock, platform_keys.client, settings.site_url),
        hub=hub,
        hub_tokens=hub_tokens,
        hub_connect=SyncarooConnect(site.current, database, clock, hub, hub_tokens),
        listings=ListingsImport(database, clock),
        access_tokens=AccessTokens(database, clock),
        backups=Backups(database, cipher, site, settings, clock),
        worker=Worker(
            database,
            jobs,
            partial(publish, public, documents),
            clock,
            aside=Aside(AlertWatch(database, site.current, clock).look),
            at_once=settings.fetches_at_once,
        ),
    )


def _terms(settings: Settings) -> tuple[PublicWorkspace, timedelta]:
    workspace = PublicWorkspace(
        settings.workspace_name, settings.locale, settings.currency, settings.accent, settings.booking_url,
        None if settings.languages == kinds.EVERY else settings.languages,
    )  # fmt: skip
    return workspace, timedelta(hours=settings.stale_after_hours)


def _hub_client(settings: Settings, site: SiteSettings, clock: Clock) -> HubClient:
    """Without an id and a secret it is made all the same: nobody asks it before the site is connected."""
    return HubClient(
        app_url=settings.syncaroo_app_url,
        api_origins=settings.syncaroo_api_url,
        credentials=lambda: _credentials(site.current()),
        clock=clock,
    )


def _shared_login_failures(settings: Settings) -> "SharedLoginFailures | None":
    if not settings.redis_url:
        return None
    from widget_server.store import shared_login_failures  # noqa: PLC0415 -- redis-py takes 6 MB: few sites have one

    prefix = f"pricing-widget:{settings.site_url}:login-failures:"
    return shared_login_failures.SharedLoginFailures(settings.redis_url, prefix)


def _credentials(settings: Settings) -> tuple[str, str]:
    return settings.syncaroo_client_id or "", settings.syncaroo_client_secret or ""


def _hash_rules(settings: Settings) -> HashRules:
    return HashRules(settings.syncaroo_hash_mode, settings.hash_secret, settings.syncaroo_hash_algorithm)


def install(app: Flask, services: Services) -> None:
    """Make `services` what `current()` answers inside of `app`."""
    app.extensions[EXTENSION] = services


def current() -> Services:
    """The services of the app that handles the present request or command."""
    found: Services = current_app.extensions[EXTENSION]
    return found
