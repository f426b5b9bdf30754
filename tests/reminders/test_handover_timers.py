"""A new contact is told at once; who has not met the person is reminded, then the manager knows."""

from datetime import date, datetime, time, timedelta

import pytest

from participants.models import Handover
from participants.notifications import handing_over
from participants.services.handovers import confirm_handover, hand_over
from portal.permissions import Role
from portal.reminders import times
from portal.reminders.models import Reminder, Status

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
MONDAY = date(2037, 3, 2)


@pytest.fixture
def johan(member, guide):
    return member(Role.GUIDE, guide.membership.unit, first_name="Johan", last_name="Ek")


@pytest.fixture
def handed(robin_person, johan, guide, manager):
    """Handed over on a Monday."""
    made = hand_over(
        participant=robin_person,
        membership=johan.membership,
        by=guide,
        meets_on=MONDAY,
        comes_along=True,
    )
    at = datetime.combine(MONDAY, time(12), times.STOCKHOLM)
    Handover.objects.filter(pk=made.pk).update(created_at=at)
    made.refresh_from_db()
    return made


def morning(day):
    return times.instant(day, time(8))


def to(letters):
    return sorted(address for mail in letters for address in mail.to)


def test_new_contact_is_told_at_once_and_by_no_name(robin_person, johan, guide, dispatch):
    made = hand_over(participant=robin_person, membership=johan.membership, by=guide)
    row = Reminder.objects.get(kind="handover_given", recipient_kind="STAFF")
    assert (row.due_at, row.priority) == (made.created_at, 0)
    _counts, mails = dispatch(row.next_at + MINUTE)
    [mail] = [one for one in mails if one.to == [johan.user.email]]
    assert mail.body.startswith("Hej! Du har fått en ny person att vara kontakt för.")
    assert "Robin" not in f"{mail.subject} {mail.body}"


def test_person_and_contact_before_are_told_when_the_manager_hands_over(
    robin_person, johan, guide, manager, robin, dispatch
):
    hand_over(participant=robin_person, membership=johan.membership, by=manager)
    last = Reminder.objects.filter(kind="handover_given").latest("next_at").next_at
    told = {mail.to[0]: mail.body for mail in dispatch(last + MINUTE)[1]}
    assert set(told) == {johan.user.email, guide.user.email, robin.user.email}
    assert told[robin.user.email].startswith(
        "Hej! Du har fått en ny kontakt. Logga in så ser du vem, eller ring "
    )
    assert told[guide.user.email].startswith(
        "Hej! En person på din lista har fått en ny kontakt. Undrar du något? Fråga din chef."
    )
    assert not any(name in f"{told}" for name in ("Robin", "Almqvist", "Johan", "Ek"))


def test_who_hands_over_knows_it_already(robin_person, johan, guide):
    hand_over(participant=robin_person, membership=johan.membership, by=guide)
    told = Reminder.objects.filter(kind="handover_given").values_list("recipient_kind", flat=True)
    assert sorted(told) == ["PARTICIPANT", "STAFF"]


def test_both_are_reminded_after_three_working_days_and_the_manager_after_ten(
    handed, johan, guide, manager, dispatch
):
    handing_over.plan_handover(handed.pk)
    thursday, monday = morning(date(2037, 3, 5)), morning(date(2037, 3, 16))
    dispatch(morning(date(2037, 3, 4)))  # that there is a new contact
    assert dispatch(thursday - MINUTE)[1] == []
    assert to(dispatch(thursday + MINUTE)[1]) == sorted([johan.user.email, guide.user.email])
    assert to(dispatch(monday + MINUTE)[1]) == [manager.user.email]


def test_timers_stop_when_both_have_said_so(handed, johan, guide, dispatch):
    planned = Reminder.objects.filter(kind__startswith="handover", status=Status.PLANNED)
    confirm_handover(handover=handed, by=johan)
    told = planned.filter(kind="handover_waits").values_list("recipient_id", flat=True)
    assert list(told) == [guide.user_id]
    confirm_handover(handover=handed, by=guide)
    assert not planned.exists()
