"""What a process of its own does in the test of eight: ask for an access token when all are ready."""

from multiprocessing.synchronize import Barrier
from typing import Any

from widget_server.hub.client import HubClient
from widget_server.hub.tokens import HubTokenKeeper
from widget_server.store.cipher import Cipher
from widget_server.store.engine import Database

KEYS = ("k" * 40,)


def keeper_of(database: Database, hub_url: str, **changes: Any) -> HubTokenKeeper:
    hub = HubClient(app_url=hub_url, api_origins=[hub_url], credentials=lambda: ("xxyyzz", "s3cret"))
    return HubTokenKeeper(database, Cipher(KEYS), hub, **changes)


def ask(database_url: str, hub_url: str, ready: Barrier, answers: Any) -> None:
    database = Database(database_url)
    ready.wait(60)
    answers.put(keeper_of(database, hub_url).access_token())
    database.close()
