"""What a person or a test may get wrong when they work the sandbox hub.

SandboxError            status and a sentence to show
├── NotKnown            404: no such location, resource, rate or connection
└── BadInput            400: a value that cannot be used
"""


class SandboxError(Exception):
    """A request that the hub refuses; `status` is the HTTP status, the text is for a person."""

    status = 500


class NotKnown(SandboxError):
    """Nothing here has this id."""

    status = 404

    def __init__(self, kind: str, item_id: object) -> None:
        super().__init__(f"No {kind} has the id {item_id!r}.")


class BadInput(SandboxError):
    """A value is missing, of the wrong kind, or not one of those allowed."""

    status = 400
