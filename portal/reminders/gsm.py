"""How long a text is as an SMS, by GSM 03.38: one letter outside it makes three messages of one.

The libraries for it are older than five years or count nothing; the two alphabets are a standard.
"""

from __future__ import annotations

import unicodedata

LONGEST = 160  # in one message
BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # each is sent as two
# What has no letter of its own inside it, and is no letter with a mark above or below.
PLAIN = str.maketrans(
    {"–": "-", "—": "-", "’": "'", "‘": "'", "”": '"', "“": '"', "…": "..."}  # noqa: RUF001
    | {"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "ð": "d", "þ": "th", "œ": "oe"}  # noqa: RUF001
)


def length(text: str) -> int:
    """Return how many of the 160 characters a text takes."""
    return len(text) + sum(letter in EXTENDED for letter in text)


def foreign(text: str) -> set[str]:
    """Return the characters that no phone can be sent in one message of 160."""
    return set(text) - BASIC - EXTENDED


def plain(text: str) -> str:
    """Return a text in letters that a message can hold: a name keeps its letters, less a mark."""
    return "".join(map(_letter, text.translate(PLAIN)))


def _letter(letter: str) -> str:
    if letter in BASIC or letter in EXTENDED:
        return letter
    bare = "".join(one for one in unicodedata.normalize("NFKD", letter) if one in BASIC)
    return bare or ("" if unicodedata.combining(letter) else "?")
