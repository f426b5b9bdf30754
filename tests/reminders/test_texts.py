"""What every kind says, with the longest words it can meet, in every language and by every way."""

from dataclasses import replace

import pytest
from django.utils import translation

from activities.notifications.ahead import KINDS as KINDS_BEFORE
from activities.notifications.ahead import SESSION_TOMORROW
from participants.notifications.steps import STEP_DUE
from portal.reminders import gsm, samples
from portal.reminders.kinds import Message, registry
from portal.reminders.models import Priority, RecipientKind
from portal.reminders.ways import barest
from tests.reminders.wording import faults

KINDS = sorted(registry.kinds)


@pytest.fixture(autouse=True)
def long_number(settings):
    settings.PORTAL_PHONE = "+46 40-628 04 00"


@pytest.mark.parametrize("code", KINDS)
def test_it_is_short_and_warm_and_reveals_nothing(code):
    assert faults(registry.kinds[code]) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Hej! I morgon träffas vi på Corner kl 10.", "says “Corner”"),
        ("Hej! I morgon kl 10 har du en tid hos socialtjänsten.", "says “social”"),
        ("Hej! Din kallelse till kl 10 finns här.", "says “kallelse”"),
        ("Hej! Robin, i morgon kl 10 har du en tid.", "names Robin"),
        ("Hej! Hälsa till Nilsson. I morgon kl 10 har du en tid.", "says “Nilsson”"),
        ("Hej! I morgon kl 10 har du en tid: https://example.org/x", "carries a link"),
        ("Hej! Du är välkommen. " * 8, "takes 176 characters"),
        ("Hej! €" + " Du är välkommen." * 9 + " Hej", "takes 164 characters"),
        ("I morgon kl 10 har du en tid.", "greets nobody"),
        ("", "greets nobody"),
        (
            "Hej! I morgon kl 10 har du en tid. Svara 1 = kommer, 2 = kan inte.",
            "asks for a reply where nobody reads it",
        ),
        ("Hej! Vi informerar härmed om ytterligare uppföljningsmöten framöver.", "is hard to read"),
    ],
)
def test_a_text_that_says_too_much_or_too_little_is_refused(text, fault):
    """The guard itself: each planted text makes it go red, for the reason it should."""

    def said(_due, _recipient):
        return Message(translation.gettext("Tomorrow"), text, sms=text)

    planted = replace(SESSION_TOMORROW, text=said, to=(RecipientKind.PARTICIPANT,), answer=None)
    found = faults(planted)
    assert any(one.startswith(f"sv: {fault}") for one in found), found
    assert any(one.startswith("no Swedish") for one in found)


def test_what_a_shared_phone_gets_is_held_to_the_same():
    assert faults(replace(STEP_DUE, text=lambda _due, _recipient: barest())) == []


@pytest.mark.parametrize("code", [kind.code for kind in KINDS_BEFORE])
def test_where_a_reply_does_something_the_sms_asks_for_it(code, monkeypatch):
    answered = replace(registry.kinds[code], answer=lambda *_said: None)
    monkeypatch.setitem(registry.kinds, code, answered)
    assert faults(answered) == []
    said = samples.samples(answered, "sv", samples.THURSDAY)[0].message
    assert said.by_sms.text.endswith("Svara 1 = kommer, 2 = kan inte. Ring annars +46 40-628 04 00")
    assert "Svara" not in said.text


def test_a_name_with_letters_of_another_alphabet_makes_no_second_message():
    message = Message("Ring", "Hej! Ring Şükrü, Zoë, Łukasz och Dragiša – i dag… 李")
    assert message.short == "Hej! Ring Sükrü, Zoe, Lukasz och Dragisa - i dag... ?"
    assert gsm.foreign(message.text)
    assert not gsm.foreign(message.short)
    assert gsm.length("Hej! 10 €") == len("Hej! 10 €") + 1


@pytest.mark.parametrize("code", KINDS)
def test_it_has_a_name_and_says_when_it_comes(code):
    kind = registry.kinds[code]
    for words in filter(None, (kind.name, kind.when)):
        with translation.override("sv"):
            swedish = str(words)
        with translation.override("en"):
            assert swedish != str(words)
    assert kind.when or kind.priority == Priority.NOW or code == "referral_sent"
    assert not kind.replaces or kind.replaces in registry.kinds


@pytest.mark.parametrize(
    "code",
    [one for one in KINDS if RecipientKind.PARTICIPANT in registry.kinds[one].to]
    + [one for one in KINDS if registry.kinds[one].is_duty],
)
def test_it_says_what_a_colleague_rings_about_in_words_that_are_true_on_any_day(code):
    kind = registry.kinds[code]
    with translation.override("sv"):
        swedish = str(kind.about)
    with translation.override("en"):
        assert swedish != str(kind.about)
    assert swedish[0].islower()
    assert "dag" not in swedish
    assert "morgon" not in swedish


@pytest.mark.django_db
def test_karin_reads_every_text_in_both_languages(
    acting, manager, settings, django_assert_max_num_queries
):
    settings.PORTAL_PHONE = "040-628 04 00"
    browser = acting(manager)
    with django_assert_max_num_queries(12):
        page = browser.get("/paminnelser/texter/").text
    assert "Hej! I morgon är det dags för ditt nästa steg. Logga in så ser du vad." in page
    assert "Hi! Tomorrow it is time for your next step. Sign in to see what it is." in page
    assert "Mejl och sms, 97 tecken" in page
    for kind in registry.kinds.values():
        assert f'<h2 id="{kind.code}">' in page
    assert "/paminnelser/texter/" in browser.get("/paminnelser/").text
