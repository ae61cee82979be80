"""What a back-up holds, table by table, and what becomes of each table when one is restored.

A table is in exactly one of the three lists; a test holds that, so that a new one can't be forgotten.
"""

from collections.abc import Mapping

from sqlalchemy import Table

from widget_server.store.tables import metadata

REPLACED = frozenset({
    "site_settings", "listings", "locations", "resources", "rates", "price_changes", "overrides", "targets",
    "deliveries", "refusals", "sightings",
})  # fmt: skip
"""The file's rows take the place of those that are there."""

MERGED: Mapping[str, str] = {
    "operators": "the account that is there stays, so that nobody is locked out; all sessions end",
    "connections": "they belong to the tokens below",
    "token_families": "what either side knows; a family that was ended on either side stays ended",
    "issued_tokens": "what either side knows: Syncaroo holds the newest, and goes on with it",
    "platform_secrets": "what either side knows; one that was retired on either side stays retired",
    "access_tokens": "what either side knows; one that was revoked on either side stays revoked",
    "hub_credentials": "Syncaroo's refresh token works once: of one connection the newer pair is the good one",
    "counters": "they only grow: numbers that were given out aren't given out again",
    "publication": "a new epoch: no cache takes what it holds for the restored data",
    "activity": "no line is ever taken away: the file's are added to those that are there",
}
"""What of them is true outside of this database isn't turned back. Table → how."""

LEFT_OUT: Mapping[str, str] = {
    "setup_links": "good once, for a day",
    "hub_states": "good once, for minutes",
    "authorization_codes": "good once, for minutes",
    "login_failures": "count for minutes, and belong to this machine's visitors",
    "incidents": "what this machine has told the operator: another one tells it anew",
}
"""Neither in the file nor touched by restoring it. Table → why."""


def kept_tables() -> list[Table]:
    """What is in a back-up, each table after those that it refers to."""
    return [table for table in metadata.sorted_tables if table.name not in LEFT_OUT]


def replaced_tables() -> list[Table]:
    """`REPLACED`, in the same order."""
    return [table for table in metadata.sorted_tables if table.name in REPLACED]
