"""Failure switches: how the hub misbehaves on request.

A switch is off, on for good, or on for the next N times that it strikes; some carry a value (seconds, a status, a
page number, an address). `DEFAULTS` is the table of them all, with the value that a bare `true` stands for.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from widget_server.sandbox.errors import BadInput

KINDS = {bool: "true or false", int: "a number", float: "a number", str: "an address"}

Value = bool | int | float | str

DEFAULTS: dict[str, Value] = {
    "api_401": True,
    "api_429": 2,  # seconds of Retry-After
    "api_5xx": 503,  # the status
    "api_slow": 5.0,  # seconds before the answer
    "api_drip": 0.5,  # seconds between bytes
    "api_cut_off": True,
    "api_broken_page": 2,  # the page that is broken
    "api_redirect": "https://elsewhere.example/",
    "api_huge": 1024,  # megabytes
    "api_empty": True,
    "next_loop": True,
    "next_elsewhere": "https://elsewhere.example",
    "token_lost_answer": True,
    "token_400_no_error": True,
    "token_200_empty": True,
    "token_429_html": 2,  # seconds of Retry-After
    "token_5xx": 503,  # the status
    "token_redirect": "https://elsewhere.example/",
    "webhook_duplicate": 2,  # how often each is sent
    "webhook_reorder": 3,  # how many are held and then sent in reverse
    "webhook_delay": 3.0,  # seconds
    "webhook_drop": True,
}


@dataclass
class Switch:
    """A failure that is on; `times` counts down, None is for good."""

    value: Value
    times: int | None = None


class Failures:
    """The switches of one hub; every method is safe to call from any thread."""

    def __init__(self, lock: AbstractContextManager[object]) -> None:
        self._lock = lock
        self._on: dict[str, Switch] = {}

    def set(self, changes: Mapping[str, object]) -> None:
        """Switch by name: `true`, `false`, a value, or `{"times": 2, "value": …}`.

        All of them, or with BadInput none.
        """
        read = {name: _read(name, wanted) for name, wanted in changes.items()}
        with self._lock:
            for name, switch in read.items():
                if switch is None:
                    self._on.pop(name, None)
                else:
                    self._on[name] = switch

    def value(self, name: str) -> Value | None:
        """The value of a failure that is on, without using it up; None when it is off."""
        with self._lock:
            switch = self._on.get(name)
            return switch.value if switch else None

    def take(self, name: str) -> Value | None:
        """The value of a failure that is to strike now, None when it is off. Uses up one of its times."""
        with self._lock:
            switch = self._on.get(name)
            if switch is None:
                return None
            if switch.times is not None:
                switch.times -= 1
                if switch.times <= 0:
                    del self._on[name]
            return switch.value

    def take_number(self, name: str) -> float | None:
        """Like `take`, for the switches whose value is a number."""
        value = self.take(name)
        return None if value is None or isinstance(value, str) else float(value)

    def as_json(self) -> dict[str, object]:
        """Every switch by name: `false`, or its value and how many times are left (null: for good)."""
        with self._lock:
            return {name: self._shown(name) for name in DEFAULTS}

    def _shown(self, name: str) -> object:
        switch = self._on.get(name)
        return {"value": switch.value, "times": switch.times} if switch else False


def _read(name: str, wanted: object) -> Switch | None:
    if name not in DEFAULTS:
        raise BadInput(f"There is no failure {name!r}. There are: {', '.join(DEFAULTS)}.")
    if isinstance(wanted, Mapping):
        return _read_limited(name, wanted)
    if wanted is None or wanted is False or wanted == 0:
        return None
    return Switch(_read_value(name, wanted))


def _read_limited(name: str, wanted: Mapping[str, object]) -> Switch | None:
    times = wanted.get("times")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 0):
        raise BadInput(f"{name}: times must be a whole number, not {times!r}.")
    if times == 0:
        return None
    return Switch(_read_value(name, wanted.get("value", True)), times)


def _read_value(name: str, wanted: object) -> Value:
    default = DEFAULTS[name]
    if wanted is True:
        return default
    kinds = str if isinstance(default, str) else (int, float)
    if isinstance(default, bool) or not isinstance(wanted, kinds):
        raise BadInput(f"{name} takes {KINDS[type(default)]}, not {wanted!r}.")
    assert isinstance(wanted, str | int | float)
    return wanted
