"""What Syncaroo's developer portal gave the operator, as a form. The secret goes in and never comes out. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from widget_server.config import Settings
from widget_server.console.settings.fields import LONGEST_TEXT, Field, plain_problem

OUR_ID = Field(
    "platform_client_id", "Client id",
    "Syncaroo calls this site with it. Change it only together with yourClientId in Syncaroo's portal.",
)  # fmt: skip
ID, SECRET = "syncaroo_client_id", "syncaroo_client_secret"


@dataclass(frozen=True)
class PortalKeys:
    """The fields as they came. An empty secret means: the one that is held."""

    client_id: str
    secret: str = field(repr=False)

    @classmethod
    def from_fields(cls, posted: Mapping[str, str]) -> "PortalKeys":
        """The form from posted fields; missing ones are empty."""
        return cls(posted.get(ID, "").strip(), posted.get(SECRET, "").strip())

    def problems(self, now: Settings) -> dict[str, str]:
        """Field → what would do; empty when all is well."""
        found = {
            ID: plain_problem(self.client_id, LONGEST_TEXT) if self.client_id else "Copy it from Syncaroo's portal.",
            SECRET: plain_problem(self.secret, LONGEST_TEXT),
        }
        if not self.secret and now.syncaroo_client_secret is None:
            found[SECRET] = "Copy it from Syncaroo's portal, where it stands beside the client id."
        return {name: text for name, text in found.items() if text}

    def changes(self, now: Settings) -> dict[str, str]:
        """What to set."""
        found = {ID: self.client_id} if self.client_id != now.syncaroo_client_id else {}
        return found | ({SECRET: self.secret} if self.secret and self.secret != now.syncaroo_client_secret else {})


def told(changes: Mapping[str, str]) -> str:
    """The changes as a sentence for the record, without the secret."""
    parts = [f"the client id {changes[ID]}"] if ID in changes else []
    parts += ["a client secret"] if SECRET in changes else []
    return f"Entered {' and '.join(parts)} from Syncaroo's portal."
