"""What people answer by SMS: a figure does something, words reach the one they know."""

from datetime import timedelta

import pytest
from django.conf import settings as given
from django.utils import timezone

from activities.models import Absence, Contract, SignUp
from participants.models import Step
from portal.reminders.channels import signs
from portal.reminders.incoming import replies
from portal.reminders.models import Reminder, Reply, Said, Status
from tests.activities.factories import (
    ActivityFactory,
    EnrolmentFactory,
    SessionFactory,
    SignUpFactory,
)
from tests.reminders.gateways import Gateways
from tests.reminders.test_webhooks import both, post  # noqa: F401

pytestmark = pytest.mark.django_db
PHONE = "+46701740605"
NUMBERS = iter(range(1000))


@pytest.fixture
def tomorrow(leader):
    cafe = ActivityFactory(slug="kaffe", name="Kaffe", organiser=leader.membership.unit)
    return SessionFactory(activity=cafe, starts_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def coming(tomorrow, robin_person):
    return SignUpFactory(session=tomorrow, participant=robin_person)


@pytest.fixture
def asked(tomorrow, robin_person):
    """Robin has been sent an SMS about tomorrow."""
    return told(robin_person, "session_tomorrow", tomorrow.pk)


def told(person, kind, subject, ago=timedelta(hours=2)):
    now = timezone.now()
    return Reminder.objects.create(
        kind=kind,
        subject_id=subject,
        recipient_kind="PARTICIPANT",
        recipient_id=person.pk,
        participant_id=person.pk,
        due_at=now - ago,
        next_at=now - ago,
        not_after=now + timedelta(days=1),
        channel="SMS",
        status=Status.ACCEPTED,
        ended_at=now - ago,
        address=signs.number(PHONE),
    )


def say(words, *, name=None, number=PHONE):
    """Answer by SMS through 46elks; return what comes back."""
    name = name or f"s{next(NUMBERS)}"
    form = {"direction": "incoming", "id": name, "from": number, "to": "+46766861004"}
    answer = post(signs.reply_address("elks"), form | {"created": "now", "message": words})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    ("words", "said", "says_more"),
    [
        ("1", Said.COMES, False),
        ("Ja 1", Said.COMES, False),
        ("2", Said.CANNOT, False),
        ("2 tyvärr", Said.CANNOT, False),
        ("2. Jag är sjuk", Said.CANNOT, True),
        ("STOPP", Said.STOP, False),
        ("Stopp tack", Said.STOP, False),
        ("stop", Said.STOP, False),
        ("Kommer klockan 2", Said.WORDS, True),
        ("1 eller 2?", Said.WORDS, True),
        ("Vid vilken hållplats ska jag gå av, är det stopp i trafiken", Said.WORDS, True),
        ("Kan du ringa?", Said.WORDS, True),
        ("", Said.WORDS, True),
    ],
)
def test_what_is_meant_by_an_answer(words, said, says_more):
    assert replies.understood(words) == (said, says_more)


def test_a_2_takes_back_that_robin_comes_and_says_what_comes_next(coming, asked, robin_person):
    assert say("2 tyvärr", name="same") == (
        f"Tack, då vet vi. Logga in och se vad mer som finns, eller ring {given.PORTAL_PHONE}."
    )
    coming.refresh_from_db()
    assert coming.withdrawn_at
    assert not Step.objects.filter(participant=robin_person).exists()
    # the same answer comes once more: nothing is done again, and nothing is answered
    SignUp.objects.update(withdrawn_at=None)
    assert say("2 tyvärr", name="same") == ""
    assert SignUp.objects.kept().exists()
    assert Reply.objects.get().said == Said.CANNOT
    say("2")
    say("1")
    assert SignUp.objects.kept().exists()


def test_a_2_tells_the_door_that_robin_does_not_come_on_a_day_of_the_timetable(
    leader, robin_person
):
    workshop = ActivityFactory(
        slug="corner", organiser=leader.membership.unit, contract=Contract.SCHEDULE
    )
    EnrolmentFactory(participant=robin_person, activity=workshop, weekdays=[*range(7)])
    session = SessionFactory(activity=workshop, starts_at=timezone.now() + timedelta(hours=3))
    told(robin_person, "session_tomorrow", session.pk)
    say("2")
    assert Absence.objects.standing().get().reason == "UNSAID"
    say("1")
    assert not Absence.objects.standing().exists()


def test_words_become_a_step_for_the_contact(coming, asked, robin_person, guide):
    long = "Kan du ringa mig? Jag vill prata om något annat. " * 8
    assert "Din kontakt" in say(long)
    steps = Step.objects.filter(participant=robin_person).order_by("pk")
    assert {step.assignee for step in steps} == {guide.membership}
    kept = " ".join(step.text.partition("”")[2].rpartition("”")[0] for step in steps)
    assert kept == long.strip()
    assert SignUp.objects.kept().exists()
    assert "Kan du" not in str(Reply.objects.values())


def test_it_is_too_late_to_say_no_to_what_has_begun(coming, asked, tomorrow, robin_person):
    type(tomorrow).objects.update(starts_at=timezone.now() - timedelta(minutes=1))
    assert "Din kontakt" in say("2")
    assert SignUp.objects.kept().exists()
    assert Step.objects.filter(participant=robin_person).count() == 1


def test_when_two_were_asked_at_once_a_human_reads_the_answer(
    coming, asked, tomorrow, robin_person
):
    other = SessionFactory(activity=tomorrow.activity, starts_at=tomorrow.ends_at)
    told(robin_person, "session_tomorrow", other.pk)
    assert "Din kontakt" in say("2")
    assert SignUp.objects.kept().exists()


def test_a_number_that_nobody_has_written_to_is_told_to_ring(asked):
    assert "Ring" in say("2", number="+46701740699")
    assert Reply.objects.get().reminder is None


def test_twilio_is_answered_in_its_own_words(coming, asked, settings):
    form = {**Gateways._of_twilio("SM1", "+46766861004", PHONE), "Body": "2"}
    answer = post(signs.reply_address("twilio"), form)
    assert answer["Content-Type"].startswith("text/xml")
    assert "<Response><Message>Tack, då vet vi." in answer.content.decode()
    assert post(signs.reply_address("twilio"), form, signed=False).status_code == 403
    assert post(signs.reply_address("elks")[:-3] + "aa/", form).status_code == 403


def test_an_address_written_down_at_the_gateway_long_ago_is_still_ours(settings):
    settings.SECRET_KEY = "a-key-of-long-ago"  # noqa: S105
    written_down = "pypka2ufkjbghjboc3bfq4ckdsd6tes4"
    assert written_down in signs.reply_address("elks")
    assert signs.is_reply("elks", written_down)
