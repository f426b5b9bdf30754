"""How hard a text is to read: its longest sentence, and LIX. A hint, and never a no."""

from __future__ import annotations

import re

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
END = re.compile(r"[.!?:;]+(?:\s|$)|\n+")
SHORT = 6  # letters; a word with more is a long one
MOST_WORDS, MOST_LIX, ENOUGH = 15, 30, 20  # words in a sentence; in a text, before LIX says much


def longest(text: str) -> int:
    """Return how many words the longest sentence has."""
    return max((len(WORD.findall(one)) for one in END.split(text)), default=0)


def lix(text: str) -> int:
    """Return words to a sentence plus the share of long words; 0 where there are too few."""
    words = WORD.findall(text)
    if len(words) < ENOUGH:
        return 0
    sentences = sum(1 for one in END.split(text) if WORD.search(one))
    return round(len(words) / sentences + 100 * sum(len(one) > SHORT for one in words) / len(words))


def is_hard(text: str) -> bool:
    """Answer whether somebody who is tired would have to read it twice."""
    return longest(text) > MOST_WORDS or lix(text) > MOST_LIX
