"""The initial set: from the webhooks that follow a new connection to all prices being public.

Beside it stands, from the same run, how long a bare loop over one connection takes to read and parse the same pages
from the same hub.
"""

import http.client
import json
import time
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import requests

from benchmarks.figures import Line, Plot, Results, Row
from benchmarks.plan import Plan
from benchmarks.site import REQUEST_TIMEOUT_SECONDS, Site, TookTooLong, wait_for
from benchmarks.workspaces import RATES_EACH

HEADING = "Initial set"
AMOUNT = b'"amount":'
SMALL = 1_000
"""Resources up to which the time is held against the bare loop's."""
TIMES_THE_LOOP, EXTRA_SECONDS = 3.0, 5.0
LARGE_WITHIN_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.1
"""Looking more often would take its share of the processors for as long as this lasts."""


@dataclass(frozen=True)
class Initial:
    """One initial set. `sent` and `public` are in seconds after the first webhook, `loop` in seconds."""

    resources: int
    pages: int
    sent: float
    public: float
    fetches: int
    loop: float


def measure(site: Site, plan: Plan) -> Initial:
    """Send everything, wait until all of it is public, then read it with the bare loop. Raises `TookTooLong`."""
    before = site.hub.counts()
    began = time.perf_counter()
    site.hub.send_everything()
    site.hub.wait_until_sent(plan.patience)
    sent = time.perf_counter() - began
    for location in range(site.size.locations):
        _wait_for_prices(site, site.location_path(location), site.size.resources_each, plan)
    _wait_for_prices(site, "/widget.json", site.size.resources, plan)
    public = time.perf_counter() - began
    after = site.hub.counts()
    if after["refused"] > before["refused"]:
        raise TookTooLong(f"{after['refused'] - before['refused']} webhooks of the initial set were refused")
    fetches = after["apiCalls"] - before["apiCalls"]
    return Initial(site.size.resources, site.size.pages, sent, public, fetches, bare_loop(site))


def bare_loop(site: Site) -> float:
    """Seconds that one connection takes to read and parse every page once."""
    token = _access_token(site)
    where = urlsplit(site.hub.url)
    connection = http.client.HTTPConnection(where.netloc, timeout=REQUEST_TIMEOUT_SECONDS)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    began = time.perf_counter()
    for path in site.size.hub_paths():
        connection.request("GET", path, headers=headers)
        json.loads(connection.getresponse().read())
    span = time.perf_counter() - began
    connection.close()
    return span


def report(found: list[Initial], results: Results) -> None:
    """Rows and a plot."""
    for each in found:
        results.add(HEADING, _row(each))
    if len(found) > 1:
        lines = (
            Line("all public, after the first webhook", tuple((each.resources, each.public) for each in found)),
            Line("last webhook answered 202", tuple((each.resources, each.sent) for each in found)),
            Line("bare loop reads and parses the pages", tuple((each.resources, each.loop) for each in found)),
        )
        results.plots.append(
            Plot(
                "initial-set",
                "The initial set as the workspace grows",
                "resources, with three prices each",
                "seconds",
                lines,
            )
        )


def _row(each: Initial) -> Row:
    after = max(each.public - each.sent, 0.0)
    limit = TIMES_THE_LOOP * each.loop + EXTRA_SECONDS
    measured = (
        f"public {after:.1f} s after the last 202, {each.public:.1f} s after the first webhook "
        f"({each.fetches} fetches; bare loop {each.loop:.1f} s)"
    )
    if each.resources <= SMALL:
        target, reached = f"≤ 3 × loop + 5 s after the last 202: {limit:.1f} s", after <= limit
    else:
        target, reached = "≤ 120 s after the first webhook", each.public <= LARGE_WITHIN_SECONDS
    return Row(f"{each.resources:,} resources, {each.pages:,} pages", measured, target, reached)


def _wait_for_prices(site: Site, path: str, resources: int, plan: Plan) -> None:
    eyes = site.watcher(path)
    wanted = resources * RATES_EACH
    complete = f"{wanted} prices are in {path}"
    wait_for(complete, lambda: eyes.look().count(AMOUNT) >= wanted, plan.patience, LOOK_EVERY_SECONDS)


def _access_token(site: Site) -> str:
    """A token of the hub's for the benchmark, by the site's own credentials."""
    env = site.stack.site_env()
    client = env["WIDGET_SYNCAROO_CLIENT_ID"]
    back = f"{site.stack.site_url}/connect/syncaroo/callback"
    asked = {"clientId": client, "redirectUri": back, "responseType": "code", "decision": "allow"}
    with requests.Session() as session:
        session.trust_env = False
        allowed = session.post(f"{site.hub.url}/api/authorize", data=asked, allow_redirects=False, timeout=20)
        code = parse_qs(urlsplit(allowed.headers["Location"]).query)["code"][0]
        form = {"clientId": client, "clientSecret": env["WIDGET_SYNCAROO_CLIENT_SECRET"], "redirectUri": back}
        form |= {"code": code, "grantType": "authorization_code"}
        answer = session.post(f"{site.hub.url}/api/token", data=form, timeout=20)
    answer.raise_for_status()
    return str(answer.json()["accessToken"])
