"""How hard a Swedish text is to read: LIX and the longest sentence (interface.md 5)."""

import re

WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
CLOCK = re.compile(r"\b(\d{1,2})[.:](\d{2})\b")  # 10.20 ends no sentence
ABBREVIATION = re.compile(r"\b(t\.ex|bl\.a|kl|m\.m|osv|ca|nr)\.", re.IGNORECASE)
INITIAL = re.compile(r"\b([A-ZÅÄÖ])\.")  # nor does Robin A.
NUMBER_OF_SERVICE = re.compile(r"\b\d[\d -]{4,}\d\b")

# interface.md 3.2: the first binds public and participants' pages and messages, the second all
NEVER_TO_A_PERSON = re.compile(
    r"\b(insats|ärende|klient|brukare|handläggare|åtgärd|kallelse|frånvaro|utebliv|avvikelse"
    r"|misslyckad|missbrukare|diagnos)\w*",
    re.IGNORECASE,
)
NEVER = re.compile(r"\b(klient|brukare|missbrukare|kallelse)\w*", re.IGNORECASE)


def sentences(text):
    """Split a text: a heading, an item of a list or a button is a sentence of its own."""
    text = INITIAL.sub(r"\1", ABBREVIATION.sub(r"\1", CLOCK.sub(r"\1\2", text)))
    text = NUMBER_OF_SERVICE.sub("0", text)
    return [one for one in re.split(r"[.!?:;]+(?:\s|$)|\n+|\t+", text) if WORD.search(one)]


def lix(text):
    """Return words a sentence plus the share of words longer than six letters."""
    words, count = WORD.findall(text), len(sentences(text))
    if not words:
        return 0.0
    return round(len(words) / count + 100 * sum(len(word) > 6 for word in words) / len(words), 1)


def longest(text):
    """Return the sentence with the most words."""
    return max(sentences(text), key=lambda one: len(WORD.findall(one)), default="")


def length(sentence):
    """Return how many words a sentence has."""
    return len(WORD.findall(sentence))
