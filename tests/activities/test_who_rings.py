"""Whom no letter finds is rung by somebody who is there: never an empty room, and never nobody."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from participants.models import Step
from participants.services.taking_over import take_over
from portal.context import Purpose, as_system
from portal.models import Membership
from portal.permissions import Role
from portal.reminders import handing_over, kinds, preferences
from portal.reminders.channels import Outcome
from portal.reminders.kinds import registry
from portal.reminders.models import Channel, Line, Reminder, Status
from portal.reminders.sending import claims, outcomes
from tests.activities.factories import SignUpFactory
from tests.factories import ParticipantFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def johan(member):
    return member(Role.GUIDE, first_name="Johan", last_name="Ek")


@pytest.fixture
def nowhere(cafe, guide):
    """Robin means to come, has neither phone nor e-mail, and Samira as contact."""
    person = ParticipantFactory(main_contact=guide.membership)
    SignUpFactory(session=cafe, participant=person)
    return person


def cancel(browser, session, **fields):
    page = reverse("activities:session_cancel", args=[session.pk])
    return browser.post(page, fields, follow=True).text if fields else browser.get(page).text


def is_away(actor):
    until = timezone.localdate() + 14 * DAY
    preferences.choose(recipient=kinds.staff(actor.user_id), by=actor, paused_until=until)


def asked_to_ring():
    rows = Reminder.objects.filter(kind="session_call", status=Status.PLANNED)
    return list(rows.values_list("recipient_id", flat=True))


def bounces(row):
    """The mail server has taken it, and says later that nobody of that name is there."""
    row.status, row.ended_at = Status.ACCEPTED, timezone.now()
    row.save(update_fields=["status", "ended_at"])
    outcomes.bounce(row)
    return handing_over.hand_over()


def test_a_contact_with_a_planned_last_day_rings_until_then(acting, leader, cafe, johan):
    Membership.objects.filter(pk=johan.membership.pk).update(ended_at=timezone.now() + 30 * DAY)
    person = ParticipantFactory(main_contact=johan.membership)
    SignUpFactory(session=cafe, participant=person)
    assert "Får ett samtal (1)" in cancel(acting(leader), cafe)
    cancel(acting(leader), cafe, reason="WEATHER")
    assert asked_to_ring() == [johan.user_id]


def test_while_the_contact_is_away_a_colleague_of_the_team_rings(
    acting, leader, cafe, guide, johan, manager, nowhere
):
    TeamMemberFactory(participant=nowhere, membership=johan.membership)
    is_away(guide)
    assert "Får ett samtal (1)" in cancel(acting(leader), cafe)
    cancel(acting(leader), cafe, reason="WEATHER")
    assert asked_to_ring() == [johan.user_id]


def test_without_anybody_beside_whoever_leads_the_unit_is_asked(
    acting, leader, cafe, guide, johan, manager, nowhere
):
    is_away(guide)
    cancel(acting(leader), cafe, reason="WEATHER")
    assert asked_to_ring() == [manager.user_id], "Johan does not know Robin"


@pytest.mark.parametrize("change", [{"rests_on_consent": True}, {"planned_end_on": "2026-01-01"}])
def test_a_colleague_who_does_not_read_the_plan_does_not_stand_in(
    acting, leader, cafe, guide, johan, nowhere, change
):
    TeamMemberFactory(participant=nowhere, membership=johan.membership, **change)
    is_away(guide)
    assert "Nås inte (1)" in cancel(acting(leader), cafe)


def test_a_letter_to_samira_that_bounces_is_taken_over_by_another_colleague(
    acting, leader, cafe, guide, johan, nowhere
):
    TeamMemberFactory(participant=nowhere, membership=johan.membership)
    cancel(acting(leader), cafe, reason="WEATHER")
    assert bounces(Reminder.objects.get(kind="session_call")) == 1
    [step] = Step.objects.filter(participant=nowhere)
    assert step.assignee == johan.membership
    assert step.text == "Johan ringer dig om en tid som är inställd."
    taken = Reminder.objects.get(kind="step_taken_over")
    assert taken.recipient_id == johan.user_id
    assert handing_over.hand_over() == 0


def test_a_server_that_knows_nobody_of_that_name_is_as_good_as_a_letter_that_comes_back(
    acting, leader, cafe, guide, johan, nowhere
):
    TeamMemberFactory(participant=nowhere, membership=johan.membership)
    cancel(acting(leader), cafe, reason="WEATHER")
    Reminder.objects.filter(kind="session_call").update(next_at=timezone.now() - DAY)
    with as_system(Purpose.REMINDERS):
        [claim] = claims.take([Channel.EMAIL])
    assert outcomes.write(claim, Outcome(Line.PERMANENT, "550")) == "failed"
    assert handing_over.hand_over() == 1
    assert Step.objects.get(participant=nowhere).assignee == johan.membership


def test_a_step_that_nobody_can_write_of_goes_to_who_stands_in(guide, johan, nowhere):
    TeamMemberFactory(participant=nowhere, membership=johan.membership)
    is_away(guide)
    owed = kinds.Owed(nowhere.pk, registry.kinds["step_due"], timezone.now() + DAY)
    with as_system(Purpose.REMINDERS):
        take_over(owed)
    assert Step.objects.get(participant=nowhere).assignee == johan.membership


def test_whoever_leads_hears_by_first_name_whom_to_find_somebody_for(
    acting, leader, cafe, guide, manager, nowhere
):
    cancel(acting(leader), cafe, reason="WEATHER")
    bounces(Reminder.objects.get(kind="session_call"))
    taken = Reminder.objects.get(kind="step_taken_over")
    assert taken.recipient_id == manager.user_id
    kind = registry.kinds["step_taken_over"]
    said = kind.text(kind.due([taken.subject_id])[taken.subject_id], manager.user_id)
    assert said.text.startswith("Hej! Någon behöver ringa Robin, och kontakten går inte att nå.")


def test_where_nobody_else_is_there_the_step_waits_for_samira(acting, leader, cafe, guide, nowhere):
    cancel(acting(leader), cafe, reason="WEATHER")
    assert bounces(Reminder.objects.get(kind="session_call")) == 1
    assert Step.objects.get(participant=nowhere).assignee == guide.membership


def test_a_time_that_is_on_again_is_owed_to_nobody(acting, leader, cafe, guide, nowhere):
    cancel(acting(leader), cafe, reason="WEATHER")
    row = Reminder.objects.get(kind="session_call")
    acting(leader).post(reverse("activities:session_restore", args=[cafe.pk]))
    bounces(row)
    assert not Step.objects.filter(participant=nowhere).exists()
