"""*Vem äger frågan?* A colleague asks, those asked answer in time, and everybody is told."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.laying_out import STOCKHOLM
from activities.models import Referral, ReferralState
from activities.notifications import referring
from activities.services import referrals
from activities.services.referrals import AlreadyEnded
from participants.models import Participant, Protection
from participants.services.people import set_main_contact
from portal.models import AuditEvent, Membership
from portal.permissions import Role
from portal.reminders import planning, times
from portal.reminders.models import Reminder
from tests.activities.factories import ReferralFactory

MONDAY = datetime(2037, 11, 23, 10, tzinfo=STOCKHOLM)  # ahead: the outbox has its own clock
WORDS = "Vill gärna laga cyklar, två förmiddagar i veckan."


@pytest.fixture
def asked(workshop, robin_person, guide):
    """Samira has asked Corner about Robin."""
    return referrals.refer(
        participant=robin_person, entry=workshop.entry, by=guide, told=WORDS, now=timezone.now()
    )


def make(person, activity):
    return reverse("activities:referral_make", args=[person.public_id, activity.entry.pk])


def answer(referral):
    return reverse("activities:referral_answer", args=[referral.public_id])


def told(kind):
    """Return who is told, the person first."""
    rows = Reminder.objects.open().filter(kind=kind).order_by("recipient_kind")
    return [(one.recipient_kind, one.recipient_id) for one in rows]


def sent(acting, guide, person, activity, **more):
    page = acting(guide).get(make(person, activity))
    sending = page.context["form"]["submission_id"].value()
    form = {"told": WORDS, "agreed": "on", "submission_id": sending, **more}
    return acting(guide).post(make(person, activity), form, follow=True)


def test_ten_working_days_step_over_weekends_and_red_days():
    assert times.working_day_after(date(2026, 11, 20), 3) == date(2026, 11, 25)
    assert times.working_day_after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert times.working_day_after(date(2026, 12, 31), 1) == date(2027, 1, 4)


def test_nobody_is_expected_to_answer_on_christmas_eve_or_new_year_s_eve():
    assert times.working_day_after(date(2026, 12, 23), 1) == date(2026, 12, 28)
    assert times.working_day_after(date(2026, 12, 30), 1) == date(2027, 1, 4)


def test_guide_asks_and_corner_reads_a_first_name_and_what_was_agreed(
    acting, guide, leader, robin_person, workshop
):
    page = sent(acting, guide, robin_person, workshop)
    assert "Frågan är skickad." in page.text
    listed = acting(leader).get(reverse("activities:referral_received")).text
    assert "Robin" in listed
    read = acting(leader).get(answer(Referral.objects.get())).text
    assert WORDS in read
    for hidden in (robin_person.last_name, robin_person.phone or "070", "Samira"):
        assert hidden not in read
    record = reverse("person_record", args=[robin_person.public_id])
    assert acting(leader).get(record).status_code == 404


def test_nothing_is_sent_before_the_person_has_said_yes(acting, guide, robin_person, workshop):
    page = sent(acting, guide, robin_person, workshop, agreed="")
    assert page.status_code == 422
    assert not Referral.objects.exists()


def test_the_person_and_those_asked_are_told_at_once(asked, robin_person, leader):
    assert told("referral_sent") == [
        ("PARTICIPANT", robin_person.pk),
        ("STAFF", leader.user_id),
    ]
    assert told("referral_waits") == [("STAFF", leader.user_id)]
    assert asked.is_with_receiver(timezone.localdate())


def test_a_yes_is_told_to_the_person_and_the_one_who_asked(
    acting, asked, leader, guide, robin, robin_person
):
    page = acting(leader).post(answer(asked), {"answer": "ACCEPTED"}, follow=True)
    assert "Tack." in page.text
    assert told("referral_waits") == []
    assert told("referral_ended") == [("PARTICIPANT", robin_person.pk), ("STAFF", guide.user_id)]
    asked.refresh_from_db()
    assert asked.state(timezone.localdate()) == ReferralState.ACCEPTED
    assert asked.is_with_receiver(timezone.localdate())
    assert "De säger ja." in acting(robin).get("/idag/").text


def test_once_samira_has_left_the_contact_hears_the_answer(
    acting, asked, leader, guide, member, robin_person
):
    johan = member(Role.GUIDE, first_name="Johan")
    set_main_contact(participant=robin_person, membership=johan.membership, by=guide)
    Membership.objects.filter(pk=guide.membership.pk).update(ended_at=timezone.now())
    acting(leader).post(answer(asked), {"answer": "ACCEPTED"})
    assert told("referral_ended") == [("PARTICIPANT", robin_person.pk), ("STAFF", johan.user_id)]


def test_a_no_has_a_reason_and_the_question_is_the_guides_again(
    acting, asked, leader, guide, robin
):
    assert acting(leader).post(answer(asked), {"answer": "DECLINED"}).status_code == 422
    reason = "Vi har fullt till jul. Hör av er i januari."
    acting(leader).post(answer(asked), {"answer": "DECLINED", "reason": reason})
    asked.refresh_from_db()
    assert not asked.is_with_receiver(timezone.localdate())
    assert reason in acting(guide).get(reverse("activities:referral_list")).text
    assert reason in acting(robin).get("/idag/").text


def test_after_three_working_days_they_are_reminded_and_after_ten_it_is_over(
    workshop, robin_person, guide, leader
):
    with time_machine.travel(MONDAY, tick=False):
        made = referrals.refer(
            participant=robin_person, entry=workshop.entry, by=guide, told=WORDS, now=MONDAY
        )
    assert (made.remind_on, made.expires_on) == (date(2037, 11, 26), date(2037, 12, 7))
    at = dict(Reminder.objects.filter(recipient_kind="STAFF").values_list("kind", "due_at"))
    assert at["referral_waits"] == datetime(2037, 11, 26, 9, tzinfo=STOCKHOLM)
    assert at["referral_ended"] == datetime(2037, 12, 8, tzinfo=STOCKHOLM)
    assert made.state(date(2037, 12, 7)) == ReferralState.WAITING
    assert made.state(date(2037, 12, 8)) == ReferralState.EXPIRED
    assert not made.is_with_receiver(date(2037, 12, 8))
    late = MONDAY + timedelta(days=20)
    with pytest.raises(AlreadyEnded):
        referrals.answer_referral(referral=made, answer="ACCEPTED", reason="", by=leader, now=late)


def test_what_has_run_out_of_time_can_be_asked_anew(acting, guide, robin_person, workshop):
    old = ReferralFactory(
        participant=robin_person,
        entry=workshop.entry,
        sender=guide.membership,
        remind_on=timezone.localdate() - timedelta(days=9),
        expires_on=timezone.localdate() - timedelta(days=2),
    )
    assert "de har inte svarat i tid" in acting(guide).get(reverse("activities:referral_list")).text
    sent(acting, guide, robin_person, workshop)
    assert Referral.objects.waiting(timezone.localdate()).exclude(pk=old.pk).count() == 1


def test_the_same_unit_is_not_asked_twice_at_a_time(acting, asked, guide, robin_person, workshop):
    page = sent(acting, guide, robin_person, workshop)
    assert "De har redan en fråga om personen att svara på." in page.text
    assert Referral.objects.count() == 1


def test_a_question_taken_back_is_gone_from_those_asked_and_nobody_is_reminded(
    acting, asked, guide, leader
):
    acting(guide).post(reverse("activities:referral_take_back", args=[asked.public_id]))
    assert acting(leader).get(answer(asked)).status_code == 404
    assert not Reminder.objects.open().exists()


def test_a_protected_person_is_asked_about_nowhere(acting, guide, robin_person, workshop, asked):
    Participant.objects.filter(pk=robin_person.pk).update(protection=Protection.MARKED, unit=None)
    robin_person.refresh_from_db()
    with pytest.raises(referrals.KeptApart):
        referrals.refer(
            participant=robin_person, entry=workshop.entry, by=guide, told="", now=timezone.now()
        )


def test_what_was_asked_disappears_when_the_identity_is_protected(
    acting, asked, leader, robin_person
):
    Participant.objects.filter(pk=robin_person.pk).update(protection=Protection.MARKED, unit=None)
    assert acting(leader).get(answer(asked)).status_code == 404
    assert "Robin" not in acting(leader).get(reverse("activities:referral_received")).text


def test_where_nobody_answers_one_is_told_to_ring(acting, guide, robin_person, kampen, leader):
    leader.membership.ended_at = timezone.now()
    leader.membership.save()
    page = acting(guide).get(make(robin_person, kampen))
    assert "Ring dem i stället" in page.text
    assert "tel:" in page.text


def test_another_leader_neither_sees_nor_answers(acting, asked, member, outsider):
    stranger = member(Role.ACTIVITY_LEADER, outsider.membership.unit)
    assert acting(stranger).get(answer(asked)).status_code == 404
    assert acting(stranger).post(answer(asked), {"answer": "ACCEPTED"}).status_code == 404


def test_the_sweep_plans_the_same_again(asked):
    before = list(Reminder.objects.order_by("pk").values_list("kind", "due_at", "recipient_id"))
    planning.sweep()
    planning.plan(referring.REFERRAL_SENT, [asked.pk])
    assert before == list(
        Reminder.objects.order_by("pk").values_list("kind", "due_at", "recipient_id")
    )


def test_the_log_tells_robin_that_corner_read_it(acting, asked, leader, robin):
    acting(leader).get(answer(asked))
    line = AuditEvent.objects.filter(subject="referral", act="VIEW").get()
    assert line.user_id == leader.user_id
    assert (
        "läste det du har sagt ja till att berätta"
        in acting(robin).get(reverse("log:who_looked")).text
    )
