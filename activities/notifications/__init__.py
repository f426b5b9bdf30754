"""What is said about sessions, places and sheets: each module declares its kinds of message."""

from activities.notifications import (
    accompanying,
    confirming,
    guest_letters,
    moved,
    offering,
    other_places,
    referring,
    sessions,
)


def declare() -> None:
    """Make these kinds known, when the portal starts."""
    for one in (
        *(sessions, moved, offering, other_places),
        *(accompanying, confirming, guest_letters, referring),
    ):
        one.declare()
