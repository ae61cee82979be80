"""What the environment sets is shown, and no secret of it."""

import html

from tests.conftest import Browser
from widget_server import config
from widget_server.console.settings.environment import MASK, variables
from widget_server.setting_table import SETTINGS
from widget_server.site_settings import Source

PAGE = "/console/settings/"


def test_every_variable_that_is_set_is_listed_and_secrets_are_masked(
    site_env: dict[str, str], operator_browser: Browser
) -> None:
    page = html.unescape(operator_browser.get(PAGE).text)
    for setting in SETTINGS:
        value = site_env.get(setting.name, "")
        assert (f">{setting.name}</span></dt>" in page) is bool(value)
        if value:
            assert f">{setting.name}</span></dt><dd><code>{MASK if setting.secret else value}</code>" in page
        assert not (setting.secret and value and value in page)


def test_a_value_that_the_console_replaced_says_so(site_env: dict[str, str]) -> None:
    settings = config.load(site_env | {"WIDGET_WORKSPACE_NAME": "The Mill"})
    found = {each.name: each for each in variables(settings, {"workspace_name": Source.CONSOLE})}
    assert found["WIDGET_WORKSPACE_NAME"].is_replaced
    assert not found["WIDGET_DATA_DIR"].is_replaced
