"""What the overview says first: the one thing to do, and how urgent it is. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """What the button beside the verdict does."""

    CONNECT = "connect"
    ADD_INTEGRATION = "add_integration"
    SHOW = "show"
    COMMAND = "command"
    NONE = "none"


class Tone(StrEnum):
    """How urgent it is: `NEXT` step of setting up, `ACT` now, `LOOK` when there is time, `GOOD` for nothing to do."""

    NEXT = "next"
    ACT = "act"
    LOOK = "look"
    GOOD = "good"


@dataclass(frozen=True)
class Verdict:
    """The one thing to do. `target`: the section or page to look at, or the command to run; `trouble`: what the
    incident is called that is about the same, if there is one."""

    tone: Tone
    title: str
    text: str
    step: Step = Step.NONE
    label: str = ""
    target: str = ""
    trouble: str = ""
