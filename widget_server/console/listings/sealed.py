"""A file that travels through the operator's browser between preview and confirmation, and comes back as it was."""

from collections.abc import Sequence

from itsdangerous import BadData, URLSafeSerializer

SALT = "a previewed import of listings"


class Seal:
    """Signs with the site's keys, the current one first; the others still open. What is signed isn't secret."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._serializer = URLSafeSerializer(list(reversed(keys)), salt=SALT, serializer_kwargs={"ensure_ascii": False})

    def close(self, text: str, fingerprint: str) -> str:
        """A form field's value that holds the file's text and the fingerprint of what was previewed."""
        found = self._serializer.dumps([text, fingerprint])
        return found if isinstance(found, str) else found.decode()

    def open(self, sealed: str) -> tuple[str, str] | None:
        """Text and fingerprint; None when this site never signed it."""
        try:
            text, fingerprint = self._serializer.loads(sealed)
        except (BadData, ValueError, TypeError):
            return None
        return str(text), str(fingerprint)
