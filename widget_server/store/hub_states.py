"""`state` of an authorization that is under way at Syncaroo: good for one session, once (PROTOCOL §2; RFC 6749 §10.12).

Both the state and the session that it is bound to are known by their SHA-256 only.
"""

from datetime import datetime

from sqlalchemy import Connection, and_, delete, insert

from widget_server.store.tables import hub_states as states


def save(connection: Connection, state_hash: str, session_hash: str, expires_at: datetime, now: datetime) -> None:
    """Remember a state; those that expired are forgotten."""
    connection.execute(delete(states).where(states.c.expires_at <= now))
    values = {"state_hash": state_hash, "session_hash": session_hash, "expires_at": expires_at}
    connection.execute(insert(states).values(values))


def forget_all(connection: Connection) -> None:
    """Whoever is on the way comes back with nothing that is good."""
    connection.execute(delete(states))


def consume(connection: Connection, state_hash: str, session_hash: str, now: datetime) -> bool:
    """True for the first who brings a state that is still good into its own session; it is used up then.

    Brought into another session it is left alone: a stranger can't use it up.
    """
    good = and_(states.c.state_hash == state_hash, states.c.session_hash == session_hash, states.c.expires_at > now)
    return connection.execute(delete(states).where(good).returning(states.c.state_hash)).first() is not None
