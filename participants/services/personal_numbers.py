"""Personal and coordination numbers: read, checked, sealed, and found again.

A number is never shown, logged or put in an address. What leaves this module is `Number`, whose
text says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from stdnum import luhn
from stdnum.exceptions import ValidationError
from stdnum.se import personnummer

from participants.models import Participant, PersonalNumber
from portal import crypto

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

# Numbers that are nobody's (domain.md 7): the only ones in tests and demo, refused elsewhere.
NOBODYS = frozenset({"191212121212", "196408833231"})
COORDINATION = 60  # added to the day of birth
CENTURY = 100
LONG = 13  # four digits of the year, a sign and four last digits


class NoNumber(Exception):
    """The text is no personal number and no coordination number."""


class InventedNumber(Exception):
    """A number for tests, where people are real."""


class RealNumber(Exception):
    """A number that may be somebody's, where people are invented."""


@dataclass(frozen=True, slots=True)
class Number:
    """A checked number of twelve digits, which its text does not show."""

    digits: str = field(repr=False)

    def __str__(self) -> str:
        return "••••"


def read(text: str, *, today: date) -> Number:
    """Read a number in any of the ways it is written, and check date and last digit."""
    compact = personnummer.compact(text)
    digits = compact[:-5] + compact[-4:]
    if len(compact) not in {LONG - 2, LONG} or compact[-5] not in "-+" or not _is_plain(digits):
        raise NoNumber
    if len(compact) != LONG:
        century = today.year // CENTURY - (int(digits[:2]) > today.year % CENTURY)
        digits = f"{century - (compact[-5] == '+')}{digits}"
    day = int(digits[6:8])
    try:
        luhn.validate(digits[2:])
        born = date(int(digits[:4]), int(digits[4:6]), day - COORDINATION * (day > COORDINATION))
    except (ValidationError, ValueError):
        raise NoNumber from None
    if born > today:
        raise NoNumber
    _refuse(digits)
    return Number(digits)


def _is_plain(digits: str) -> bool:
    return digits.isascii() and digits.isdigit()


def _refuse(digits: str) -> None:
    """Keep real people out of tests and demo, and invented ones out of production."""
    is_for_show = settings.PORTAL_DEMO or settings.DEBUG
    if is_for_show and digits not in NOBODYS:
        raise RealNumber
    if not is_for_show and digits in NOBODYS:
        raise InventedNumber


def sealed(participant: Participant, number: Number) -> PersonalNumber:
    """Return the row that keeps a number for a person; the caller saves it."""
    return PersonalNumber(
        participant=participant,
        sealed=crypto.seal(number.digits, context=f"personal number of {participant.public_id}"),
        look_up=crypto.look_up(number.digits)[0],
    )


def opened(public_id: UUID | str, sealed: bytes) -> str:
    """Return the digits of a sealed number: for what the archive is handed, and for birth dates."""
    return crypto.unseal(bytes(sealed), context=f"personal number of {public_id}")


def born_on(public_id: UUID, sealed: bytes | None) -> date | None:
    """Return the birth date that a person's number tells; None for those who have no number."""
    if sealed is None:
        return None
    digits = opened(public_id, sealed)
    day = int(digits[6:8])
    return date(int(digits[:4]), int(digits[4:6]), day - COORDINATION * (day > COORDINATION))


def known(numbers: Iterable[Number]) -> dict[Number, int]:
    """Return whose the numbers are, by the person's key; those of nobody here are left out."""
    hashes = {hashed: one for one in numbers for hashed in crypto.look_up(one.digits)}
    found = PersonalNumber.objects.filter(look_up__in=list(hashes))
    rows = found.values_list("look_up", "participant_id")
    return {hashes[bytes(hashed)]: person for hashed, person in rows}
