"""A body → ready answers: every encoding and header decided once, so that serving is a choice among them.

The idea is whitenoise's `StaticFile`. Pure: no clock, no I/O, no WSGI; the same body always gives the same bytes.
"""

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

import brotli

Headers = tuple[tuple[str, str], ...]

MAX_REMEMBERED_HEADER = 256
"""Characters of an Accept-Encoding that is worth remembering; browsers send about 25."""
SMALL_BODY = 32 * 1024
"""Bytes up to which brotli's best level takes less than 50 ms; above, level 5 takes a few."""
BROTLI_BEST, BROTLI_FAST = 11, 5
_PREFERRED = ("br", "gzip", "identity")
_QVALUE = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')

PUBLIC_HEADERS: Headers = (
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
    ("X-Content-Type-Options", "nosniff"),
)
"""On everything that other people's pages may load."""


@dataclass(frozen=True)
class Body:
    """An answer before it is made ready. `cache_control` and `headers` are for all of its encodings."""

    content: bytes
    content_type: str
    cache_control: str
    status: HTTPStatus = HTTPStatus.OK
    headers: Headers = ()


@dataclass(frozen=True)
class Answer:
    """What goes over the wire. `status` is a line such as "200 OK"; `body` is empty where HTTP wants it so."""

    status: str
    headers: Headers
    body: bytes


@dataclass(frozen=True)
class _Variant:
    etag: str | None
    full: Answer
    head: Answer
    not_modified: Answer


class Ready:
    """A body in all of its encodings."""

    def __init__(self, body: Body) -> None:
        self._variants = {name: _variant(body, name, content) for name, content in _encodings(body.content).items()}

    def answer(self, method: str, accept_encoding: str | None, if_none_match: str | None) -> Answer:
        """The answer to a GET or HEAD with these request headers (None: not sent)."""
        variant = self._variants[self._encoding(accept_encoding)]
        if if_none_match is not None and variant.etag is not None and _matches(if_none_match, variant.etag):
            return variant.not_modified
        return variant.head if method == "HEAD" else variant.full

    def _encoding(self, accept: str | None) -> str:
        order = preferences(accept) if accept is None or len(accept) <= MAX_REMEMBERED_HEADER else ("identity",)
        return next((name for name in order if name in self._variants), "identity")


@lru_cache(maxsize=256)
def preferences(accept: str | None) -> tuple[str, ...]:
    """The encodings that an Accept-Encoding value allows, best first (RFC 9110 §12.5.3).

    Equal weights: brotli, gzip, identity. What isn't named has the weight of `*`; identity without any is allowed
    but last. No header at all: identity.
    """
    if accept is None:
        return ("identity",)
    weights = _weights(accept)
    rest = weights.get("*", 0.0)
    found = {name: weights.get(name, rest) for name in _PREFERRED}
    if "identity" not in weights and "*" not in weights:
        found["identity"] = 0.0001
    return tuple(sorted((name for name in _PREFERRED if found[name] > 0), key=lambda name: -found[name]))


def _weights(accept: str) -> Mapping[str, float]:
    weights: dict[str, float] = {}
    for item in accept.lower().split(","):
        coding, _, parameters = item.partition(";")
        coding = coding.strip().removeprefix("x-")
        weight = _QVALUE.fullmatch(parameters.strip()) if parameters else None
        if coding and (weight or not parameters):
            weights[coding] = float(weight[1]) if weight else 1.0
    return weights


def _matches(if_none_match: str, etag: str) -> bool:
    """RFC 9110 §13.1.2: `*`, or one of a list, compared weakly."""
    return if_none_match.strip() == "*" or etag in _ENTITY_TAG.findall(if_none_match)


@lru_cache(maxsize=8)
def _encodings(content: bytes) -> Mapping[str, bytes]:
    """Identity, and each compressed form that is smaller than it."""
    level = BROTLI_BEST if len(content) <= SMALL_BODY else BROTLI_FAST
    made = {"br": brotli.compress(content, quality=level), "gzip": gzip.compress(content, mtime=0)}
    return {"identity": content} | {name: packed for name, packed in made.items() if len(packed) < len(content)}


def _variant(body: Body, encoding: str, content: bytes) -> _Variant:
    ok = body.status == HTTPStatus.OK
    etag = f'"{hashlib.sha256(encoding.encode() + content).hexdigest()[:32]}"' if ok else None
    kept: Headers = (*PUBLIC_HEADERS, *body.headers, ("Cache-Control", body.cache_control), ("Vary", "Accept-Encoding"))
    if etag:
        kept = (*kept, ("ETag", etag))
    described: Headers = (("Content-Type", body.content_type), ("Content-Length", str(len(content))))
    if encoding != "identity":
        described = (*described, ("Content-Encoding", encoding))
    line = f"{body.status.value} {body.status.phrase}"
    return _Variant(
        etag,
        full=Answer(line, (*described, *kept), content),
        head=Answer(line, (*described, *kept), b""),
        not_modified=Answer("304 Not Modified", kept, b""),
    )
