"""What is said about placements and to employers: each module declares its kinds of message."""

from employers.notifications import asking, follow_ups


def declare() -> None:
    """Make these kinds known, when the portal starts."""
    for one in (follow_ups, asking):
        one.declare()
