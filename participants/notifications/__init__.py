"""What is said about people and to them: each module declares its kinds of message."""

from participants.notifications import (
    awaiting,
    handing_over,
    mornings,
    out_of_touch,
    running_out,
    steps,
)


def declare() -> None:
    """Make these kinds known, when the portal starts."""
    for one in (steps, awaiting, handing_over, mornings, out_of_touch, running_out):
        one.declare()
