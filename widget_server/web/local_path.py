"""Where a log-in may lead back to: a path on this site, never another one."""

import re

LONGEST_PATH = 2000
PRINTABLE_ASCII = re.compile(r"[\x21-\x7e]+")
"""What a browser sends as a path, percent-encoded where need be; no blanks, no control characters."""


def local_path(text: str | None) -> str | None:
    r"""`text` if it is a path on this site, else None.

    `"/console/?a=b"` stays. `"//evil.example"`, `"/\\evil.example"` and `"https://evil.example"` are None: browsers
    read a backslash as a slash and skip tabs and line breaks, so such a "path" would name another host.
    """
    if not text or len(text) > LONGEST_PATH or not PRINTABLE_ASCII.fullmatch(text):
        return None
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_local else None
