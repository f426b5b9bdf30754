"""How it goes with one that carries our messages, as far as this process knows."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings


@dataclass(slots=True)
class Health:
    """Failures in a row; after so many of them nobody is sent to it for a while."""

    failures: int = 0
    rests_until: float = 0.0  # monotonic

    @property
    def is_resting(self) -> bool:
        return self.rests_until > time.monotonic()

    def note(self, *, is_well: bool) -> None:
        """Count how a call went; what is wrong with a recipient is none of the carrier's."""
        if is_well:
            self.failures = 0
            return
        self.failures += 1
        if self.failures >= settings.REMINDER_FAILURES:
            self.failures -= 1  # the first one after the rest decides
            self.rests_until = time.monotonic() + settings.REMINDER_REST
