"""Checking a webhook's `hash`. Pure.

PROTOCOL §3: HMAC over the object without `hash`, serialised as compact JSON with the keys in the order received. The
guide doesn't say how strings are escaped, so whatever a sender's JSON library does verifies: UTF-8 as is or `\\uXXXX`,
`/` or `\\/`. The digest is hex in either case, or base64.
"""

import base64
import binascii
import hmac
import json
from collections.abc import Iterator
from typing import Any

from widget_server.model import HashVerdict, Json


class Number(float):
    """A number that remembers how it was written: `1.50` and `1e-7` are signed as they came."""

    def __new__(cls, text: str) -> "Number":
        found = super().__new__(cls, text)
        found.text = text
        return found

    text: str


def verdict(body: Json, secret: str | None, algorithm: str = "sha256") -> HashVerdict:
    """What `body["hash"]` proves. `body`: the decoded object, keys in the order received; never raises.

    `UNCHECKED` when we have no secret to check with.
    """
    if secret is None:
        return HashVerdict.UNCHECKED
    given = body.get("hash")
    if given is None or given == "":
        return HashVerdict.MISSING
    digest = _decoded(given, hmac.new(b"", b"", algorithm).digest_size) if isinstance(given, str) else None
    if digest is None:
        return HashVerdict.MISMATCH
    # Every form is compared, whichever matched: the time taken tells nothing.
    matches = [hmac.compare_digest(digest, expected) for expected in _digests(body, secret, algorithm)]
    return HashVerdict.VERIFIED if any(matches) else HashVerdict.MISMATCH


def sign(body: Json, secret: str, algorithm: str = "sha256") -> str:
    """The hex digest of `body` in the plainest form: UTF-8 as is, `/` unescaped."""
    return next(_digests(body, secret, algorithm)).hex()


def _digests(body: Json, secret: str, algorithm: str) -> Iterator[bytes]:
    signed = {key: value for key, value in body.items() if key != "hash"}
    for escaped in (False, True):
        compact = _compact(signed, escaped)
        for text in (compact, compact.replace("/", "\\/")):
            message = text.encode("utf-8", "surrogatepass")  # a lone surrogate is a wrong hash, not a crash
            yield hmac.new(secret.encode(), message, algorithm).digest()


def _compact(value: Any, escaped: bool) -> str:
    """JSON without white space, keys in their order, numbers as they were written."""
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{_compact(key, escaped)}:{_compact(each, escaped)}" for key, each in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(_compact(each, escaped) for each in value) + "]"
    return value.text if isinstance(value, Number) else json.dumps(value, ensure_ascii=escaped)


def _decoded(text: str, size: int) -> bytes | None:
    """The digest's bytes from hex or base64 (padding may be missing); None when it is neither."""
    stripped = text.strip()
    try:
        if len(stripped) == 2 * size:
            return bytes.fromhex(stripped)
        found = base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=None, validate=True)
    except (ValueError, binascii.Error):
        return None
    return found if len(found) == size else None


def accepts(mode: str, found: HashVerdict, *, verified_before: bool, is_data: bool) -> bool:
    """Whether a delivery with that verdict is taken in.

    `mode`: WIDGET_SYNCAROO_HASH_MODE. `auto` observes until one delivery of the connection has verified and enforces
    from then on. When enforced, a `data` webhook needs its hash; a `status` webhook may lack it.
    """
    enforced = mode == "enforce" or (mode == "auto" and verified_before)
    if not enforced or found is HashVerdict.VERIFIED:
        return True
    return found is HashVerdict.MISSING and not is_data
