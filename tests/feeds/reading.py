"""Read a feed by programs that are not ours, and in another language."""

import json
import subprocess
from pathlib import Path

from tests.node import NODE, installed

PROGRAMS = ("read.mjs", "check.mjs", "events.schema.json")


def by_node(program, text):
    """Return what a program of this folder says of a text."""
    read = subprocess.run(  # noqa: S603
        [NODE, program],
        cwd=installed(Path(__file__).parent, "feeds", *PROGRAMS),
        input=text,
        capture_output=True,
        timeout=20,
        check=True,
    )
    return json.loads(read.stdout)


def read_calendar(ics):
    """Return name and events of a calendar, as ical.js reads it."""
    return by_node("read.mjs", ics)


def faults(events):
    """Return where JSON-LD differs from what an Event of schema.org must have."""
    return by_node("check.mjs", events)
