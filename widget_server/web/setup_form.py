"""What the set-up form asks for, and what is wrong with an answer. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from widget_server import setting_kinds as kinds

LONGEST_PASSWORD = 1000
"""Characters. Hashing is slow on purpose; what nobody can type needn't be hashed."""


@dataclass(frozen=True)
class SetupForm:
    """The fields as they came."""

    email: str = ""
    password: str = field(default="", repr=False)
    again: str = field(default="", repr=False)

    @classmethod
    def from_fields(cls, fields: Mapping[str, str]) -> "SetupForm":
        """The form from posted fields; missing ones are empty."""
        return cls(fields.get("email", ""), fields.get("password", ""), fields.get("again", ""))

    @property
    def normal_email(self) -> str:
        """The address as it is stored. Raises ValueError when it is none."""
        if not self.email.isprintable():
            raise ValueError("an address has no control characters")
        return str(kinds.email.parse(self.email.strip()))

    def problems(self) -> dict[str, str]:
        """Field → what would do; empty when all is well."""
        found = {}
        try:
            _ = self.normal_email
        except ValueError:
            found["email"] = "Give an e-mail address such as you@example.com."
        if not kinds.MINIMUM_PASSWORD_LENGTH <= len(self.password) <= LONGEST_PASSWORD:
            found["password"] = f"Choose between {kinds.MINIMUM_PASSWORD_LENGTH} and {LONGEST_PASSWORD} characters."
        elif self.password != self.again:
            found["again"] = "Both passwords must be the same."
        return found
