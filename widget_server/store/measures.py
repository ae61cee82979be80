"""Numbers about the present state, for whoever watches the site."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from widget_server.store import counters, inbox, publication
from widget_server.store.tables import connections, deliveries, hub_credentials, price_changes, targets


@dataclass(frozen=True)
class Measures:
    """`deliveries` counts by state. Instants are None where nothing of the kind has happened."""

    deliveries: dict[str, int]
    targets_due: int
    targets_failing: int
    price_changes: int
    sweep_finds: int
    hub_state: str
    oldest_waiting_at: datetime | None
    last_webhook_at: datetime | None
    synced_at: datetime | None


def measure(connection: Connection, now: datetime) -> Measures:
    """All of them, of one moment."""
    by_state = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    failing = (targets.c.failures > 0) | (targets.c.outages > 0)
    return Measures(
        deliveries={row[0]: row[1] for row in connection.execute(by_state)},
        targets_due=connection.execute(select(func.count()).where(targets.c.due_at <= now)).scalar_one(),
        targets_failing=connection.execute(select(func.count()).where(failing)).scalar_one(),
        price_changes=connection.execute(select(func.count()).select_from(price_changes)).scalar_one(),
        sweep_finds=counters.value(connection, "sweep_finds"),
        hub_state=connection.execute(select(hub_credentials.c.state)).scalar_one(),
        oldest_waiting_at=inbox.oldest_open(connection),
        last_webhook_at=connection.execute(select(func.max(connections.c.last_webhook_at))).scalar_one(),
        synced_at=publication.current(connection).synced_at,
    )
