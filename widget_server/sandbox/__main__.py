"""Run the sandbox hub: `SANDBOX=1 python -m widget_server.sandbox --port 9001 …`."""

from __future__ import annotations

import argparse
import ipaddress
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from widget_server.sandbox import SandboxConfig, create_sandbox
from widget_server.sandbox.config import DEMO_WORKSPACE
from widget_server.sandbox.hub import EXTENSION

WRONG_USE = 2
"""Exit status, as argparse uses for wrong arguments."""


class QuietHandler(WSGIRequestHandler):
    """Says nothing about each request; the hub keeps its own record."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Drop the line."""


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit status."""
    if os.environ.get("SANDBOX") != "1":
        print(
            "The sandbox hub plays Syncaroo for demos and tests; it is not for production. Set SANDBOX=1 to run it.",
            file=sys.stderr,
        )
        return WRONG_USE
    options = _options(arguments)
    app = create_sandbox(_config(options))
    server = make_server(options.host, options.port, app, threaded=True, request_handler=QuietHandler)
    signal.signal(signal.SIGTERM, _stop)
    print(f"Sandbox hub on {_config(options).url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        app.extensions[EXTENSION].close()
        server.server_close()
    return 0


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _config(options: argparse.Namespace) -> SandboxConfig:
    host = f"[{options.host}]" if ":" in options.host else options.host
    return SandboxConfig(
        url=options.url or f"http://{host}:{options.port}",
        platform_url=options.platform_url,
        platform_client_id=options.platform_client_id,
        platform_client_secret=options.platform_client_secret,
        client_id=options.client_id,
        client_secret=options.client_secret,
        hash_secret=options.hash_secret,
        workspace=options.workspace,
        senders=options.senders,
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m widget_server.sandbox", description="A stand-in for Syncaroo.")
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=9001)
    parser.add_argument("--url", help="the hub's origin, if not http://HOST:PORT")
    parser.add_argument("--platform-url", required=True, help="the site's origin")
    parser.add_argument("--platform-client-id", required=True, help="credentials that the site gave to the hub")
    parser.add_argument("--platform-client-secret", required=True)
    parser.add_argument("--client-id", required=True, help="credentials that the hub gave to the site")
    parser.add_argument("--client-secret", required=True)
    parser.add_argument("--hash-secret", default="", help="signs webhooks; the client secret if not given")
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE, help="a file like demo_workspace.json")
    parser.add_argument(
        "--senders", type=int, default=1, help="webhooks on their way at once; only 1 keeps their order"
    )
    return parser.parse_args(arguments)


def _loopback(text: str) -> str:
    """An address of this machine only; the hub's switches are open to whoever reaches it."""
    if text != "localhost" and not _is_loopback(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a loopback address; the hub must not be reachable")
    return text


def _is_loopback(text: str) -> bool:
    try:
        return ipaddress.ip_address(text).is_loopback
    except ValueError:
        return False


if __name__ == "__main__":
    sys.exit(main())
