"""A new password, as the form has it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from widget_server.setting_kinds import MINIMUM_PASSWORD_LENGTH

LONGEST_PASSWORD = 1000
"""Characters; hashing is slow on purpose."""
WRONG = "That isn't your current password."


@dataclass(frozen=True)
class NewPassword:
    """The fields as they came. None of them is ever shown again."""

    current: str = field(repr=False)
    new: str = field(repr=False)
    again: str = field(repr=False)

    @classmethod
    def from_fields(cls, posted: Mapping[str, str]) -> "NewPassword":
        """The form from posted fields; missing ones are empty."""
        return cls(posted.get("current", ""), posted.get("new", ""), posted.get("again", ""))

    def problems(self) -> dict[str, str]:
        """Field → what would do, as far as can be told without the account."""
        if not self.current:
            return {"current": "Type the password that you log in with."}
        if len(self.current) > LONGEST_PASSWORD:
            return {"current": WRONG}
        if not MINIMUM_PASSWORD_LENGTH <= len(self.new) <= LONGEST_PASSWORD:
            return {"new": f"Choose between {MINIMUM_PASSWORD_LENGTH} and {LONGEST_PASSWORD} characters."}
        return {} if self.new == self.again else {"again": "Both passwords must be the same."}
