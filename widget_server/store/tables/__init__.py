"""The tables. Queries live beside this package, one file an aggregate; the schema's history in
`migrations/`. One module here is one group of tables; all are found in the package itself, so that `metadata` is never
short of one.

Every listing, location, resource and rate carries a `revision` from one counter, and what is gone stays as a row with
`gone_at`: readers that want only what is newer can be served later. What a source says is kept as the model's JSON
(`data`) beside the item it came from (`raw`). `ticket` is the number of the fetch that last confirmed a row: a
fetch that began earlier never overwrites it, so nothing steps back.
"""

from widget_server.store.tables.connection import (
    authorization_codes,
    connections,
    hub_credentials,
    hub_states,
    issued_tokens,
    platform_secrets,
    token_families,
)
from widget_server.store.tables.inbox import deliveries, refusals, targets
from widget_server.store.tables.listing import listings, locations, overrides, price_changes, rates, resources
from widget_server.store.tables.operator import access_tokens, login_failures, operators, setup_links, site_settings
from widget_server.store.tables.schema import metadata
from widget_server.store.tables.site import activity, counters, incidents, publication, sightings

__all__ = [
    "access_tokens",
    "activity",
    "authorization_codes",
    "connections",
    "counters",
    "deliveries",
    "hub_credentials",
    "hub_states",
    "incidents",
    "issued_tokens",
    "listings",
    "locations",
    "login_failures",
    "metadata",
    "operators",
    "overrides",
    "platform_secrets",
    "price_changes",
    "publication",
    "rates",
    "refusals",
    "resources",
    "setup_links",
    "sightings",
    "site_settings",
    "targets",
    "token_families",
]
