"""Rows of the one operator and of the set-up links. Each function works inside of the caller's transaction."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, text, update

from widget_server.store.tables import operators, setup_links

THE_OPERATOR = 1
"""There is one operator, so the row's id is known."""


@dataclass(frozen=True)
class OperatorRow:
    """The stored account. `seed`: see `tables.operators`."""

    id: int
    email: str
    password_hash: str
    session_epoch: int
    seed: str | None


def find(connection: Connection) -> OperatorRow | None:
    """The operator, or None before the first set-up."""
    columns = (
        operators.c.id, operators.c.email, operators.c.password_hash, operators.c.session_epoch, operators.c.seed,
    )  # fmt: skip
    row = connection.execute(select(*columns).where(operators.c.id == THE_OPERATOR)).one_or_none()
    return None if row is None else OperatorRow(*row)


def hold(connection: Connection) -> None:
    """Make other writers of the account wait until this transaction ends. SQLite has only one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE operators IN SHARE ROW EXCLUSIVE MODE"))


def save(connection: Connection, email: str, password_hash: str, seed: str | None, at: datetime) -> OperatorRow:
    """Make the operator or give it these; earlier sessions end. The caller holds the account (`hold`)."""
    known = find(connection)
    epoch = known.session_epoch + 1 if known else 1
    values = {"email": email, "password_hash": password_hash, "session_epoch": epoch, "seed": seed, "updated_at": at}
    if known:
        connection.execute(update(operators).where(operators.c.id == THE_OPERATOR).values(values))
    else:
        connection.execute(insert(operators).values(id=THE_OPERATOR, **values))
    return OperatorRow(THE_OPERATOR, email, password_hash, epoch, seed)


def replace_hash(connection: Connection, before: str, password_hash: str) -> None:
    """The same password by another method: sessions go on. Nothing changes where the hash isn't `before` any more."""
    connection.execute(update(operators).where(operators.c.password_hash == before).values(password_hash=password_hash))


def end_sessions(connection: Connection, operator_id: int) -> None:
    """All sessions that began before now are over."""
    epoch = operators.c.session_epoch + 1
    connection.execute(update(operators).where(operators.c.id == operator_id).values(session_epoch=epoch))


def add_link(connection: Connection, token_hash: str, expires_at: datetime, now: datetime) -> None:
    """Store a set-up link; links that are over are forgotten on the way."""
    connection.execute(delete(setup_links).where(setup_links.c.expires_at <= now))
    connection.execute(insert(setup_links).values(token_hash=token_hash, expires_at=expires_at))


def link_is_open(connection: Connection, token_hash: str, now: datetime) -> bool:
    """True while the link can be used."""
    found = select(setup_links.c.token_hash).where(*_open(token_hash, now))
    return connection.execute(found).one_or_none() is not None


def use_link(connection: Connection, token_hash: str, now: datetime) -> bool:
    """Use the link up; True for exactly one caller. With it, all other links end: they were for this, too."""
    used = connection.execute(update(setup_links).where(*_open(token_hash, now)).values(used_at=now))
    if used.rowcount != 1:
        return False
    connection.execute(delete(setup_links).where(setup_links.c.token_hash != token_hash))
    return True


def _open(token_hash: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (setup_links.c.token_hash == token_hash, setup_links.c.used_at.is_(None), setup_links.c.expires_at > now)
