"""The day before a step, whoever does it hears of it once."""

from datetime import date, timedelta
from email import message_from_bytes, policy

import pytest

from participants.models import Step
from participants.notifications.steps import plan_step
from portal.reminders import planning, times
from portal.reminders.models import Reminder, Status
from tests.factories import MembershipFactory, ParticipantFactory, StepFactory, TeamMemberFactory

pytestmark = pytest.mark.django_db
DAY = date(2037, 3, 10)  # a Tuesday
FOUR = times.day_before(DAY)
MINUTE = timedelta(minutes=1)


def written(person, days_before=30, due_on=DAY, **fields):
    """Write a step some days before it is due, and plan what is said of it."""
    at = times.midnight(due_on) - timedelta(days=days_before)
    step = StepFactory(participant=person, due_on=due_on, created_at=at, **fields)
    plan_step(step)
    return step


def change(step, **fields):
    for name, value in fields.items():
        setattr(step, name, value)
    step.save()
    plan_step(step)


def rows(*statuses):
    return list(Reminder.objects.filter(status__in=statuses).order_by("pk"))


def test_robin_hears_of_an_own_step_at_four_the_day_before(robin_person, dispatch):
    written(robin_person)
    assert dispatch(FOUR - MINUTE) == ({"claimed": 0}, [])
    _counts, [mail] = dispatch(FOUR + MINUTE)
    assert mail.to == ["robin@example.org"]
    assert mail.subject == "I morgon"
    assert mail.body.startswith("Hej! I morgon är det dags för ditt nästa steg.")
    assert dispatch(FOUR + 2 * MINUTE)[1] == []


def test_the_mail_comes_from_nobody_in_particular(robin_person, dispatch):
    written(robin_person)
    [row] = rows(Status.PLANNED)
    _counts, [mail] = dispatch(FOUR + MINUTE)
    sent = message_from_bytes(mail.message().as_bytes(), policy=policy.default)
    assert sent["From"] == "Påminnelse <svara-inte@example.org>"
    assert sent["Message-ID"] == f"<{row.public_id}@example.org>"
    assert "En väg in" not in f"{sent['From']} {mail.subject} {mail.body}"


def test_a_colleague_hears_of_the_step_that_is_theirs(robin_person, guide, dispatch):
    written(robin_person, assignee=guide.membership)
    [row] = rows(Status.PLANNED)
    assert (row.recipient_kind, row.participant_id) == ("STAFF", robin_person.pk)
    _counts, [mail] = dispatch(FOUR + MINUTE)
    assert mail.to == [guide.user.email]
    assert "Robin" not in mail.body


def test_five_steps_on_a_day_are_said_once(robin_person):
    for _ in range(5):
        written(robin_person)
    assert len(rows(Status.PLANNED)) == 1


def test_when_the_first_of_two_steps_is_done_the_other_is_still_said(robin_person, guide):
    first, second = written(robin_person), written(robin_person)
    change(first, finished_at=times.midnight(DAY) - timedelta(days=3), finished_by=guide.user)
    assert [row.subject_id for row in rows(Status.PLANNED)] == [second.pk]


def test_planning_five_times_gives_the_same_row(robin_person):
    step = written(robin_person)
    [before] = rows(Status.PLANNED)
    for _ in range(5):
        plan_step(step)
    assert [row.public_id for row in rows(Status.PLANNED)] == [before.public_id]


def test_a_step_that_moves_and_moves_back_is_said_on_its_first_day(robin_person, dispatch):
    step = written(robin_person)
    change(step, due_on=DAY + timedelta(days=1))
    change(step, due_on=DAY)
    assert [row.due_at for row in rows(Status.PLANNED)] == [FOUR]
    assert [row.due_at for row in rows(Status.CANCELLED)] == [FOUR + timedelta(days=1)]
    assert len(dispatch(FOUR + MINUTE)[1]) == 1


@pytest.mark.parametrize("ending", ["finished", "removed", "moved", "closed"])
def test_what_changed_behind_the_planners_back_is_not_said(robin_person, guide, dispatch, ending):
    step = written(robin_person)
    now = FOUR - timedelta(hours=1)
    if ending == "closed":
        type(robin_person).objects.filter(pk=robin_person.pk).update(closed_at=now)
    else:
        fields = {
            "finished": {"finished_at": now, "finished_by": guide.user},
            "removed": {"removed_at": now},
            "moved": {"due_on": DAY + timedelta(days=7)},
        }
        type(step).objects.filter(pk=step.pk).update(**fields[ending])
    counts, mails = dispatch(FOUR + MINUTE)
    assert (counts["suppressed"], mails) == (1, [])
    assert rows(Status.SUPPRESSED)[0].reason == "NOT_WANTED"


def test_a_colleague_who_leaves_the_team_before_the_day_hears_nothing(robin_person, dispatch):
    beside = MembershipFactory(unit=robin_person.unit)
    team = TeamMemberFactory(participant=robin_person, membership=beside)
    written(robin_person, assignee=team.membership)
    team.ended_at = FOUR - MINUTE
    team.save()
    _counts, mails = dispatch(FOUR + MINUTE)
    assert mails == []
    assert rows(Status.SUPPRESSED)[0].reason == "NOT_VALID"


def test_nothing_is_planned_for_a_colleague_who_has_left_the_team(robin_person):
    team = TeamMemberFactory(participant=robin_person)
    team.ended_at = team.started_at + timedelta(days=2)
    team.save()
    written(robin_person, assignee=team.membership)
    assert rows(Status.PLANNED) == []


def test_a_colleague_who_ended_is_not_told(robin_person):
    gone = MembershipFactory()
    gone.ended_at = gone.started_at + timedelta(days=1)
    gone.save()
    written(robin_person, assignee=gone)
    assert rows(Status.PLANNED) == []


def test_somebody_without_an_address_is_held_back_with_the_reason(dispatch):
    written(ParticipantFactory(email=""))
    counts, mails = dispatch(FOUR + MINUTE)
    assert (counts["suppressed"], mails) == (1, [])
    assert rows(Status.SUPPRESSED)[0].reason == "NO_ADDRESS"


def test_the_address_in_the_record_comes_before_that_of_the_account(robin_person, dispatch):
    robin_person.email = "robin.hemma@example.org"
    robin_person.save()
    written(robin_person)
    assert dispatch(FOUR + MINUTE)[1][0].to == ["robin.hemma@example.org"]


def test_a_step_written_the_evening_before_was_just_spoken_of(robin_person):
    written(robin_person, days_before=0.2)
    assert rows(Status.PLANNED) == []


def test_the_sweep_finds_a_step_that_nobody_planned(robin_person, clock):
    at = times.midnight(DAY) - timedelta(days=30)
    StepFactory(participant=robin_person, due_on=DAY, created_at=at)
    clock(FOUR - timedelta(hours=8))
    assert planning.sweep()["step_due"] == 1
    planning.sweep()
    assert [row.due_at for row in rows(Status.PLANNED)] == [FOUR]


def test_a_dispatcher_that_comes_too_late_says_nothing_and_shows_it(robin_person, dispatch):
    written(robin_person)
    counts, mails = dispatch(times.midnight(DAY))
    assert (counts["given_up"], mails) == (1, [])
    assert [row.reason for row in Reminder.objects.given_up()] == ["TOO_LATE"]


def test_after_a_stop_until_the_evening_nobody_is_woken_and_a_human_is_asked(
    robin_person, dispatch
):
    written(robin_person)
    counts, mails = dispatch(FOUR + timedelta(hours=6))
    assert (counts["given_up"], mails) == (1, [])
    [asked] = Step.objects.filter(participant=robin_person, text__contains="ringer dig")
    assert asked.assignee.user.first_name == "Samira"
