"""Log lines that hold no personal data: an allow-list of keys, newlines escaped."""

from __future__ import annotations

import logging
import re
from typing import Any

import structlog

# Names of records and of calendars in addresses, links to a new password, signed links, personal
# and phone numbers, e-mail.
PERSONAL = re.compile(
    r"\d+(?::\w{6})?:[\w-]{43}|\+?\b(?:[0-9a-f]{8}-[0-9a-f-]{27}|[a-z2-7]{32}|\w+-\w+-[0-9a-f]{32}"
    r"|\d{6,8}[-+]?\d{4}|\d[\d -]{7,}\d|[\w.+-]+@[\w-]+\.[\w.]+)\b"
)
SAFE_KEYS = ("request", "kind", "channel", "gateway", "code", "line", "late", "counts", "task")
OUR_OWN = ("request_id", "reminder")  # random names, that a line shares with others and no person
ASKED = re.compile(r"\?.*", re.DOTALL)  # what somebody searched for stands after the path
QUIET = {"request_started"}  # the line that says how it ended is enough


def configure() -> None:
    """Send what django-structlog tells through Python's logging, as a dictionary."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


class Discreet(logging.Filter):
    """Keep the safe keys of a line, and mask what looks like a person."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.msg, dict):
            record.msg = sentence(record.msg)
        else:
            record.msg = masked(record.getMessage())
        record.args = None
        return record.msg not in QUIET


def masked(words: object) -> str:
    """Put an ellipsis where a number, an address or the name of a record stood."""
    return PERSONAL.sub("…", str(words))


def sentence(event: dict[str, object]) -> str:
    """Return structlog's event with its safe keys, on one line."""
    name = str(event.get("event", ""))
    if name in QUIET:
        return name
    told = {key: masked(event[key]) for key in SAFE_KEYS if key in event}
    if "request" in told:
        told["request"] = ASKED.sub("?…", told["request"])
    told |= {key: str(event[key]) for key in OUR_OWN if key in event}
    return " ".join([masked(name), *(f"{key}={value}" for key, value in told.items())])


class LineFormatter(logging.Formatter):
    """Time, level, logger and message on one line."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(self, ei: Any) -> str:  # noqa: N802 (logging's name)
        return masked(super().formatException(ei))

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (logging's name)
        return super().formatMessage(record).replace("\n", "\\n").replace("\r", "\\r")
