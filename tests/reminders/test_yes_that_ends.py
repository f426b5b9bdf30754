"""Before a yes to share ends, the person and the contact hear of it; after a no, nobody does."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from participants.notifications import running_out
from participants.services.consents import record_consent, withdraw_consents
from portal.models import InfoType
from portal.reminders import times
from portal.reminders.models import Reminder, Status
from tests.factories import ConsentFactory, DepartmentFactory

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def last_day():
    return timezone.localdate() + timedelta(days=90)


@pytest.fixture
def receiver():
    return DepartmentFactory()


@pytest.fixture
def said_yes(robin_person, guide, receiver, last_day):
    """Robin says yes on paper to two kinds of information at once."""
    return record_consent(
        participant=robin_person,
        by=guide,
        submission_id=uuid4(),
        receiver=receiver,
        info_types=[InfoType.PLAN, InfoType.FOLLOW_UP],
        purpose="COORDINATE",
        given="PAPER",
        witness="",
        until=last_day,
    )


def planned():
    rows = Reminder.objects.filter(kind__startswith="consent_ends", status=Status.PLANNED)
    return {(row.kind, row.recipient_kind, row.due_at) for row in rows}


def before(last_day, days):
    day = times.working_day_until(last_day - timedelta(days=days))
    return times.instant(day, running_out.MORNING)


def test_robin_and_samira_hear_of_it_30_and_7_days_before_once_for_all(
    said_yes, last_day, dispatch, guide
):
    month, week = before(last_day, 30), before(last_day, 7)
    assert planned() == {
        (kind, who, at)
        for kind, at in (("consent_ends_in_a_month", month), ("consent_ends_in_a_week", week))
        for who in ("PARTICIPANT", "STAFF")
    }
    _counts, mails = dispatch(month + 61 * MINUTE)  # who rests on a free day sleeps until ten
    mine, hers = sorted(mails, key=lambda mail: mail.to != ["robin@example.org"])
    on = f"{last_day.day}/{last_day.month}"
    assert mine.body.startswith(f"Hej! Ett ja från dig gäller till och med {on}.")
    assert hers.to == [guide.user.email]
    assert f"Ett ja från Robin gäller till och med {on}." in hers.body


def test_a_no_stops_it_at_once_and_what_still_holds_is_said(
    said_yes, robin_person, robin, receiver, dispatch, last_day
):
    withdraw_consents(
        participant=robin_person, receiver=receiver, by=robin, info_type=InfoType.PLAN
    )
    assert len(planned()) == 4
    withdraw_consents(participant=robin_person, receiver=receiver, by=robin)
    assert planned() == set()
    assert dispatch(before(last_day, 7) + 61 * MINUTE)[1] == []


def test_a_yes_for_three_weeks_is_spoken_of_once_and_the_sweep_finds_it(robin_person):
    last_day = timezone.localdate() + timedelta(days=20)
    yes = ConsentFactory(
        participant=robin_person, valid_until=times.midnight(last_day + timedelta(days=1))
    )
    running_out.plan(robin_person.pk)
    assert {kind for kind, _who, _at in planned()} == {"consent_ends_in_a_week"}
    week = times.working_day_until(last_day - timedelta(days=7))
    assert yes.pk in set(running_out.CONSENT_ENDS_IN_A_WEEK.soon(week))
