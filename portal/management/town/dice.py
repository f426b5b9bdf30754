"""Dice for millions of throws: the same seed, the same town."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION_4 = 0x4000_8000_0000_0000_0000
NO_VERSION = ~0xF000_C000_0000_0000_0000


class Dice(Random):
    """Plain throws at a third of the time that `choice` and `randint` take."""

    def one_of[T](self, things: Sequence[T]) -> T:
        """Return one of some things."""
        return things[int(self.random() * len(things))]

    def between(self, first: int, last: int) -> int:
        """Return a whole number from `first` to `last`."""
        return first + int(self.random() * (last - first + 1))

    def happens(self, share: float) -> bool:
        """Answer true in this share of all cases."""
        return self.random() < share

    def about(self, mean: float) -> int:
        """Return a whole number around a mean, from nearly none to almost the double."""
        return int(mean * (0.2 + 1.6 * self.random()) + self.random())

    def uuid(self) -> str:
        """Return a random number for an address, as `uuid4` would have made it."""
        return f"{self.getrandbits(128) & NO_VERSION | VERSION_4:032x}"
