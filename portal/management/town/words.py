"""Names, and what is written in records: read from words.toml and activities.toml beside this."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.management.town.dice import Dice

HERE = Path(__file__).parent


def read(name: str) -> dict[str, Any]:
    """Read one of the files of the town."""
    return tomllib.loads((HERE / name).read_text())


WORDS = read("words.toml")
FIRST, LAST = WORDS["first_names"].split(), WORDS["last_names"].split()

# Series that no subscriber will ever have (Post- och telestyrelsen).
MOBILES = [f"+4670174{number:04}" for number in range(605, 700)]
LANDLINES = [f"+4640628{number:04}" for number in range(400, 500)]

PLAIN = str.maketrans("åäöé", "aaoe")


def full_name(dice: Dice) -> tuple[str, str]:
    """Return a first and a last name."""
    return dice.one_of(FIRST), dice.one_of(LAST)


def account_name(first_name: str, last_name: str, number: int) -> str:
    """Return a user name that nobody else has."""
    return f"{first_name}.{last_name}{number}".lower().translate(PLAIN)


def note(dice: Dice) -> str:
    """Return what a contact came to."""
    return f"{dice.one_of(WORDS['openings'])} {dice.one_of(WORDS['findings'])}"
