"""JSON as we publish it: compact, and inert wherever it ends up."""

import json


def compact(value: object) -> str:
    """JSON without blanks, UTF-8 as is, and no `<`, `>` or `&`: so that it can stand inside of HTML too."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return sendable(text)


def sendable(text: str) -> str:
    """Without lone surrogates, which no UTF-8 can carry: they become "?"."""
    return text.encode("utf-8", "replace").decode("utf-8")
