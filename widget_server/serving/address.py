"""Where the server listens, where visitors reach it, and whether it answers yet."""

import http.client
import socket
from dataclasses import dataclass
from typing import Protocol

from widget_server.errors import ConfigError
from widget_server.hosts import is_loopback

PROBE_TIMEOUT_SECONDS = 1.0
HEALTH_PATH = "/healthz"


class SiteSettings(Protocol):
    """Of the settings, what says where the site is."""

    @property
    def site_url(self) -> str:
        """Its public origin, or a guess."""

    @property
    def site_url_is_set(self) -> bool:
        """Whether it is no guess."""


class AddressTaken(Exception):
    """The server can't listen there; the message says why and what would do."""


@dataclass(frozen=True)
class Address:
    """A host to listen on, by name or number, and a port."""

    host: str
    port: int

    @property
    def origin(self) -> str:
        """`http://127.0.0.1:8000`"""
        return f"http://[{self.host}]:{self.port}" if ":" in self.host else f"http://{self.host}:{self.port}"

    def site_url(self, settings: SiteSettings) -> str:
        """The site's public origin: as set, or this address if nobody else can reach it.

        Raises `ConfigError`: off loopback the origin can't be guessed, and never comes from a Host header.
        """
        if settings.site_url_is_set:
            return settings.site_url
        if not is_loopback(self.host):
            remedy = (
                f"set it to the address at which visitors reach the site: listening on {self.host} alone can't tell"
            )
            raise ConfigError("WIDGET_SITE_URL", None, remedy)
        return self.origin

    def check_free(self) -> None:
        """Raises `AddressTaken` when it is in use or can't be listened on.

        Our web processes share their port among themselves, so two servers would share it, too, and unnoticed.
        """
        try:
            family, kind, protocol, _, where = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)[0]
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(where)
        except OSError as error:
            why = error.strerror or error
            raise AddressTaken(
                f"Can't listen on {self.origin} ({why}): stop what does, or choose another --host or --port"
            ) from None

    def answers(self) -> bool:
        """True once the server answers requests there, whatever it says."""
        everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- asked about, not listened on
        host = everywhere.get(self.host, self.host)
        probe = http.client.HTTPConnection(host, self.port, timeout=PROBE_TIMEOUT_SECONDS)
        try:
            probe.request("GET", HEALTH_PATH)
            probe.getresponse()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            probe.close()
        return True
