"""The exact words of each version of the question whether to share, kept as they were.

They are data and not texts of the screen: a translation may be bettered any day, but what somebody
has said yes to must be readable ten years later, word for word. A version that has been used is
never edited: what shall be said differently is a new version in the file beside this one.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from portal.templatetags.dates import day

if TYPE_CHECKING:
    from datetime import date

FILE = Path(__file__).with_name("consent_words.toml")


@dataclass(frozen=True, slots=True)
class Words:
    """A question with what one needs to know to answer it."""

    version: int
    question: str
    points: tuple[tuple[str, str], ...]  # a short heading, and what it says


@cache
def versions() -> dict[int, dict[str, Any]]:
    """Return every version by its number."""
    held = tomllib.loads(FILE.read_text("utf-8"))["version"]
    return {one["number"]: one for one in held}


def latest() -> int:
    """Return the version that is asked and written down from now on."""
    return max(versions())


def words(
    version: int, *, sharing: str, info_type: int, purpose: str, receiver: str, last_day: date
) -> Words:
    """Return what the person was asked in this version."""
    held = versions()[version]
    told = {
        "receiver": receiver,
        "what": held["what"][str(int(info_type))],
        "why": held["why"][str(purpose)],
        "last_day": f"{day(last_day)} {last_day.year}",
    }
    asked = held[str(sharing)]
    points = tuple((head, text.format(**told)) for head, text in asked["points"])
    return Words(version, asked["question"].format(**told), points)


def what(version: int, info_type: int) -> str:
    """Return what a kind of information is called in this version: "din plan och dina steg"."""
    said: str = versions()[version]["what"][str(int(info_type))]
    return said


def always(version: int, sharing: str) -> list[tuple[str, str]]:
    """Return what is said whoever asks for whatever, for a colleague to read aloud."""
    points = versions()[version][str(sharing)]["points"]
    return [(head, text) for head, text in points if "{" not in text]
