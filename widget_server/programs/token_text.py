"""The text of an access token: 64 letters and digits that mean nothing but to the store. Pure but for `new_text`."""

import hashlib
import re
import secrets
import string

LENGTH = 64
ALPHABET = string.ascii_letters + string.digits
START = 6
"""Characters that the operator may know a token by. The 58 that are left are 345 random bits."""
LONGEST_HEADER = 200
"""Characters; the scheme, the token and some blanks."""

_HEADER = re.compile(rf"(?i:bearer) +([A-Za-z0-9]{{{LENGTH}}})", re.ASCII)


def new_text() -> str:
    """A token that nobody guesses: so a plain digest is enough to store."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def digest(text: str) -> str:
    """SHA-256 in hex. Looking this up takes no longer for a better guess."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def presented(header: str | None) -> str | None:
    """The token in an `Authorization` header's value (RFC 6750 §2.1); None when it holds none of our form.

    `"Bearer abc…"` and `"bearer  abc…"` → `"abc…"`: a scheme's case doesn't count (RFC 9110 §11.1).
    """
    if header is None or len(header) > LONGEST_HEADER:
        return None
    match = _HEADER.fullmatch(header.strip(" \t"))
    return match[1] if match else None
