"""Acknowledge late, also on a line that breaks: two things that kombu 5.7 does not outlive.

Closing a broken line, it gives back over that very line what nobody has acknowledged yet, and the
error ends the worker. And what was taken over a line that is gone cannot be acknowledged over it.
Neither is needed: the broker gives back by itself what stays unacknowledged for its time-out.
"""

from __future__ import annotations

import logging
from typing import Any

from kombu.transport import redis

log = logging.getLogger(__name__)


class Patient(redis.QoS):
    """Leave to the broker's time-out what can no longer be said over a line."""

    def restore_unacked_once(self, stderr: Any = None) -> None:
        try:
            super().restore_unacked_once(stderr)
        except Exception as error:
            log.warning("not given back, the broker will: %s", type(error).__name__)
            self._delivered.clear()  # type: ignore[union-attr]

    def ack(self, delivery_tag: str) -> None:
        if self.is_on_a_line():
            super().ack(delivery_tag)

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:  # noqa: FBT001, FBT002
        if self.is_on_a_line():
            super().reject(delivery_tag, requeue)

    def is_on_a_line(self) -> bool:
        """Answer whether the line that a message came over is still there to answer on."""
        if self.channel.closed:
            log.warning("not acknowledged: the line it came over has gone")
        return not self.channel.closed


def install() -> None:
    """Let every channel of this process be patient."""
    redis.Channel.QoS = Patient
