"""Encryption of the secrets that we hold for somebody else. Keys rotate: the first encrypts, all of them read."""

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from widget_server.errors import CipherError

PURPOSE = b"pricing-widget: stored tokens, v1"


class Cipher:
    """`keys`: the secret keys' texts, the current one first; what is used here is derived from them."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def encrypt(self, plain: str) -> str:
        """A token safe to store as text."""
        return self._fernet.encrypt(plain.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text behind `token`; raises `CipherError` when no key opens it."""
        try:
            return self._fernet.decrypt(token).decode()
        except InvalidToken:
            raise CipherError("a stored token can't be read: WIDGET_SECRET_KEY was changed or lost") from None


def _derived(key: str) -> bytes:
    derivation = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(derivation.derive(key.encode()))
