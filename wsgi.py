"""`wsgi:app`: for `flask`, and for any WSGI server. A site that can't start says why in one sentence, with status 2."""

import functools
import gc
import sys

from flask import Flask

import widget_server
from widget_server import command_choice
from widget_server.errors import ConfigError, StoreUnavailable


@functools.cache
def _build() -> Flask:
    try:
        return widget_server.create_app()
    except (ConfigError, StoreUnavailable) as error:
        print(error, file=sys.stderr)
        raise SystemExit(2) from None


gc.disable()  # thousands of functions and classes are made here and none goes: looking for garbage only takes time
app = command_choice.before(_build) if command_choice.is_being_made() else _build()
gc.freeze()
gc.enable()
