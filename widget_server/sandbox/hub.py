"""The sandbox hub's parts, built once per app, and the only place that asks Flask for the current one."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from flask import current_app

from widget_server.sandbox.config import SandboxConfig
from widget_server.sandbox.connections import Connections
from widget_server.sandbox.failures import Failures
from widget_server.sandbox.outbox import Outbox
from widget_server.sandbox.platform import Platform
from widget_server.sandbox.sender import Sender
from widget_server.sandbox.tokens import Tokens
from widget_server.sandbox.workspace import Workspace

EXTENSION = "sandbox"
REQUESTS_KEPT = 500
NOTICES_KEPT = 20


class Hub:
    """Everything that one hub holds, in memory. `lock` guards the workspace, the connections and the counters."""

    def __init__(self, config: SandboxConfig, clock: Callable[[], float]) -> None:
        self.config = config
        self.lock = threading.RLock()
        self.stopping = threading.Event()
        self.workspace = Workspace.read(config.workspace)
        self.connections = Connections(config.connection_id)
        self.tokens = Tokens(self.lock, clock, config.access_token_lifetime)
        self.failures = Failures(self.lock)
        self.platform = Platform(config)
        self.sender = Sender(self.platform, clock, config.retry_pauses, self.stopping)
        self.outbox = Outbox(self.lock, self.sender, self.failures, clock, config.senders)
        self.token_calls = 0
        self.api_calls = 0
        self.api_requests: deque[dict[str, Any]] = deque(maxlen=REQUESTS_KEPT)
        self.notices: deque[tuple[str, str]] = deque(maxlen=NOTICES_KEPT)

    def close(self) -> None:
        """Stop the sending thread and wake every request that is being slow on purpose."""
        self.stopping.set()
        self.outbox.close()


def the_hub() -> Hub:
    """The hub of the app that is answering the current request."""
    hub = current_app.extensions[EXTENSION]
    assert isinstance(hub, Hub)
    return hub
