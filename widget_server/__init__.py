"""The pricing widget's server. `create_app` builds the Flask application; importing the package alone costs nothing.

The supervisor and the process that watches the web processes are parts of this package that live without the rest.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from widget_server.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    """`create_app`, imported with all that it needs when it is first asked for (PEP 562)."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from widget_server.app import create_app  # noqa: PLC0415 -- whoever imports one part must not pay for all

    return create_app
