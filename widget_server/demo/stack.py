"""Hub, site and somebody's website: started as three processes, connected over HTTP, stopped together.

    with Stack(folder) as stack:
        stack.connect()
        stack.wait_for_prices()
        … stack.site_url, stack.hub_url, stack.page_url, stack.operator_email, stack.operator_password

Nothing is written into anybody's database here: what happens is what an operator does, by commands and in a browser.
"""

import secrets
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import requests

from widget_server.config import environment
from widget_server.demo.forms import Page, Visitor
from widget_server.demo.ports import HOST, free_ports
from widget_server.demo.process import ROOT, DemoFailed, Process
from widget_server.setting_table import SETTINGS

START_WITHIN_SECONDS = 60.0
"""A first start on a slow machine compiles every module."""
PRICES_WITHIN_SECONDS = 60.0
REQUEST_TIMEOUT_SECONDS = 10.0
LISTINGS = "widget_server/sandbox/demo_listings.json"
EMAIL = "operator@example.com"

Say = Callable[[str], None]


def flask_command(*arguments: str) -> list[str]:
    """The command line of `flask …` for a site of this checkout."""
    return [sys.executable, "-m", "flask", "--app", str(ROOT / "wsgi.py"), *arguments]


class Stack:
    """One run of all three. `folder` takes their data and logs; `ports` of site, hub and page are those wanted.

    `settings` are further variables of the site; `say` gets a sentence for every step that is done. `listings` is the
    file that the site imports, `hub_options` are further ones of the hub's command.
    """

    def __init__(
        self,
        folder: Path,
        ports: Sequence[int] = (0, 0, 0),
        settings: Mapping[str, str] | None = None,
        say: Say = lambda _: None,
        listings: str = LISTINGS,
        hub_options: Sequence[str] = (),
    ) -> None:
        self._folder = folder
        self._listings = listings
        self._hub_options = hub_options
        site, hub, page = free_ports(ports)
        self._ports = {"site": site, "hub": hub, "page": page}
        self.site_url, self.hub_url, self.page_url = (f"http://{HOST}:{port}" for port in (site, hub, page))
        self.operator_email = EMAIL
        self.operator_password = secrets.token_urlsafe(9)
        self._platform = (f"site-{secrets.token_hex(4)}", secrets.token_hex(24))
        self._client = (f"hub-{secrets.token_hex(4)}", secrets.token_hex(24))
        self._more = dict(settings or {})
        self._say = say
        self._running = ExitStack()
        self.processes: dict[str, Process] = {}
        self.visitor = Visitor()
        self.snippet = ""

    def __enter__(self) -> Self:
        """Start all three. Raises `DemoFailed`; then nothing is left running."""
        try:
            self._start()
        except BaseException:
            self._running.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def connect(self) -> None:
        """Both directions, the way an operator does it in a browser."""
        console = self.visitor.open(f"{self.site_url}/console/")
        allow = self.visitor.submit(console, "/connect/syncaroo")
        self._expect(self.visitor.submit(allow, "/api/authorize", decision="allow"), f"{self.site_url}/console/")
        self._say("The site may read from the hub")
        consent = self.visitor.submit(self.visitor.open(self.hub_url), "/integrations")
        finished = self.visitor.submit(consent, "/api/oauth/authorize", decision="approve")
        self._expect(finished, f"{self.hub_url}/connection")
        self._say("The hub may update the site's listings")

    def wait_for_prices(self, seconds: float = PRICES_WITHIN_SECONDS) -> None:
        """Return when `/widget.json` has prices. Raises `DemoFailed` when they take longer."""
        self.processes["site"].wait_until("publish prices", self._has_prices, seconds)
        self._say("Prices are visible")

    def widget(self) -> dict[str, Any]:
        """What `/widget.json` says now."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"{self.site_url}/widget.json", timeout=REQUEST_TIMEOUT_SECONDS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def check(self) -> None:
        """Raises `DemoFailed` when one of the processes has ended."""
        for process in self.processes.values():
            process.check()

    def start_site(self) -> None:
        """Start the site (again, if it was stopped or killed) and wait until it answers."""
        self._start_process("site", flask_command("serve", "--host", HOST, "--port", str(self._ports["site"])))
        self.processes["site"].wait_until_it_answers(f"{self.site_url}/healthz", START_WITHIN_SECONDS)

    def site_env(self) -> dict[str, str]:
        """The site's variables: its own and none of this machine's settings, whatever a `.env` file says."""
        return self._env() | {
            "WIDGET_DATA_DIR": str(self._folder / "data"),
            "WIDGET_SITE_URL": self.site_url,
            "WIDGET_OPERATOR_EMAIL": self.operator_email,
            "WIDGET_OPERATOR_PASSWORD": self.operator_password,
            "WIDGET_PLATFORM_CLIENT_ID": self._platform[0],
            "WIDGET_PLATFORM_CLIENT_SECRET": self._platform[1],
            "WIDGET_SYNCAROO_CLIENT_ID": self._client[0],
            "WIDGET_SYNCAROO_CLIENT_SECRET": self._client[1],
            "WIDGET_SYNCAROO_APP_URL": self.hub_url,
            "WIDGET_SYNCAROO_API_URL": self.hub_url,
            "WIDGET_WORKSPACE_NAME": "Demo Workspace",
            **self._more,
        }

    def _start(self) -> None:
        self._start_process("hub", self._hub_command(), self._env() | {"SANDBOX": "1"})
        importing = Process(
            "import", flask_command("listings", "import", self._listings), self.site_env(), self._log("import")
        )
        self._running.callback(importing.stop)
        self.start_site()
        importing.wait_for_success(START_WITHIN_SECONDS)
        self.processes["hub"].wait_until_it_answers(self.hub_url, START_WITHIN_SECONDS)
        self._say("Hub and site run, the listings are imported")
        self.snippet = self._log_in().text_of("snippet")
        if not self.snippet:
            raise DemoFailed("The console shows no snippet to embed")
        self._say("The operator is logged in and has copied the snippet")
        page = [sys.executable, "-m", "widget_server.demo.page", str(self._ports["page"]), self.snippet]
        self._start_process("page", page, self._env())
        self.processes["page"].wait_until_it_answers(self.page_url, START_WITHIN_SECONDS)
        self._say("The sample website embeds it")

    def _start_process(self, name: str, command: list[str], env: Mapping[str, str] | None = None) -> None:
        process = Process(name, command, env or self.site_env(), self._log(name))
        self.processes[name] = process
        self._running.callback(process.stop)

    def _hub_command(self) -> list[str]:
        command = [sys.executable, "-m", "widget_server.sandbox", "--host", HOST, "--port", str(self._ports["hub"])]
        command += ["--platform-url", self.site_url]
        command += ["--platform-client-id", self._platform[0], "--platform-client-secret", self._platform[1]]
        command += ["--client-id", self._client[0], "--client-secret", self._client[1]]
        return [*command, *self._hub_options]

    def _env(self) -> dict[str, str]:
        kept = {name: value for name, value in environment().items() if not name.startswith(("WIDGET_", "FLASK_"))}
        return kept | {setting.name: "" for setting in SETTINGS}

    def _log(self, name: str) -> Path:
        return self._folder / "logs" / f"{name}.log"

    def _log_in(self) -> Page:
        login = self.visitor.open(f"{self.site_url}/login")
        page = self.visitor.submit(login, "/login", email=self.operator_email, password=self.operator_password)
        return self._expect(page, f"{self.site_url}/console/")

    def _expect(self, page: Page, url: str) -> Page:
        if page.url.partition("?")[0] != url:
            raise DemoFailed(f"Expected to arrive at {url}, not at {page.url}:\n{page.excerpt}")
        return page

    def _has_prices(self) -> bool:
        try:
            found = self.widget()
        except requests.RequestException:
            return False  # nothing is published yet
        return any(
            "amount" in rate
            for location in found["locations"]
            for resource in location["resources"]
            for rate in resource["rates"]
        )
