"""What every kind says: short, in Swedish, and nothing of where, why or with whom."""

import re
from datetime import timedelta

import pytest
from django.utils import translation

from portal.reminders import kinds, times
from portal.reminders.kinds import Due, registry
from portal.reminders.models import RecipientKind

# Letters to an account, or to a guest, carry what they must, and are tested where they are made.
LETTERS = {"code", "invitation", "sheets_confirm", "guest_signed_up", "guest_offered"}
KINDS = sorted(registry.kinds.keys() - LETTERS)
LONGEST = 160
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# interface.md 3.2, and what tells of offices, care or money
FORBIDDEN = re.compile(
    r"insats|ärende|klient|brukar|handlägg|åtgärd|kallelse|frånvaro|uteb|avvik|misslyck|missbruk"
    r"|diagnos|psyk|beroende|social|kommun|stad|region|förvaltning|vård|bistånd|stöd|pengar"
    r"|praktik|jobb|arbetsträning|placering|en väg in|http|www|@",
    re.IGNORECASE,
)


@pytest.fixture(params=KINDS)
def kind(request):
    return registry.kinds[request.param]


@pytest.fixture(params=[RecipientKind.PARTICIPANT, RecipientKind.STAFF])
def say(request, kind, robin_person):
    """Return what a kind says about Robin, in a language."""
    happens = times.instant(times.local(robin_person.registered_at).date(), times.QUIET_UNTIL)
    due = Due(happens, happens + timedelta(hours=9), happens, robin_person.pk)

    def in_language(language):
        with translation.override(language):
            return kind.text(due, kinds.Recipient(request.param, robin_person.pk))

    return in_language


def test_it_fits_in_one_text_message(say):
    text = say("sv").text
    assert len(text) <= LONGEST
    assert set(text) <= GSM


def test_it_is_swedish_and_english(say):
    assert say("sv").text.startswith("Hej!")
    assert say("en").text.startswith("Hi!")
    assert say("sv").subject != say("en").subject


def test_it_tells_nobody_where_why_or_with_whom(say, robin_person):
    message = say("sv")
    words = f"{message.subject} {message.text}"
    assert not FORBIDDEN.search(words), words
    for name in (
        robin_person.first_name,
        robin_person.last_name,
        robin_person.unit.name,
        robin_person.unit.parent.name,
    ):
        assert name.casefold() not in words.casefold()


def test_every_kind_has_a_name_for_the_figures(kind):
    with translation.override("sv"):
        swedish = str(kind.name)
    assert swedish != str(translation.gettext_noop(kind.code))
