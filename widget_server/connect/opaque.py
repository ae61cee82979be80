"""Codes and tokens that we make: random text that means nothing but to the store, which keeps its SHA-256 only."""

import hashlib
import secrets
from collections.abc import Callable

RandomText = Callable[[int], str]
"""So many random bytes as URL-safe text, such as `secrets.token_urlsafe`."""

SECRET_BYTES = 32

system_random: RandomText = secrets.token_urlsafe


def new_secret(random_text: RandomText) -> str:
    """256 random bits: nobody guesses them, so a plain digest is enough to store."""
    return random_text(SECRET_BYTES)


def fingerprint(secret: str) -> str:
    """SHA-256 in hex, of whatever text somebody presents. Looking this up tells nothing by its timing."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
