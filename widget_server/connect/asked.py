"""What an authorize link asks for, and whether it may be asked (PROTOCOL §1.1, §1.3; RFC 6749 §4.1). Pure.

A link whose client or redirect is wrong may come from anybody: it ends on a page of ours. Other mistakes are the
hub's to hear about, at its own address.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from widget_server.connect import redirect_uri
from widget_server.connect.client import PlatformClient
from widget_server.connect.dialect import Parameters
from widget_server.errors import RequestRefused

CONNECTION_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Asked:
    """A link that is in order. `state` goes back untouched, None when there was none."""

    connection_id: str
    client_id: str
    redirect_uri: str
    state: str | None

    @property
    def parameters(self) -> dict[str, str]:
        """The link's own parameters by their RFC names."""
        known = {
            "response_type": "code",
            "connection_id": self.connection_id,
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
        }
        return known if self.state is None else {**known, "state": self.state}

    @property
    def query(self) -> str:
        """The parameters as a query string, for the consent form to ask the same thing again."""
        return urlencode(self.parameters, errors="surrogateescape")


@dataclass(frozen=True)
class SentBack:
    """A link that the hub got wrong. `location`: back there, with the error's name."""

    location: str


def read(parameters: Parameters, client: PlatformClient | None) -> Asked | SentBack:
    """The link's request. Raises `RequestRefused` (400) when it isn't safe to send anybody back."""
    if client is None:
        raise RequestRefused(
            400,
            "not_set_up",
            "This site isn't ready to be connected: make a client id and a client secret in its console first, under "
            "Settings.",
        )
    values = parameters.values
    if {"client_id", "redirect_uri"} & parameters.repeated or values.get("client_id") != client.client_id:
        raise RequestRefused(
            400, "unknown_client", "The link that brought you here doesn't come from your Syncaroo account."
        )
    if not client.check_redirect_uri(values.get("redirect_uri", "")):
        raise RequestRefused(
            400, "bad_redirect_uri", "The link that brought you here would lead to an address that isn't Syncaroo's."
        )
    error = _mistake(parameters)
    if error:
        return SentBack(_back(values, ("error", error)))
    return Asked(values["connection_id"], client.client_id, values["redirect_uri"], values.get("state"))


def back(asked: Asked, outcome: tuple[str, str]) -> str:
    """Where an answered link leads: the redirect with connectionId, `("code", …)` or `("error", …)`, and the state."""
    return _back(asked.parameters, outcome)


def _mistake(parameters: Parameters) -> str | None:
    """A name of RFC 6749 §4.1.2.1, None when all is well."""
    values = parameters.values
    if parameters.repeated or "response_type" not in values or not _has_connection(values):
        return "invalid_request"
    return None if values["response_type"] == "code" else "unsupported_response_type"


def _has_connection(values: Mapping[str, str]) -> bool:
    return CONNECTION_ID.fullmatch(values.get("connection_id", "")) is not None


def _back(values: Mapping[str, str], outcome: tuple[str, str]) -> str:
    added = [("connectionId", values["connection_id"])] if _has_connection(values) else []
    added.append(outcome)
    if "state" in values:
        added.append(("state", values["state"]))
    return redirect_uri.with_parameters(values["redirect_uri"], added)
