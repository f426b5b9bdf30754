"""Those who run the portal pause a kind of message, and send again what still holds."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from portal.models import AuditEvent, User
from portal.permissions import Role
from portal.reminders import planning
from portal.reminders.models import (
    Channel,
    KindPause,
    Line,
    Reason,
    Reminder,
    ReminderAttempt,
    Status,
)
from portal.reminders.operations import pauses, reconciling
from portal.reminders.sending import dispatcher
from tests.factories import UserFactory
from tests.reminders import probe
from tests.reminders.conftest import known_in_time

pytestmark = pytest.mark.django_db
FIGURES = "/paminnelser/"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def ada(member):
    return member(Role.ADMINISTRATOR)


@pytest.fixture
def plan(probe_kind):
    """Plan for an account that was made some time ago: then the probe is due."""

    def make(ago=MINUTE):
        user = UserFactory(created_at=timezone.now() - ago)
        planning.plan(probe_kind, [user.pk])
        known_in_time()
        return Reminder.objects.get(subject_id=user.pk)

    return make


def act(browser, name, **posted):
    return browser.post(reverse(name, args=["probe"]), posted)


def words(answer):
    return [str(one) for one in get_messages(answer.wsgi_request)]


def test_ada_pauses_a_kind_and_lets_it_go_on(acting, ada, plan, clock):
    clock(timezone.now())
    browser = acting(ada)
    row = plan()
    assert act(browser, "reminder_pause", why="").status_code == 422
    assert act(browser, "reminder_pause", why="Fel text i sms").status_code == 302
    assert dispatcher.run() == {"claimed": 1, "planned": 1}
    assert dispatcher.run() == {"claimed": 0}, "what is paused stands in nobody's way"
    row.refresh_from_db()
    assert (row.status, row.reason, row.next_at) == (Status.PLANNED, Reason.HELD, row.not_after)
    page = browser.get(FIGURES).text
    assert f"Pausat av {ada.user.name}: Fel text i sms" in page
    assert "Pausat av dem som driver portalen" in page
    assert "Någon har redan pausat" in act(browser, "reminder_pause", why="Också").text

    assert words(act(browser, "reminder_go_on")) == [
        "Pausen är slut. 1 meddelande som väntade tas upp nu."
    ]
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}
    assert len(mail.outbox) == 1
    assert AuditEvent.objects.filter(subject="reminder_pause", user_id=ada.user.pk).count() == 2


def test_what_is_too_late_when_the_pause_ends_has_ended_where_it_is_seen(acting, ada, plan, clock):
    pauses.pause(kind="probe", why="Prov", until=None, by=ada)
    row = plan()
    dispatcher.run()
    clock(row.not_after + MINUTE)
    assert dispatcher.run() == {"claimed": 1, "given_up": 1}
    row.refresh_from_db()
    assert (row.status, row.reason) == (Status.GIVEN_UP, Reason.HELD)
    assert words(act(acting(ada), "reminder_replay")) == [
        "0 meddelanden skickas igen.",
        "1 meddelande skickas inte igen: för sent.",
    ]


def test_a_pause_with_an_end_ends_by_itself(ada, plan, clock):
    until = timezone.now() + 5 * MINUTE
    pauses.pause(kind="probe", why="Prov", until=until, by=ada)
    row = plan()
    dispatcher.run()
    row.refresh_from_db()
    assert row.next_at == until
    clock(until + timedelta(seconds=1))
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}
    assert pauses.pause(kind="probe", why="Igen", until=None, by=ada).pk


def test_codes_to_sign_in_are_never_paused(acting, ada):
    url = reverse("reminder_pause", args=["code"])
    assert acting(ada).post(url, {"why": "Nej"}).status_code == 404
    with pytest.raises(IntegrityError, match="never_paused"), transaction.atomic():
        KindPause.objects.create(kind="code", why="Nej", paused_by=ada.user)


def test_ada_sends_again_what_still_holds_and_reads_why_not_the_rest(acting, ada, plan, clock):
    clock(timezone.now())
    browser = acting(ada)
    holds, unwanted, arrived = plan(), plan(), plan()
    Reminder.objects.update(
        status=Status.GIVEN_UP, reason=Reason.UNKNOWN, repeats=1, ended_at=timezone.now()
    )
    User.objects.filter(pk=unwanted.subject_id).update(hours=probe.UNWANTED)
    token = arrived.public_id
    ReminderAttempt.objects.create(reminder=arrived, lease_token=token, line=Line.ACCEPTED)

    answer = act(browser, "reminder_replay", only=str(holds.public_id))
    assert words(answer) == ["1 meddelande skickas igen."]
    assert dispatcher.run() == {"claimed": 1, "accepted": 1}
    assert words(act(browser, "reminder_replay"))[-3:] == [
        "0 meddelanden skickas igen.",
        "1 meddelande skickas inte igen: det kom fram ändå.",
        "1 meddelande skickas inte igen: flyttad, inställd eller klar.",
    ]
    [line] = AuditEvent.objects.filter(subject="reminder")
    assert line.user_id == ada.user.pk


def test_what_did_not_arrive_is_not_said_to_have_arrived(acting, ada, plan):
    row = plan()
    lines = ReminderAttempt.objects
    lines.create(reminder=row, lease_token=row.public_id, line=Line.ACCEPTED, gateway="elks")
    ended = {"ended_at": timezone.now(), "channel": Channel.SMS}
    Reminder.objects.update(status=Status.FAILED, reason=Reason.NOT_DELIVERED, **ended)
    assert words(act(acting(ada), "reminder_replay")) == [
        "0 meddelanden skickas igen.",
        "1 meddelande skickas inte igen: det kom inte fram, så ring i stället.",
    ]
    # it went another way then, and that was given up: the text is no sign that it arrived
    other = {"channel": Channel.EMAIL, "reason": Reason.TOO_MANY_TRIES}
    Reminder.objects.update(status=Status.GIVEN_UP, **other)
    assert words(act(acting(ada), "reminder_replay")) == ["1 meddelande skickas igen."]


def test_a_thousand_that_are_too_late_hide_nobody(acting, ada, plan):
    now, hour = timezone.now(), timedelta(hours=1)
    last = plan()
    Reminder.objects.update(status=Status.GIVEN_UP, reason=Reason.TOO_LATE, ended_at=now)
    past = [(2 * hour, hour), (-hour, 3 * hour)]  # how long ago too late, and ended
    Reminder.objects.bulk_create(
        Reminder(
            kind="probe",
            subject_id=-number,
            recipient_kind="STAFF",
            recipient_id=ada.user.pk,
            status=Status.GIVEN_UP,
            reason=Reason.TOO_LATE,
            due_at=now - 9 * hour,
            next_at=now,
            not_after=now - late,
            ended_at=now - ended,
        )
        for number, (late, ended) in enumerate(past * 1000, start=1)
    )
    assert words(act(acting(ada), "reminder_replay")) == [
        "1 meddelande skickas igen.",
        "1000 meddelanden skickas inte igen: för sent.",
        "999 meddelanden skickas inte igen: flyttad, inställd eller klar.",
    ]
    assert set(Reminder.objects.open()) == {last}


def test_what_left_late_is_counted_and_the_manager_may_not_pause(acting, ada, manager, plan):
    for ago in (1, 3, 9):
        plan(ago * MINUTE)
    assert dispatcher.run() == {"claimed": 3, "accepted": 3}
    browser = acting(manager)
    page = browser.get(FIGURES + "?visa=idag")
    [kind] = [one for one in page.context["kinds"] if one.code == "probe"]
    assert (kind.sent, kind.late, kind.very_late) == (3, 2, 1)
    [way] = page.context["ways"]
    assert (way.name, way.sent) == ("e-post", 3)
    assert "Pausa" not in page.text
    assert act(browser, "reminder_pause", why="Nej").status_code == 403


def test_the_night_names_what_has_no_outcome_and_no_person(plan, caplog, monkeypatch):
    overdue, begun, held, owed = plan(20 * MINUTE), plan(), plan(20 * MINUTE), plan()
    later = timezone.now() + MINUTE
    Reminder.objects.filter(pk=overdue.pk).update(next_at=later, attempt=3)  # it is tried again
    Reminder.objects.filter(pk=held.pk).update(next_at=later, ready_at=later, reason=Reason.HELD)
    long_ago = {"ended_at": timezone.now() - timedelta(days=3), "is_owed": True}
    Reminder.objects.filter(pk=owed.pk).update(status=Status.GIVEN_UP, **long_ago)
    Reminder.objects.filter(pk=begun.pk).update(next_at=timezone.now() + MINUTE)
    ReminderAttempt.objects.create(
        reminder=begun,
        lease_token=begun.public_id,
        line=Line.BEGUN,
        at=timezone.now() - timedelta(hours=2),
    )
    silent = Reminder.objects.create(
        kind="probe",
        subject_id=0,
        recipient_kind="STAFF",
        recipient_id=0,
        channel=Channel.SMS,
        gateway="46elks",
        status=Status.ACCEPTED,
        due_at=timezone.now() - timedelta(days=4),
        next_at=timezone.now(),
        not_after=timezone.now(),
        ended_at=timezone.now() - timedelta(hours=80),
    )
    counts = reconciling.reconcile()
    assert counts == {
        "due_without_outcome": 2,
        "accepted_without_receipt": 1,
        "owed_unsaid": 1,
        "begun_without_end": 1,
        "planned_by_nobody": 0,
    }
    lines = [one.getMessage().split() for one in caplog.records if "reminder=" in one.getMessage()]
    named = {(what, name.removeprefix("reminder=")) for what, *_more, name in lines}
    assert named == {
        ("reminder_due_without_outcome", str(overdue.public_id)),
        ("reminder_due_without_outcome", str(held.public_id)),
        ("reminder_owed_unsaid", str(owed.public_id)),
        ("reminder_begun_without_end", str(begun.public_id)),
        ("reminder_no_receipt", str(silent.public_id)),
    }

    monkeypatch.setattr(reconciling, "MOST", 1)
    caplog.clear()
    reconciling.reconcile()
    assert "reminder_due_without_outcome: 1 more" in caplog.text
