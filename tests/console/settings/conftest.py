"""A site without keys, as the connect flow's tests have it."""

from tests.connect.conftest import unset_browser

__all__ = ["unset_browser"]
