"""What a server answered, fit to be shown: short, printable, and without anything that is ours to keep. Pure."""

from collections.abc import Iterable

LONGEST = 200
"""Characters."""


def said(status: str, text: bytes, secrets: Iterable[str] = ()) -> str:
    """ " It said “550 No such user”." Only the status when one of `secrets` is in the text."""
    words = text.decode("utf-8", "replace")
    if any(secret and secret in words for secret in secrets):
        words = ""
    shown = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    shown = f"{shown[:LONGEST]}…" if len(shown) > LONGEST else shown
    return f" It said “{f'{status} {shown}'.strip()}”."
