"""What `flask` is given while it looks for a command: `serve` at once, the others out of the whole application.

`flask serve` starts further processes, each with an application of its own. Building one before that would double the
time until the site answers.
"""

from collections.abc import Callable

import click
from flask import Flask
from flask.cli import AppGroup, FlaskGroup

from widget_server.serving.command import serve


def is_being_made() -> bool:
    """Whether the present import is `flask`'s that looks for its command. Its own commands, such as `run` and `shell`,
    and WSGI servers want the application itself."""
    context = click.get_current_context(silent=True)
    return context is not None and isinstance(context.command, FlaskGroup)


class Choice(AppGroup):
    """The commands of the application that `build` makes, `serve` without it."""

    def __init__(self, build: Callable[[], Flask]) -> None:
        super().__init__()
        self._build = build

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All of them, for the help."""
        return self._build().cli.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, with its application as the current one."""
        if cmd_name == serve.name:
            return serve
        app = self._build()
        ctx.with_resource(app.app_context())
        return app.cli.get_command(ctx, cmd_name)


def before(build: Callable[[], Flask]) -> Flask:
    """Stands in for what `build` makes until the command is known."""
    app = Flask(__name__)
    app.cli = Choice(build)
    return app
