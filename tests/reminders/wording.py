"""What may be said in a message, and what never: rules that every kind is held against."""

import re

from portal.management.town.organisations import TREE
from portal.management.town.words import FIRST, LAST
from portal.reminders import gsm, samples
from portal.reminders.models import Channel, RecipientKind
from tests.reading import NEVER_TO_A_PERSON, length, lix, longest

LANGUAGES = ("sv", "en")
GREETINGS = {"sv": ("Hej", "God morgon!", "Din kod"), "en": ("Hi", "Good morning!", "Your code")}
REPLIES = {"sv": "Svara 1 = kommer, 2 = kan inte.", "en": "Answer 1 = coming, 2 = cannot."}
A_PERSON = (RecipientKind.PARTICIPANT, RecipientKind.GUEST)
MOST_WORDS, HARDEST = 15, 30  # in a sentence; LIX (interface.md 5)
LINK = re.compile(r"https?://\S+")
# Of an office, care, money or work: each tells a stranger why; interface.md 3.2 adds its own.
TELLS_WHY = re.compile(
    r"psyk|beroend|missbruk|alkohol|drog|nykter|social|kommun|\bstad(en|s)?\b|region|förvaltning"
    r"|myndighet|vård|omsorg|bistånd|försörj|bidrag|pengar|ersättning|stöd|rehab|praktik|jobb"
    r"|arbet|sysselsätt|placering|guide|handled|coach|samordn|kansli|verkstad"
    r"|psych|addict|alcohol|drug|welfare|benefit|municip|council|authorit|\bcare\b|clinic|therap"
    r"|patient|client|\bcase\b|support|money|intern(ship)?\b|\bjob|\bwork\b|employ|officer"
    r"|absen|missed|summon|en väg in",
    re.IGNORECASE,
)
PLACES = {name for _kind, above, units in TREE for name in (above, *units)}
NAMED = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(PLACES | {*LAST})))})\b")
FIRST_NAMES = {*FIRST, "Robin", "Samira", samples.NAME}
FIRST_NAMED = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(FIRST_NAMES)))})\b")


def faults(kind):
    """Return what is wrong with anything that a kind may say, to anybody, in any way."""
    said = {language: samples.samples(kind, language) for language in LANGUAGES}
    found = [] if all(said.values()) else ["says nothing"]
    for language, some in said.items():
        for one in some:
            found += [f"{language}: {fault}" for fault in _faults(kind, one, language)]
    swedish, english = (samples.samples(kind, one, samples.WEDNESDAY) for one in LANGUAGES)
    for one, other in zip(swedish, english, strict=True):
        mine, theirs = one.message, other.message
        if mine.subject == theirs.subject or mine.text == theirs.text or mine.short == theirs.short:
            found.append(f"no Swedish: {theirs.subject}: {theirs.short}")
    return found


def _faults(kind, sample, language):
    message, is_person = sample.message, sample.recipient.kind in A_PERSON
    is_letter = kind.email_only or sample.recipient.kind == RecipientKind.GUEST
    for channel, text in sample.texts:
        words = f"{message.subject}. {LINK.sub('', text) if is_letter else text}"
        if not message.subject or not text.startswith(GREETINGS[language]):
            yield f"greets nobody, or says nothing: {words}"
        if "http" in words or "www" in words or "@" in words:
            yield f"carries a link: {words}"
        # a letter to a colleague about the account itself names the portal, and nothing else may
        told = words if is_person or not is_letter else words.replace("En väg in", "")
        if secret := TELLS_WHY.search(told) or NAMED.search(told) or NEVER_TO_A_PERSON.search(told):
            yield f"says “{secret[0]}”: {words}"
        if is_person and (name := FIRST_NAMED.search(words)):
            yield f"names {name[0]}: {words}"
        if channel == Channel.SMS:
            yield from _sms_faults(kind, text, language)
        elif REPLIES[language] in text:
            yield f"asks for a reply where nobody reads it: {text}"
        elif is_person and language == "sv":
            hard, long = lix(LINK.sub("", text)), longest(text)
            if hard > HARDEST or length(long) > MOST_WORDS:
                yield f"is hard to read, {hard}: {long}"


def _sms_faults(kind, text, language):
    if gsm.length(text) > gsm.LONGEST:
        yield f"takes {gsm.length(text)} characters: {text}"
    if foreign := gsm.foreign(text):
        yield f"has letters that no message holds, {foreign}: {text}"
    if (REPLIES[language] in text) != (kind.answer is not None):
        yield f"asks for a reply that does nothing, or does not ask for one that does: {text}"
