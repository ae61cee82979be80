"""How many webhooks a second one web process takes in, beside how many bare commits a second the same disk takes.

    .venv/bin/python -m benchmarks.webhook_acceptance --seconds 10

Starts `flask serve --workers 1` with a connected connection, twenty targets and no hub, and lets `wrk` (a package of
Debian's) send signed webhooks over keep-alive connections. A webhook counts when it was answered 202, so its delivery
is on the disk. A bare commit is one row between `BEGIN IMMEDIATE` and `COMMIT`, with `synchronous=FULL`, in the same
run.
"""

import argparse
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.figures import Results, Row
from widget_server.clock import system_clock
from widget_server.connect.opaque import fingerprint
from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import ROOT, Process
from widget_server.inbox.signature import sign
from widget_server.model import Json, Listing, ListingKind, ListingStatus
from widget_server.store import authorizations, listings
from widget_server.store.engine import Database

HEADING = "Webhooks"
LEAST_OF_COMMITS = 0.1
CONNECTIONS = 32
TARGETS = 20
CONNECTION_ID = "99"
LOCATION_ID = "1198"
ACCESS_TOKEN = "the-access-token-of-the-benchmark"  # noqa: S105 -- of a site that lives for some seconds
SECRET = "the-secret-of-the-benchmark"  # noqa: S105
HUB = "http://127.0.0.1:9"
"""Nobody listens there: the worker's fetches fail at once."""
START_WITHIN_SECONDS = 60.0
SCRIPT = """
local bodies, turn = {%s}, 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer %s"
request = function()
  turn = turn %% #bodies + 1
  return wrk.format(nil, nil, nil, bodies[turn])
end
done = function(summary, latency, _)
  io.write(string.format("seconds=%%f answered=%%d refused=%%d broken=%%d median_us=%%d p99_us=%%d\\n",
    summary.duration / 1e6, summary.requests, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""
"""For wrk, in Lua. What is filled in: the bodies as texts of Lua, and the access token."""


@dataclass(frozen=True)
class Acceptance:
    """What came of one run. `accepted`: answers 202; `refused`: any other; `broken`: none at all."""

    seconds: float
    accepted: int
    refused: int
    broken: int
    median_ms: float
    p99_ms: float

    @property
    def per_second(self) -> float:
        """Webhooks that were taken in."""
        return self.accepted / self.seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=int, default=10)
    seconds = parser.parse_args().seconds
    with tempfile.TemporaryDirectory(dir=ROOT) as folder:  # a real disk: /tmp may be memory
        found, commits = measure(Path(folder), seconds)
    print(f"webhooks accepted   {found.per_second:.0f} a second, {CONNECTIONS} connections, one web process")
    print(f"                    median {found.median_ms:.1f} ms, 99 of 100 within {found.p99_ms:.1f} ms")
    print(f"refused, broken     {found.refused}, {found.broken}")
    print(f"bare commits        {commits:.0f} a second")
    print(f"ratio               {found.per_second / commits:.3f}")


def measure(folder: Path, seconds: int) -> tuple[Acceptance, float]:
    """What a fresh site with its data in `folder` takes in, and how many bare commits a second there are beside it.

    The commits are made before and after, as the machine may have other things to do meanwhile. Raises what `accept`
    and `connected_site` raise.
    """
    folder.mkdir(exist_ok=True)
    before = bare_commits_per_second(folder / "before.sqlite3", seconds / 4)
    with connected_site(folder) as site_url:
        accept(site_url, webhooks(), 1)
        found = accept(site_url, webhooks(), seconds)
    after = bare_commits_per_second(folder / "after.sqlite3", seconds / 4)
    return found, (before + after) / 2


def report(found: Acceptance, commits: float, results: Results) -> None:
    """Rows."""
    ratio = found.per_second / commits
    results.add(
        HEADING,
        Row(
            f"accepted by one web process, {CONNECTIONS} connections",
            f"{found.per_second:,.0f} a second, bare commits {commits:,.0f}: {ratio:.3f} ×",
            f"≥ {LEAST_OF_COMMITS} ×",
            ratio >= LEAST_OF_COMMITS and not found.refused and not found.broken,
        ),
        Row(
            "how long each takes",
            f"median {found.median_ms:.1f} ms, p99 {found.p99_ms:.1f} ms; {found.refused} refused, {found.broken} lost",
        ),
    )


def accept(
    site_url: str,
    bodies: Sequence[Json],
    seconds: int,
    *,
    access_token: str = ACCESS_TOKEN,
    connections: int = CONNECTIONS,
) -> Acceptance:
    """Send `bodies` in turn to the site for some seconds. Raises `CalledProcessError` when wrk doesn't run through."""
    texts = ",".join(f"[==[{json.dumps(body, separators=(',', ':'))}]==]" for body in bodies)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (texts, access_token))
        script.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", script.name, f"{site_url}/api/update/"]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    told = {name: float(number) for name, number in re.findall(r"(\w+)=([0-9.]+)", said)}
    return Acceptance(
        seconds=told["seconds"],
        accepted=int(told["answered"] - told["refused"]),
        refused=int(told["refused"]),
        broken=int(told["broken"]),
        median_ms=told["median_us"] / 1000,
        p99_ms=told["p99_us"] / 1000,
    )


def bare_commits_per_second(file: Path, seconds: float) -> float:
    """How often a second one row can be made durable by SQLite in the new `file`."""
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT)")
    began, count = time.perf_counter(), 0
    while time.perf_counter() - began < seconds:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO bare (text) VALUES ('a webhook is about this long')")
        connection.execute("COMMIT")
        count += 1
    connection.close()
    return count / (time.perf_counter() - began)


def webhooks(targets: int = TARGETS) -> list[Json]:
    """Signed data webhooks, one for each of so many resources."""
    return [_webhook(str(number)) for number in range(targets)]


@contextmanager
def connected_site(folder: Path) -> Iterator[str]:
    """The address of a site with one web process, whose connection syncs the resources of `webhooks`."""
    port = free_ports((0,))[0]
    site_url = f"http://{HOST}:{port}"
    _connect(Database(f"sqlite:///{folder / 'site.sqlite3'}"))
    env = {name: value for name, value in os.environ.items() if not name.startswith("WIDGET_")} | {
        "WIDGET_DATA_DIR": str(folder),
        "WIDGET_DATABASE_URL": f"sqlite:///{folder / 'site.sqlite3'}",
        "WIDGET_SITE_URL": site_url,
        "WIDGET_SYNCAROO_CLIENT_ID": "hub",
        "WIDGET_SYNCAROO_CLIENT_SECRET": SECRET,
        "WIDGET_SYNCAROO_APP_URL": HUB,
        "WIDGET_SYNCAROO_API_URL": HUB,
    }
    serve = ["-m", "flask", "--app", str(ROOT / "wsgi.py"), "serve", "--workers", "1"]
    command = [sys.executable, *serve, "--host", HOST, "--port", str(port)]
    site = Process("site", command, env, folder / "site.log")
    try:
        site.wait_until_it_answers(f"{site_url}/healthz", START_WITHIN_SECONDS)
        yield site_url
    finally:
        site.stop()


def _webhook(resource_id: str) -> Json:
    meta = {
        "resourceId": resource_id,
        "attributeType": "rates",
        "apiUrl": f"{HUB}/v1/locations/1/resources/{resource_id}/rates",
    }
    body = {"connectionId": 99, "webhookType": "data", "locationId": LOCATION_ID, "metaData": meta}
    return {**body, "hash": sign(body, SECRET)}


def _connect(database: Database) -> None:
    """What an operator's approval and its exchange leave behind, without the browser."""
    database.migrate()
    now = system_clock()
    with database.write() as connection:
        listings.upsert(connection, _listing(ListingKind.LOCATION, LOCATION_ID), now)
        for number in range(TARGETS):
            listings.upsert(connection, _listing(ListingKind.RESOURCE, str(number)), now)
        code = authorizations.NewCode(
            fingerprint("code"), CONNECTION_ID, "client", HUB, 1, (LOCATION_ID,), now + timedelta(minutes=10)
        )
        authorizations.save_code(connection, code, now)
        pair = authorizations.TokenPair(
            fingerprint(ACCESS_TOKEN), fingerprint("refresh token"), now + timedelta(hours=1)
        )
        authorizations.redeem(connection, code.code_hash, pair, now)
    database.close()


def _listing(kind: ListingKind, listing_id: str) -> Listing:
    is_resource = kind is ListingKind.RESOURCE
    return Listing(
        kind=kind,
        id=listing_id,
        name=f"{kind} {listing_id}",
        status=ListingStatus.ACTIVE,
        type="meeting-room" if is_resource else None,
        location_id=LOCATION_ID if is_resource else None,
    )


if __name__ == "__main__":
    main()
