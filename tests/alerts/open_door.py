"""A site whose alerts may reach loopback, whoever typed the address: where the tests' mail server and chat tool are."""

from dataclasses import replace
from functools import partial

from flask import Flask

from widget_server import services
from widget_server.alerts.channels import configured
from widget_server.alerts.outside import GIVEN


def open_door(site: Flask) -> services.Services:
    """The site's parts, changed so."""
    parts: services.Services = site.extensions[services.EXTENSION]
    changed = replace(parts, alert_channels=partial(configured, typed_mail=GIVEN, typed_chat=GIVEN))
    services.install(site, changed)
    return changed
