"""What came from outside, to be read exactly as it came. Pure."""

import json
from typing import Any


def readable(found: Any) -> str:
    """`found` as indented JSON; characters that can't be seen, or that reorder others, as `\\uXXXX`."""
    text = json.dumps(found, indent=2, ensure_ascii=False)
    return "".join(each if each.isprintable() or each == "\n" else json.dumps(each)[1:-1] for each in text)
