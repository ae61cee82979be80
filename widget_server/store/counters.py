"""Monotonic counters: numbers that only grow, handed out inside of the transaction that uses them."""

from sqlalchemy import Connection, Integer, bindparam, select, update

from widget_server.store.tables import counters


def take_turns(connection: Connection) -> None:
    """From here to its end this transaction is alone among those that call this too; to be its first statement.

    SQLite's write lock does that by itself. On PostgreSQL, those that change listings or data would otherwise decide
    by rows that another is about to change, and lock them in an order of their own: two of them could wait for each
    other. They meet at the `revision` counter anyhow, so here they meet before anything else.
    """
    if connection.dialect.name != "sqlite":
        connection.execute(_TURN)


_TURN = select(counters.c.value).where(counters.c.name == "revision").with_for_update()
_GROWN = (
    update(counters)
    .where(counters.c.name == bindparam("counter"))
    .values(value=counters.c.value + bindparam("count", type_=Integer))
    .returning(counters.c.value)
)


def next_value(connection: Connection, name: str) -> int:
    """The next number of counter `name`; two transactions never get the same one."""
    return next_values(connection, name, 1)[0]


def next_values(connection: Connection, name: str, count: int) -> range:
    """The next `count` numbers of counter `name`, in one step; none and no statement for 0."""
    if not count:
        return range(0)
    last = int(connection.execute(_GROWN, {"counter": name, "count": count}).scalar_one())
    return range(last - count + 1, last + 1)


def add(connection: Connection, name: str, count: int) -> None:
    """Let counter `name` grow by `count`."""
    connection.execute(update(counters).where(counters.c.name == name).values(value=counters.c.value + count))


def value(connection: Connection, name: str) -> int:
    """What counter `name` stands at."""
    return int(connection.execute(select(counters.c.value).where(counters.c.name == name)).scalar_one())
