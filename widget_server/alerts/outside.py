"""How far alerts reach. What the environment names may be anywhere; what was typed in the console must be public.

Who sets variables runs the server and reaches its network anyway; who types into a form may be somebody else, and a
form must not become a way to talk to what stands behind the site's own firewall.
"""

from dataclasses import dataclass

from requests.utils import DEFAULT_CA_BUNDLE_PATH

from widget_server.network import addresses
from widget_server.network.addresses import ANYWHERE, AddressPolicy
from widget_server.network.reach import Resolve, system_resolve

WITHIN_SECONDS = 20.0
"""For all of one message: looking up the name, connecting, talking."""
MAIL_PORTS = frozenset({25, 465, 587, 2525})
WEB_PORTS = frozenset({80, 443})


@dataclass(frozen=True)
class Outside:
    """`certificates`: a file of authorities for https; `within`: seconds for one message."""

    policy: AddressPolicy = ANYWHERE
    resolve: Resolve = system_resolve
    within: float = WITHIN_SECONDS
    certificates: str = DEFAULT_CA_BUNDLE_PATH


GIVEN = Outside()
TYPED_MAIL = Outside(AddressPolicy(addresses.is_public, MAIL_PORTS))
TYPED_CHAT = Outside(AddressPolicy(addresses.is_public, WEB_PORTS))
