"""From the store to ready documents."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection

from widget_server.public_model import PublicData, PublicWorkspace
from widget_server.publish.documents import DocumentStore
from widget_server.store import publication
from widget_server.store.engine import Database
from widget_server.store.public import public_data


class PublicStore:
    """Reads what is public. One read transaction, so the version, the data and the settings belong together: what is
    made for a version is kept under its name for as long as it holds.

    `terms` answers whose prices they are and when they count as old, as of a transaction.
    """

    def __init__(self, database: Database, terms: Callable[[Connection], tuple[PublicWorkspace, timedelta]]) -> None:
        self._database = database
        self._terms = terms

    def load(self) -> PublicData:
        """All of it, now."""
        with self._database.read() as connection:
            return public_data(connection, *self._terms(connection))

    def version(self) -> str:
        """The version that `load` would give."""
        with self._database.read() as connection:
            return publication.version(connection)


def publish(public: PublicStore, documents: DocumentStore) -> datetime | None:
    """Make the documents of what is public now; when a validity date passes and they must be made again."""
    return documents.publish(public.load()).until
