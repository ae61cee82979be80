"""From the store to ready documents."""

from collections.abc import Callable
from datetime import datetime, timedelta

from widget_server.public_model import PublicData, PublicWorkspace
from widget_server.publish.documents import DocumentStore
from widget_server.store import publication
from widget_server.store.engine import Database
from widget_server.store.public import public_data


class PublicStore:
    """Reads what is public. One read transaction, so the version and the data belong together."""

    def __init__(self, database: Database, workspace: Callable[[], PublicWorkspace], stale_after: timedelta) -> None:
        self._database = database
        self._workspace = workspace
        self._stale_after = stale_after

    def load(self) -> PublicData:
        """All of it, now."""
        workspace = self._workspace()
        with self._database.read() as connection:
            return public_data(connection, workspace, self._stale_after)

    def version(self) -> str:
        """The version that `load` would give."""
        with self._database.read() as connection:
            return publication.version(connection)


def publish(public: PublicStore, documents: DocumentStore) -> datetime | None:
    """Make the documents of what is public now; when a validity date passes and they must be made again."""
    return documents.publish(public.load()).until
