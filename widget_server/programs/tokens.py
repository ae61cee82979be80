"""Access tokens for programs: made, known when they are presented, and revoked.

A token's text is in the answer that makes it and nowhere else. `last used` is noted at most once a minute for each
token, and noting it never keeps a program from its answer.
"""

import logging
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import Enum, auto

from widget_server.clock import Clock
from widget_server.errors import ProgramRefused, StoreUnavailable
from widget_server.model import DataKind
from widget_server.programs import token_text
from widget_server.store import access_tokens, activity, counters
from widget_server.store.access_tokens import AccessToken
from widget_server.store.engine import Database

MOST_AT_A_TIME = 50
"""As many as somebody can still look through."""
NOTED_AGAIN = timedelta(minutes=1)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class NewToken:
    """The only time that a token is anywhere in plain text."""

    name: str
    text: str = field(repr=False)


class NotMade(Enum):
    """Why there is no new token."""

    NAME_TAKEN = auto()
    TOO_MANY = auto()


class AccessTokens:
    """Makes, revokes and knows the tokens. `new_text` makes the text of one."""

    def __init__(self, database: Database, clock: Clock, new_text: Callable[[], str] = token_text.new_text) -> None:
        self._database = database
        self._clock = clock
        self._new_text = new_text
        self._note_again_at = datetime.min.replace(tzinfo=UTC)

    def good(self) -> list[AccessToken]:
        """Those that aren't revoked, newest first."""
        with self._database.read() as connection:
            return access_tokens.good(connection)

    def make(self, actor: str, name: str, kinds: Sequence[DataKind]) -> NewToken | NotMade:
        """A token that may read `kinds`. Names of good ones differ by more than their case."""
        text, now = self._new_text(), self._clock()
        with self._database.write() as connection:
            counters.take_turns(connection)
            others = access_tokens.good(connection)
            if _key(name) in {_key(each.name) for each in others}:
                return NotMade.NAME_TAKEN
            if len(others) >= MOST_AT_A_TIME:
                return NotMade.TOO_MANY
            start = text[: token_text.START]
            id = access_tokens.add(connection, token_text.digest(text), start, name, kinds, now)
            told = f"Made the access token “{name}”, to read {spoken(kinds)}."
            activity.record(connection, now, actor, "access_token_made", subject=str(id), detail=told)
        return NewToken(name, text)

    def revoke(self, actor: str, id: int) -> bool:
        """From now on nobody gets in with it. False when that was so already."""
        now = self._clock()
        with self._database.write() as connection:
            name = access_tokens.revoke(connection, id, now)
            if name is not None:
                told = f"Revoked the access token “{name}”."
                activity.record(connection, now, actor, "access_token_revoked", subject=str(id), detail=told)
        return name is not None

    def authenticate(self, header: str | None) -> AccessToken:
        """The token behind an `Authorization` header's value. Raises `ProgramRefused`, and `StoreUnavailable` when
        nobody can tell."""
        text = token_text.presented(header)
        if text is None:
            raise ProgramRefused(is_missing=not header)
        with self._database.read() as connection:
            found = access_tokens.find(connection, token_text.digest(text))
        if found is None:
            raise ProgramRefused
        self._note_use(found)
        return found

    def _note_use(self, token: AccessToken) -> None:
        """A database that takes no writes is left alone for a while: waiting for it would hold every answer up."""
        now = self._clock()
        minute_ago = now - NOTED_AGAIN
        is_noted = token.last_used_at is not None and token.last_used_at > minute_ago
        if is_noted or now < self._note_again_at:
            return
        try:
            with self._database.write() as connection:
                access_tokens.mark_used(connection, token.id, now, unless_after=minute_ago)
        except StoreUnavailable as error:
            self._note_again_at = now + NOTED_AGAIN
            log.warning("the use of access token %d can't be noted now: %s", token.id, error)


def spoken(kinds: Sequence[DataKind]) -> str:
    """`"listings"`, `"listings and rates"`, `"listings, locations and rates"`; of none, `"nothing"`."""
    if len(kinds) < 2:
        return str(kinds[0]) if kinds else "nothing"
    return f"{', '.join(kinds[:-1])} and {kinds[-1]}"


def _key(name: str) -> str:
    """What two names share that look the same."""
    shown = (character for character in name if unicodedata.category(character) != "Cf")
    return unicodedata.normalize("NFKC", "".join(shown)).casefold()
