"""What Syncaroo presents to this site: a client id, and secrets that are made here or come from the environment.

A secret that is made here is shown once and kept as its SHA-256. Two are good during a rotation, so that the new one
can be entered at Syncaroo in peace; a third isn't made before one of them is retired, else the one that Syncaroo still
uses could end unnoticed.
"""

from dataclasses import dataclass, field
from enum import Enum

from widget_server.clock import Clock
from widget_server.connect.client import PlatformClient
from widget_server.connect.opaque import RandomText, fingerprint, new_secret, system_random
from widget_server.site_settings import SiteSettings
from widget_server.store import activity, counters, platform_secrets
from widget_server.store.engine import Database
from widget_server.store.platform_secrets import PlatformSecret

MOST_AT_A_TIME = 2
CLIENT_ID_BYTES = 9


@dataclass(frozen=True)
class NewKeys:
    """What to enter at Syncaroo. The only time that the secret is anywhere in plain text."""

    client_id: str
    secret: str = field(repr=False)


class NotMade(Enum):
    """Why there is no new secret: another one was made meanwhile, or two are good already."""

    MADE_ALREADY = "made_already"
    TOO_MANY = "too_many"


class PlatformKeys:
    """Makes, retires and knows the keys. `site` holds the client id and the environment's secret."""

    def __init__(
        self, database: Database, site: SiteSettings, clock: Clock, random_text: RandomText = system_random
    ) -> None:
        self._database = database
        self._site = site
        self._clock = clock
        self._random_text = random_text

    def client(self) -> PlatformClient | None:
        """Syncaroo as our client; None until there is an id and a secret."""
        settings = self._site.current()
        hashes = [each.secret_hash for each in self.made()]
        if settings.platform_client_secret is not None:
            hashes.append(fingerprint(settings.platform_client_secret))
        if settings.platform_client_id is None or not hashes:
            return None
        return PlatformClient(settings.platform_client_id, tuple(hashes), settings.syncaroo_app_url)

    def made(self) -> list[PlatformSecret]:
        """The good ones that were made here, newest first."""
        with self._database.read() as connection:
            return platform_secrets.good(connection)

    def newest(self) -> int:
        """The number of the secret that was made last; 0 before the first."""
        with self._database.read() as connection:
            return platform_secrets.newest(connection)

    def make(self, actor: str, after: int | None = None) -> NewKeys | NotMade:
        """A new secret, and a client id if there is none yet.

        `after`: the `newest` that whoever asks has seen; a form that is sent twice asks for the same one twice.
        """
        secret, now = new_secret(self._random_text), self._clock()
        client_id = self._site.current().platform_client_id
        with self._database.write() as connection:
            counters.take_turns(connection)
            if after not in (None, platform_secrets.newest(connection)):
                return NotMade.MADE_ALREADY
            if len(platform_secrets.good(connection)) >= MOST_AT_A_TIME:
                return NotMade.TOO_MANY
            if client_id is None:
                client_id = f"site-{self._random_text(CLIENT_ID_BYTES)}"
                self._site.change(connection, {"platform_client_id": client_id})
            platform_secrets.add(connection, fingerprint(secret), now)
            activity.record(connection, now, actor, "secret_made", detail="Made a client secret for Syncaroo.")
        self._site.refresh()
        return NewKeys(client_id, secret)

    def retire(self, actor: str, id: int) -> bool:
        """One of two secrets is good no more. False when it wasn't, or is the last one that is."""
        now = self._clock()
        with self._database.write() as connection:
            counters.take_turns(connection)
            others = [each for each in platform_secrets.good(connection) if each.id != id]
            is_last = not others and self._site.current().platform_client_secret is None
            if is_last or not platform_secrets.retire(connection, id, now):
                return False
            told = "Retired a client secret: Syncaroo can't use it any more."
            activity.record(connection, now, actor, "secret_retired", subject=str(id), detail=told)
        return True
