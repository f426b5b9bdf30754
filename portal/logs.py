"""Log lines that hold no personal data: an allow-list of keys, newlines escaped."""

from __future__ import annotations

import logging
import re

# Personal numbers, phone numbers and e-mail addresses, should one slip into a message.
PERSONAL = re.compile(r"\b(?:\d{6,8}[-+]?\d{4}|\+?\d[\d -]{7,}\d|[\w.+-]+@[\w-]+\.[\w.]+)\b")
SAFE_KEYS = ("request_id", "code", "counts", "task", "path")


class Discreet(logging.Filter):
    """Mask what looks like a person in the message of a record, and drop its arguments."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = PERSONAL.sub("…", str(self.message(record)))
        record.args = None
        return True

    @staticmethod
    def message(record: logging.LogRecord) -> str:
        """Return one line: structlog's event with its safe keys, or the message itself."""
        if isinstance(record.msg, dict):
            known = {key: record.msg[key] for key in SAFE_KEYS if key in record.msg}
            words = " ".join(f"{key}={value}" for key, value in known.items())
            return f"{record.msg.get('event', '')} {words}".strip()
        return record.getMessage()


class LineFormatter(logging.Formatter):
    """Time, level, logger and message on one line; a traceback names places, never values."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return super().formatMessage(record).replace("\n", "\\n").replace("\r", "\\r")
