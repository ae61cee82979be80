"""A site without keys, as the connect flow's tests have it, and places where alerts arrive."""

from tests.alerts.conftest import chat, mailbox
from tests.connect.conftest import unset_browser

__all__ = ["chat", "mailbox", "unset_browser"]
