"""Which network addresses may be connected to for an operator: public ones only, whatever a name resolves to. Pure.

Addresses that come from a form must not become a way to reach what stands behind the site's own firewall.
"""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is handed out for the public IPv6 internet (RFC 4291 §2.4); mapped and translated addresses lie outside."""
RESERVED = (ipaddress.IPv4Network("192.0.0.0/24"), ipaddress.IPv4Network("192.88.99.0/24"))
"""IETF's own (RFC 6890), of which Python calls some addresses global; relays into tunnels (RFC 7526)."""
TUNNELS = (ipaddress.IPv6Network("2001::/23"), ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("3fff::/20"))
"""IETF's own, Teredo among it; 6to4, which holds an IPv4 address; documentation (RFC 9637)."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could connect to `address` too."""
    if address.is_multicast or address.is_reserved or not address.is_global:
        return False
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in RESERVED)
    return address in GLOBAL_UNICAST and not any(address in tunnel for tunnel in TUNNELS)


def read(text: str) -> Address:
    """An address as the resolver writes it. Raises ValueError for one with a zone (`fe80::1%eth0`), too."""
    found = ipaddress.ip_address(text)
    if isinstance(found, ipaddress.IPv6Address) and found.scope_id is not None:
        raise ValueError("an address of one network interface only")
    return found


@dataclass(frozen=True)
class AddressPolicy:
    """What may be connected to. `ports`: None for all."""

    allows: Callable[[Address], bool]
    ports: frozenset[int] | None


PUBLIC = AddressPolicy(is_public, frozenset({80, 443}))
ANYWHERE = AddressPolicy(lambda _: True, None)
"""For what comes from whoever runs the server: they reach it all anyway."""
