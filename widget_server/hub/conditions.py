"""For whom a rate is, and how long it must or may be taken (PROTOCOL §4). Pure."""

import re
from typing import Any

from widget_server.hub.cleaning import clean_line
from widget_server.hub.fields import Fields, as_line, plain_key, words
from widget_server.hub.units import unit_of
from widget_server.model import UNITS, Audience

LENGTH_CHARACTERS = 100
_SUFFIXES = ("minutes", "hours", "days", "weeks", "months", "years")

_AUDIENCE_NAMES = ("audience", "customertype", "availableto", "pricefor", "membership", "member", "members", "usertype")
_MEMBERS = words("member members memberonly membersonly formembers")
_OTHERS = words("nonmember nonmembers nonmemberonly nonmembersonly guest guests visitor visitors external notmember")
_ISO_DURATION = re.compile(r"P(?=[0-9T])[0-9.YMWDTHS]{2,20}", re.IGNORECASE)


def read_audience(fields: Fields) -> Audience:
    """ "members", {"nonMember": true} → member, non_member; everything else is `any`.

    `isMember: false` means the price of non-members, while `membersOnly: false` shuts nobody out.
    """
    for name in _AUDIENCE_NAMES:
        word = plain_key(value) if isinstance(value := fields.get(name), str) else ""
        if word in _MEMBERS:
            return "member"
        if word in _OTHERS:
            return "non_member"
    return _by_flags(fields)


def _by_flags(fields: Fields) -> Audience:
    for_members = fields.flag("member", "members", "ismember", "formembers", "memberrate")
    for_others = fields.flag("nonmember", "nonmembers", "isnonmember", "fornonmembers", "nonmemberrate")
    if for_members == for_others and for_members is not None:
        return "any"
    if for_members or for_others is False or fields.flag("memberonly", "membersonly", "ismemberonly"):
        return "member"
    if for_others or for_members is False or fields.flag("nonmemberonly", "nonmembersonly"):
        return "non_member"
    return "any"


def read_length(fields: Fields, *names: str) -> str | None:
    """A span as text: "3 months" stays, {"value": 3, "unit": "month"}, "P3M" and 3 beside `minTermUnit` → "3 months".

    A bare number without a unit is left out: 3 of what?
    """
    for name in names:
        texts = [_length(fields.get(name), fields.line(f"{name}unit", f"{name}period", f"{name}type"))]
        texts += [_length(fields.get(f"{name}{unit}", f"{name}in{unit}"), unit) for unit in _SUFFIXES]
        text = next((text for text in texts if text), None)
        if text:
            return text
    return None


def _length(value: Any, unit: str | None) -> str | None:
    if isinstance(value, dict):
        inner = Fields(value)
        return _length(
            inner.get("value", "count", "length", "quantity", "amount"),
            inner.line("unit", "period", "type", "interval"),
        )
    if isinstance(value, str) and not re.fullmatch(r"[0-9]+(?:\.[0-9]+)?", value.strip()):
        line = clean_line(value, LENGTH_CHARACTERS)
        return (_spoken(line) if _ISO_DURATION.fullmatch(line) else line) or None
    number = as_line(value, 12)
    return _worded(number, unit) if number and unit else None


def _spoken(duration: str) -> str:
    """ "P3M" → "3 months"; what we can't read stays."""
    unit = unit_of(duration)
    if unit.name == "four_weeks":
        return "4 weeks"
    return _worded(str(unit.count), unit.name) if unit.name in UNITS else duration


def _worded(number: str, unit: str | None) -> str:
    known = unit_of(unit or "").name
    word = known.replace("_", " ") if known in UNITS else (unit or "")
    plural = "" if number == "1" or word.endswith("s") or known not in UNITS else "s"
    return f"{number} {word}{plural}"
