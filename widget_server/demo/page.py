"""Somebody's website that embeds the widget: `python -m widget_server.demo.page PORT SNIPPET`."""

import http.server
import signal
import sys
from pathlib import Path
from types import FrameType

from widget_server.demo.ports import HOST

TEMPLATE = Path(__file__).with_name("page.html")
MARK = "<!-- the snippet -->"


def website(snippet: str) -> type[http.server.BaseHTTPRequestHandler]:
    """A handler that serves the page with `snippet` where an operator would paste it."""
    body = TEMPLATE.read_text(encoding="utf-8").replace(MARK, snippet).encode()

    class Website(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path.partition("?")[0] == "/"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body) if found else 0))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            if found:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Website


def main(port: int, snippet: str) -> None:
    """Serve until SIGTERM."""
    with http.server.ThreadingHTTPServer((HOST, port), website(snippet)) as server:
        signal.signal(signal.SIGTERM, _stop)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
