"""What the sandbox hub must be told: where it lives, where the site lives, and both sets of credentials."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

ACCESS_TOKEN_LIFETIME = 600
"""Seconds; PROTOCOL §2: the hub's access tokens live ten minutes."""

DEMO_WORKSPACE = Path(__file__).with_name("demo_workspace.json")
FIRST_CONNECTION_ID = 99
RETRY_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
"""Seconds between the tries of one webhook: long enough for a site to restart, short enough to watch."""


@dataclass(frozen=True)
class SandboxConfig:
    """Settings of one sandbox hub.

    `url` is the hub's own origin (the site's WIDGET_SYNCAROO_APP_URL and WIDGET_SYNCAROO_API_URL), `platform_url` the
    site's. `platform_client_*` are the credentials that the site gave to the hub, `client_*` those that the hub gave
    to the site. Times are in seconds.
    """

    url: str
    platform_url: str
    platform_client_id: str
    platform_client_secret: str = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False)
    hash_secret: str = field(default="", repr=False)
    access_token_lifetime: float = ACCESS_TOKEN_LIFETIME
    connection_id: int = FIRST_CONNECTION_ID
    retry_pauses: tuple[float, ...] = RETRY_PAUSES
    workspace: Path = DEMO_WORKSPACE
    senders: int = 1

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", self.url.rstrip("/"))
        object.__setattr__(self, "platform_url", self.platform_url.rstrip("/"))
        object.__setattr__(self, "hash_secret", self.hash_secret or self.client_secret)
