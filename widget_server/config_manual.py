"""The manual of the settings, written from their table: `flask settings docs > docs/configuration.md`."""

from collections.abc import Iterable

from widget_server.setting_table import Section, Setting

INTRODUCTION = """\
<!-- Made by `flask settings docs > docs/configuration.md` from widget_server/setting_table.py: change it there. -->

# Configuration

Every setting is an environment variable. A file `.env` in the folder where the server starts may hold them too, one
`NAME=value` a line; the environment wins over it. `${NAME}` in the file stands for that
variable. A variable that is empty counts as unset, and blanks around a value are dropped.

A wrong value stops the start with one sentence that names the variable, its value (never a secret's) and what would
do. None of these settings is needed to look around: `flask serve` on its own starts on `http://127.0.0.1:8000` with
everything in `var/`. To receive prices, set both pairs of Syncaroo credentials; to be reached from elsewhere, set
`WIDGET_SITE_URL`.
"""


def manual(sections: Iterable[Section]) -> str:
    """Markdown: a heading for each section and for each of its settings, in the table's order."""
    return INTRODUCTION + "".join(_section(section) for section in sections)


def _section(section: Section) -> str:
    return f"\n## {section.title}\n" + "".join(_setting(setting) for setting in section.settings)


def _setting(setting: Setting) -> str:
    kept = ". Secret: never shown" if setting.secret else ""
    default = "unset" if setting.default is None else f"`{setting.default}`"
    return f"\n### `{setting.name}`\n\n{setting.help}\n\n*{_capital(setting.kind.label)}. Default: {default}{kept}.*\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
