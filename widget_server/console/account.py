"""The operator's account: from the environment or by a one-time link, checked at log-in."""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection
from werkzeug.security import check_password_hash, generate_password_hash

from widget_server.clock import Clock
from widget_server.config import Settings
from widget_server.store import activity, counters, operators
from widget_server.store.engine import Database
from widget_server.store.operators import OperatorRow

Along = Callable[[Connection], None]
"""Done in the transaction of somebody who has taken their turn (`counters.take_turns`)."""
SETUP_LINK_LIFETIME = timedelta(hours=24)
SETUP_TOKEN_BYTES = 32
PASSWORD_METHOD = "scrypt:32768:8:3"  # noqa: S105 -- the name of a method
"""N = 2^15, r = 8, p = 3: of OWASP's pairs for scrypt the one that takes 32 MiB; N = 2^17, p = 1 takes 128, and a small
machine that checks several passwords at once has no room for that (OWASP Password Storage Cheat Sheet)."""
SCRYPT_COST, SCRYPT_BLOCK, SEED_BYTES = 2**13, 8, 32


@dataclass(frozen=True)
class Operator:
    """Who is logged in. A session is good while its epoch is the account's."""

    id: int
    email: str
    session_epoch: int


class OperatorAccounts:
    """The one account. `secret_key`: the site's keys, the current one first. `method`: werkzeug's, for new hashes."""

    def __init__(
        self, database: Database, clock: Clock, secret_key: Sequence[str], method: str = PASSWORD_METHOD
    ) -> None:
        self._database = database
        self._clock = clock
        self._keys = tuple(secret_key)
        self._method = method

    def exists(self) -> bool:
        """True once there is an account."""
        return self._row() is not None

    def ensure_from_settings(self, settings: Settings) -> None:
        """Make or update the account from the environment's e-mail and password, if they are set.

        What was set by a link stays until the variables' own values change: `seed` remembers what they were.
        """
        email, password = settings.operator_email, settings.operator_password
        if email is None or password is None or self._is_seeded_with(self._row(), email, password):
            return
        password_hash = generate_password_hash(password, self._method)
        seed = _seed(self._keys[0], email, password)
        with self._database.write() as connection:
            operators.hold(connection)
            if not self._is_seeded_with(operators.find(connection), email, password):
                now = self._clock()
                operators.save(connection, email, password_hash, seed, now)
                told = "Set the account's address and password to what the environment says."
                activity.record(connection, now, "The server", "password", subject=email, detail=told)

    def setup_link(self, site_url: str) -> str:
        """A new link that lets its holder choose e-mail and password, once, within `SETUP_LINK_LIFETIME`."""
        token = secrets.token_urlsafe(SETUP_TOKEN_BYTES)
        now = self._clock()
        with self._database.write() as connection:
            operators.add_link(connection, _digest(token), now + SETUP_LINK_LIFETIME, now)
        return f"{site_url}/setup/{token}"

    def link_is_open(self, token: str) -> bool:
        """True while `token` can be redeemed."""
        with self._database.read() as connection:
            return operators.link_is_open(connection, _digest(token), self._clock())

    def redeem(self, token: str, email: str, password: str, along: Along | None = None) -> Operator | None:
        """Use the link up and set the account to `email` and `password`, both already checked for form.

        `along` is done in the same transaction, after that: both hold or neither.
        None when the link is unknown, used or over; of several callers at once exactly one gets the account.
        """
        password_hash = generate_password_hash(password, self._method)
        now = self._clock()
        with self._database.write() as connection:
            counters.take_turns(connection)
            operators.hold(connection)
            if not operators.use_link(connection, _digest(token), now):
                return None
            known = operators.find(connection)
            row = operators.save(connection, email, password_hash, known.seed if known else None, now)
            told = "Changed the account's address and password" if known else "Set the account up"
            activity.record(connection, now, email, "setup_link", subject=email, detail=f"{told} by a one-time link.")
            if along is not None:
                along(connection)
        return _operator(row)

    def account(self) -> Operator | None:
        """The one account as it is now, whoever asks."""
        row = self._row()
        return None if row is None else _operator(row)

    def check(self, email: str, password: str) -> Operator | None:
        """The operator if both are right. A wrong address takes as long as a wrong password.

        A hash that was made by another method than today's is made anew; sessions go on.
        """
        row = self._row()
        if row is None or not _same(row.email, email):
            check_password_hash(_nobodys_hash(row.password_hash if row else self._method), password)
            return None
        if not check_password_hash(row.password_hash, password):
            return None
        if _method_of(row.password_hash) != self._method:
            with_todays = generate_password_hash(password, self._method)
            with self._database.write() as connection:
                operators.replace_hash(connection, row.password_hash, with_todays)
        return _operator(row)

    def change_password(self, operator: Operator, current: str, new: str) -> Operator | None:
        """Set a `new` password, already checked for form: all sessions end but that of the operator who comes back.

        None when `current` is wrong, or the account was changed meanwhile.
        """
        row = self._row()
        if row is None or _operator(row) != operator or not check_password_hash(row.password_hash, current):
            return None
        password_hash = generate_password_hash(new, self._method)
        with self._database.write() as connection:
            operators.hold(connection)
            if operators.find(connection) != row:
                return None
            now = self._clock()
            changed = operators.save(connection, row.email, password_hash, row.seed, now)
            told = "Changed the password; all other sessions ended."
            activity.record(connection, now, row.email, "password", subject=row.email, detail=told)
        return _operator(changed)

    def in_session(self, operator_id: int, session_epoch: int) -> Operator | None:
        """The operator whose session holds these; None when a new password or a log-out ended it."""
        row = self._row()
        good = row is not None and (row.id, row.session_epoch) == (operator_id, session_epoch)
        return _operator(row) if row and good else None

    def end_sessions(self, operator: Operator) -> None:
        """Log out everywhere: a cookie that somebody copied is worth nothing afterwards."""
        with self._database.write() as connection:
            operators.end_sessions(connection, operator.id)
            activity.record(connection, self._clock(), operator.email, "logout", detail="Logged out on all devices.")

    def _row(self) -> OperatorRow | None:
        with self._database.read() as connection:
            return operators.find(connection)

    def _is_seeded_with(self, row: OperatorRow | None, email: str, password: str) -> bool:
        if row is None or row.seed is None:
            return False
        return any(_same(row.seed, _seed(key, email, password)) for key in self._keys)


def _method_of(password_hash: str) -> str:
    """`scrypt:32768:8:3$…$…` → `scrypt:32768:8:3`"""
    return password_hash.partition("$")[0]


def _nobodys_hash(like: str) -> str:
    """No password has it; checking against it takes as long as checking against `like`, a hash or a method."""
    return f"{_method_of(like)}$nobody${'0' * 128}"


def _operator(row: OperatorRow) -> Operator:
    return Operator(row.id, row.email, row.session_epoch)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.strip().lower().encode(), other.strip().lower().encode())


def _seed(key: str, email: str, password: str) -> str:
    """A fingerprint that needs the site's key to be tried at all, and is slow even then."""
    salt = hmac.digest(key.encode(), b"operator's seed: " + email.encode(), "sha256")
    derived = hashlib.scrypt(password.encode(), salt=salt, n=SCRYPT_COST, r=SCRYPT_BLOCK, p=1, dklen=SEED_BYTES)
    return derived.hex()
