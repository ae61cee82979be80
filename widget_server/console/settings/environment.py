"""What the environment sets, to look at: nothing of it is changed from here. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from widget_server.config import PASSWORD_IN_URL, Settings
from widget_server.setting_table import SETTINGS
from widget_server.site_settings import Source

MASK = "••••••••"


@dataclass(frozen=True)
class Variable:
    """`value` as it was given, a secret as `MASK`; `is_replaced`: another value, set in the console, holds."""

    name: str
    value: str
    is_replaced: bool


def variables(settings: Settings, sources: Mapping[str, Source]) -> list[Variable]:
    """Those that are set, in the order of the manual. `sources`: of what the console can set, too."""
    return [
        Variable(
            setting.name,
            MASK if setting.secret else PASSWORD_IN_URL.sub(r"\1:…@", settings.given[setting.attribute]),
            sources.get(setting.attribute) is Source.CONSOLE,
        )
        for setting in SETTINGS
        if setting.attribute in settings.given
    ]
