"""What a host's name or address says about who can reach it."""

import ipaddress


def is_loopback(host: str) -> bool:
    """True for `localhost`, `127.x.y.z` and `::1`."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
